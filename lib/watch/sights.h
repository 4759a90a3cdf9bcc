/* SPDX-License-Identifier: MIT */
/* sights: what a snapshot tells of that can grow, room by room. */
#pragma once

#include <math.h>

#include "watch/watch.h"

typedef int ml_sight_fn(struct ml_watch *watch, const struct ml_snap *snap,
			struct ml_arena *scratch);

struct ml_sights {
	ml_watching classes; /* any of them */
	ml_feeds feeds;      /* any of them */
	ml_sight_fn *see;
};

extern const struct ml_sights ml_sights[];
extern const size_t ml_sights_count;

ml_sight_fn ml_see_machine, ml_see_slab, ml_see_vmalloc, ml_see_tmpfs, ml_see_groups,
	ml_see_processes, ml_see_mappings;

static inline int ml_see(struct ml_watch *watch, enum ml_watched_kind kind,
			 struct ml_str name, uint64_t value)
{
	return ml_watch_see(
		watch, &(struct ml_sight){
			       .kind = kind,
			       .pid = ML_NONE,
			       .start = (double)NAN,
			       .name = name,
			       .value = value == ML_NONE ? (double)NAN : (double)value,
		       });
}
