/* SPDX-License-Identifier: MIT */
/*
 * rollup: the least, the most and the last of named numbers within a minute, in the
 * tables `series` and `rollup` of a day.
 *
 * A number that has not changed is not written again: what of the running minute is in
 * the file is known.
 */
#pragma once

#include "recorder/db.h"

/* A number of a sample. A name may hold any byte but NUL. */
struct ml_number {
	const char *series;
	const char *unit; /* "bytes", "count", "seconds"... */
	double value;
};

/* Names that a file may have; numbers of more are left out. */
#define ML_ROLLUP_SERIES_MAX 20000

/* The statements of a kind of database that has these tables begin with these. */
enum {
	ML_ROLLUP_NAME, /* name, unit, the most names */
	ML_ROLLUP_ID,   /* name -> id */
	ML_ROLLUP_PUT,  /* step, t, id, min, max, last: put together with what is there */
	ML_ROLLUP_GET,  /* step, t, id -> min, max, last */
	ML_ROLLUP_STATEMENTS,
};

#define ML_ROLLUP_TEXTS                                                                  \
	[ML_ROLLUP_NAME] = "INSERT INTO series(name, unit) SELECT ?1, ?2 WHERE "         \
			   "(SELECT coalesce(max(id), 0) FROM series) < ?3 "             \
			   "ON CONFLICT DO NOTHING",                                     \
	[ML_ROLLUP_ID] = "SELECT id FROM series WHERE name = ?1",                        \
	[ML_ROLLUP_PUT] = "INSERT INTO rollup(step, t, series, min, max, last) "         \
			  "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET "    \
			  "min = min(min, ?4), max = max(max, ?5), last = ?6",           \
	[ML_ROLLUP_GET] = "SELECT min, max, last FROM rollup "                           \
			  "WHERE step = ?1 AND t = ?2 AND series = ?3"

/* The id of a series, which is added if there is room: 0 in `ret` if not. 0, or -errno
 * with a message. */
int ml_rollup_series(struct ml_db *db, struct ml_str name, struct ml_str unit,
		     int64_t most, int64_t *ret);

/* The least, the most and the last from `t` on, for `step` seconds. */
struct ml_moment {
	int64_t t;
	double min, max, last;
};

/* 0, or -errno with a message. */
int ml_rollup_put(struct ml_db *db, int64_t series, int step,
		  const struct ml_moment *moment);

/* 1 when it is there, 0 when not, or -errno with a message. */
int ml_rollup_get(struct ml_db *db, int64_t series, int step, int64_t t,
		  struct ml_moment *ret);

struct ml_rollup;

int ml_rollup_new(struct ml_db *db, struct ml_rollup **ret);
void ml_rollup_free(struct ml_rollup *rollup); /* NULL is fine */

/* Within a transaction. 0, or -errno with a message. */
int ml_rollup_add(struct ml_rollup *rollup, uint64_t wall_ms,
		  const struct ml_number *numbers, size_t n);

/* The transaction came to nothing: so it is not in the file. */
void ml_rollup_forget(struct ml_rollup *rollup);
