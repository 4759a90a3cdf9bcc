/* SPDX-License-Identifier: MIT */
/* snap: one instant - what every feed gave, and when. Immutable once taken. */
#pragma once

#include "model/feeds.h"

struct ml_snap {
	unsigned refs;
	struct ml_root *root;
	struct ml_arena arena;
	ml_feeds taken;
	ml_feeds needed;
	uint64_t wall_ms;      /* ML_NONE in a tree */
	uint64_t monotonic_ns;
	uint64_t page_size;    /* ML_NONE when it could not be inferred */
	bool narrow;        /* counters are 32 bits wide and wrap */
	struct ml_feed_data feed[ML_FEED_COUNT];
};

/* Take what is wanted; what of it cannot be read is a status. 0 or -ENOMEM. */
int ml_snap_take_wanted(struct ml_root *root, const struct ml_want *want,
			struct ml_snap **ret);

/* The feed's data, or NULL when it was not taken or is not OK. What a partly denied
 * feed did give counts as data. */
const struct ml_parsed *ml_snap_parsed(const struct ml_snap *snap, enum ml_feed_id id);

/* The name-value pairs of a feed, or NULL. */
const struct ml_kv *ml_snap_kv(const struct ml_snap *snap, enum ml_feed_id id);

/* Pages to bytes on the machine of this snapshot; ML_NONE when its page size is
 * unknown. */
uint64_t ml_snap_pages(const struct ml_snap *snap, uint64_t nr_pages);

/* A vmstat gauge or counter, ML_NONE if absent. */
uint64_t ml_snap_vm(const struct ml_snap *snap, const char *key);
/* A meminfo value, ML_NONE if absent. */
uint64_t ml_snap_mem(const struct ml_snap *snap, const char *key);
