/* SPDX-License-Identifier: MIT */
/*
 * day: the file of one day of a recording, a database of SQLite.
 *
 * A frame is what differs from an earlier one (record/delta.h), or all of an instant: a
 * key frame (record/instant.h). Roll-ups are the least, the most and the last of a number
 * within a minute and an hour; they stay readable with any tool of SQLite.
 *
 * Whoever made the file is not trusted: its tables must be declared as ours are, word for
 * word, and what they hold is checked as it is read.
 */
#pragma once

#include "base/buf.h"
#include "base/fail.h"
#include "memlens.h"
#include "recorder/rollup.h"

struct ml_day;

/* When and what; `data` lies in the caller's buffer. */
struct ml_day_frame {
	int64_t id;
	int64_t key; /* the frame that it is told by; its own id if it is a key frame */
	uint64_t wall_ms;
	struct ml_str boot;
	const char *mark; /* why it stands out; NULL: it does not. Not set by reading */
	struct ml_str data;
};

struct ml_day_range {
	uint64_t frames;
	uint64_t first_ms, last_ms; /* ML_NONE: there are none */
	uint64_t interval_ms;       /* that was asked for last; ML_NONE: not told */
	uint64_t quick_until_ms;    /* samples come quickly; ML_NONE: not told */
	uint64_t bytes;             /* of the file and its log */
};

/* To write; made if it is not there, private. 0, or -errno with a message: -EINVAL (not
 * ours), -ENOSPC, -EIO... */
int ml_day_create(struct ml_ctx *ctx, const char *path, struct ml_day **ret);
/* To read. */
int ml_day_open(struct ml_ctx *ctx, const char *path, struct ml_day **ret);
void ml_day_close(struct ml_day *day); /* NULL is fine */

/* All of one sample at once, safe on disk when it returns. `frame->id` is set; a frame
 * with key 0 is a key frame. */
int ml_day_add(struct ml_day *day, struct ml_day_frame *frame,
	       const struct ml_number *numbers, size_t n);

int ml_day_set_interval(struct ml_day *day, uint64_t ms);
int ml_day_set_quick(struct ml_day *day, uint64_t until_ms);

/* Remove about a tenth, the oldest, and give its room back. */
int ml_day_shrink(struct ml_day *day);

/* The last frame at `wall_ms` or before. Where the clock was set back there are two runs
 * over the same time: the later one counts where it has anything near. The data is
 * appended to `data`. 0, -ENOENT without a message, or -errno with one: -EBADMSG when the
 * file is damaged there. */
int ml_day_find(struct ml_day *day, uint64_t wall_ms, struct ml_day_frame *ret,
		struct ml_buf *data);
int ml_day_get(struct ml_day *day, int64_t id, struct ml_day_frame *ret,
	       struct ml_buf *data);

/* The time of the first frame after `wall_ms`, or of the last before it. 0, -ENOENT
 * without a message, or -errno with one. */
int ml_day_beside(struct ml_day *day, uint64_t wall_ms, bool later, uint64_t *ret);

/* What was asked for last, in ms; ML_NONE: not told. */
uint64_t ml_day_interval(struct ml_day *day);

int ml_day_range(struct ml_day *day, struct ml_day_range *ret);

/* Call for each pair of frames that are further apart than `ms`. */
typedef int ml_day_gap_fn(uint64_t from_ms, uint64_t to_ms, void *data);
int ml_day_gaps(struct ml_day *day, uint64_t ms, ml_day_gap_fn *fn, void *data);

/* Call for each frame that is marked, in the order of time; `mark` is as the file has
 * it. */
typedef int ml_day_mark_fn(uint64_t wall_ms, struct ml_str mark, void *data);
int ml_day_marks(struct ml_day *day, ml_day_mark_fn *fn, void *data);

struct ml_db *ml_day_db(struct ml_day *day);
