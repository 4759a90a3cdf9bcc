/* SPDX-License-Identifier: MIT */
/* witness: another library that reads the same machine, and what it says of it, so that
 * its numbers can be compared with ours. */
#pragma once

#include "base/arena.h"
#include "memlens.h"

/* One thing: the machine as a whole, a counter, a cache, a process. */
struct ml_witness_row {
	struct ml_str subject;
	const struct ml_value *values; /* one for each name of the level */
};

/* The subject of numbers that are added up over all others. */
#define ML_WITNESS_SUM "(sum)"

/* Numbers of one kind. */
struct ml_witness_level {
	const char *id;           /* one of the levels of the report verify */
	const char *const *names; /* our keys of the numbers that it knows too */
	size_t nnames;
	/* What it reads now: rows of struct ml_witness_row in any order, all of it in the
	 * arena. 0 or -errno. */
	int (*read)(const struct ml_witness_level *level, struct ml_arena *a,
		    struct ml_rows *ret);
};

/* A difference that is understood. */
struct ml_witness_known {
	const char *level;
	const char *name;
	/* Whether a difference is this one. */
	bool (*is)(struct ml_str subject, const struct ml_value *ours,
		   const struct ml_value *theirs);
	const char *why;
};

struct ml_witness {
	const char *name;
	const struct ml_witness_level *const *levels;
	size_t nlevels;
	const struct ml_witness_known *known;
	size_t nknown;
};
