/* SPDX-License-Identifier: MIT */
/*
 * flat: the "name value" lines of a control group's files - memory.stat, memory.events,
 * memory.oom_control, cgroup.stat.
 *
 * A thousand groups have the same seventy names in the same order, so that a name is kept
 * once for all files and a file is an array of values by the number of their name.
 */
#pragma once

#include "parse/parse.h"

/* More names than any kernel has; a hostile tree cannot make every file this long. */
#define ML_FLAT_MAX 256

/* Zero-initialise to start empty. The value of a pair is the number of its name. */
struct ml_flat_names {
	struct ml_kv kv;
};

struct ml_flat {
	const uint64_t *at; /* [n]; ML_NONE where the file lacks the name */
	size_t n;           /* names that were known when it was read */
};

/* Lines are counted in `count`; names are copied into the arena, so that the text may go.
 * A name that a file repeats has its last value. 0 or -ENOMEM. */
int ml_parse_flat(struct ml_str text, struct ml_arena *a, struct ml_flat_names *names,
		  struct ml_parsed *count, struct ml_flat *ret);

/* The value of a name, or ML_NONE. */
uint64_t ml_flat_get(const struct ml_flat_names *names, const struct ml_flat *flat,
		     const char *name);

/* The name of a number below names->kv.rows.n. */
struct ml_str ml_flat_name(const struct ml_flat_names *names, size_t i);

/* The value of the name of a number; ML_NONE also for a file that was not read. */
static inline uint64_t ml_flat_at(const struct ml_flat *flat, size_t i)
{
	return i < flat->n ? flat->at[i] : ML_NONE;
}
