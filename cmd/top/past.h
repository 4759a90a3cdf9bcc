/* SPDX-License-Identifier: MIT */
/*
 * past: the instants that lie behind - those that the session remembers, and before them
 * those that were recorded. Each is a root; to who reads it there is no difference.
 */
#pragma once

#include "commands.h"
#include "record/history.h"

/*
 * Which instant is meant: the last one at a time or before; from there the first that is
 * so far after it, or the last so far before; and so many further.
 */
struct aim {
	uint64_t wall_ms;
	int64_t span_ms;
	long step;
};

#define AIM_LAST UINT64_MAX /* of all */

/* Where an instant stands among the others. */
struct bearing {
	uint64_t wall_ms;
	uint64_t older_ms, newer_ms; /* the instants beside it; ML_NONE: there is none */
	uint64_t usual_ms;           /* from one to the next; ML_NONE: not told */
	unsigned damaged;            /* passed over, since they cannot be read */
	bool recorded;
};

/* Whether more than two samples are missing within so long. */
static inline bool bearing_is_gap(const struct bearing *b, uint64_t ms)
{
	return b->usual_ms != ML_NONE && ms > 3 * b->usual_ms + 1000;
}

/* Its roots stay those of the past, until the next one is found. */
struct instant {
	struct ml_root *root;
	struct ml_root *before;         /* the one before; NULL: there is none */
	uint64_t serial, before_serial; /* another number: another instant */
	double at;                      /* seconds, as sparklines count */
	struct bearing bearing;
};

/* Where instants come from. */
struct past_start {
	struct ml_ctx *ctx;
	struct ml_history *history; /* NULL: nothing is remembered */
	const char *recordings;     /* a folder or file; NULL: none */
	uint64_t page_size;         /* of the recorded machine; 0: as it tells */
};

struct past;

/* Recordings are opened when they are needed first. NULL: no memory. */
struct past *past_new(const struct past_start *start);
void past_free(struct past *past); /* NULL is fine */

/* Open the recordings now. 0, or an exit status after one line of complaint. */
int past_enter(struct past *past);

/* Where there is nothing that far, the last in that direction is found. 0, or an exit
 * status after one line of complaint. */
int past_find(struct past *past, const struct aim *aim, struct instant *ret);

/* The recorded instant at a time or before, the caller's; what was found last stays.
 * False: it cannot be read. */
bool past_peek(struct past *past, uint64_t wall_ms, struct ml_root **ret,
	       uint64_t *ret_wall_ms, double *ret_at);

/* Unpack what the same step further will find. */
void past_look_ahead(struct past *past);
