/* SPDX-License-Identifier: MIT */
/* recording: what was recorded, as roots - a folder of days, or the file of one. */
#pragma once

#include "base/arena.h"
#include "recorder/day.h"
#include "source/tree.h"

struct ml_recording;

/* 0, or -errno with a message: -ENOENT when there is nothing of the kind. */
int ml_recording_open(struct ml_ctx *ctx, const char *path, struct ml_recording **ret);
void ml_recording_close(struct ml_recording *recording); /* NULL is fine */

/* Whether a file begins as a database of SQLite does. */
bool ml_recording_is_file(const char *path);

/* What was found. */
struct ml_recorded {
	uint64_t wall_ms;
	uint64_t interval_ms; /* of the recording then; ML_NONE: not told */
	unsigned damaged;     /* later instants that could not be read */
};

/* The last instant at `wall_ms` or before that can be read. 0, or -errno with a message:
 * -ENOENT when there is none. */
int ml_recording_tree(struct ml_recording *recording, uint64_t wall_ms,
		      struct ml_tree **ret, struct ml_recorded *ret_found);
int ml_recording_root(struct ml_recording *recording, uint64_t wall_ms,
		      struct ml_root **ret, struct ml_recorded *ret_found);

/*
 * To go from instant to instant: the time of the first one after `wall_ms`, or of the
 * last before it; and the instant of just that time. 0, or -errno with a message: -ENOENT
 * when there is none, -EBADMSG when it is damaged. The file stays open for the next one.
 */
int ml_recording_beside(struct ml_recording *recording, uint64_t wall_ms, bool later,
			uint64_t *ret);
int ml_recording_instant(struct ml_recording *recording, uint64_t wall_ms,
			 struct ml_root **ret, uint64_t *ret_interval_ms);

/* Its days, the oldest first. What is damaged has an error instead of a range. */
size_t ml_recording_count(const struct ml_recording *recording);
const char *ml_recording_path(const struct ml_recording *recording, size_t i);
int ml_recording_range(struct ml_recording *recording, size_t i,
		       struct ml_day_range *ret);
int ml_recording_gaps(struct ml_recording *recording, size_t i, uint64_t ms,
		      ml_day_gap_fn *fn, void *data);
int ml_recording_marks(struct ml_recording *recording, size_t i, ml_day_mark_fn *fn,
		       void *data);
