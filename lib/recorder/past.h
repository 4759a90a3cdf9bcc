/* SPDX-License-Identifier: MIT */
/*
 * past: what of a recording outlives its days, a database of SQLite: roll-ups of the days
 * that were removed, and what was brought from elsewhere.
 */
#pragma once

#include "memlens.h"
#include "recorder/rollup.h"

/* In the folder of the days. */
#define ML_PAST_NAME "series.db"

/* How long minutes and hours are kept, in days. */
#define ML_PAST_MINUTES_DAYS 60
#define ML_PAST_HOURS_DAYS 400

struct ml_past;

/* To write; made if it is not there, private. 0, or -errno with a message. */
int ml_past_create(struct ml_ctx *ctx, const char *folder, struct ml_past **ret);
/* To read. 0, or -errno with a message. */
int ml_past_open(struct ml_ctx *ctx, const char *folder, struct ml_past **ret);
void ml_past_close(struct ml_past *past); /* NULL is fine */

uint64_t ml_past_bytes(const char *folder);

/* Take over what a day rolled up: once or more often, it comes to the same. */
int ml_past_take_day(struct ml_past *past, const char *path);

/* Numbers of a moment from elsewhere, between ml_past_begin() and _end(), which takes the
 * code of what was done. */
int ml_past_begin(struct ml_past *past);
int ml_past_add(struct ml_past *past, int64_t t, const struct ml_number *numbers,
		size_t n);
int ml_past_end(struct ml_past *past, int rc);

/* Let go of what is older than it is kept, and of the oldest while all is larger than
 * `bytes`: minutes first. 0: no bound. */
int ml_past_bound(struct ml_past *past, int64_t now, uint64_t bytes);

struct ml_db *ml_past_db(struct ml_past *past);
