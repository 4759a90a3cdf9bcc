/* SPDX-License-Identifier: MIT */
/*
 * history: the instants of one session in memory - close together for some minutes, then
 * further apart - each as a root. Belongs to one thread at a time.
 */
#pragma once

#include "memlens.h"

struct ml_history;

/* 0 takes the usual. */
struct ml_history_bounds {
	size_t bytes;    /* of all instants: 8 MiB; the oldest go first */
	double all_s;    /* how long each instant is kept: 300 */
	double step_s;   /* what is older is kept once in so many seconds: 15 */
	double oldest_s; /* what is older goes: 3600 */
	double carry_s;  /* how long a file that is not read again is taken for what it
			    was: 60 */
};

/* 0 or -ENOMEM. */
int ml_history_new(struct ml_ctx *ctx, const struct ml_history_bounds *bounds,
		   struct ml_history **ret);
void ml_history_free(struct ml_history *history); /* NULL is fine */

/*
 * Add what was read through the root since it was last added, or since
 * ml_root_keep(ML_KEEP_ALL). 0; -ENODATA: nothing was read, or it is not kept; -EFBIG:
 * too much for one instant; -ENOMEM. What was read is dropped in any case.
 */
int ml_history_add(struct ml_history *history, struct ml_root *root);

/* Take what was read so far of the next instant off the root, which would hold all of it
 * until it is added. As above. */
int ml_history_gather(struct ml_history *history, struct ml_root *root);

/* Gather by itself whenever so much was read (ml_root_keep() was called before). The root
 * is not freed before the history is. */
void ml_history_follow(struct ml_history *history, struct ml_root *root);

size_t ml_history_count(const struct ml_history *history);
size_t ml_history_bytes(const struct ml_history *history);

/* Instants are numbered from the oldest, 0, and the numbers shift as old ones go. */
uint64_t ml_history_wall_ms(const struct ml_history *history, size_t i);
uint64_t ml_history_monotonic_ns(const struct ml_history *history, size_t i);

/* 0, -EBADMSG or -ENOMEM. The root outlives the history; it needs the context. */
int ml_history_root(struct ml_history *history, size_t i, struct ml_root **ret);
