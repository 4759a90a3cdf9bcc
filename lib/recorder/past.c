/* SPDX-License-Identifier: MIT */
/* past: what of a recording outlives its days, a database of SQLite. */
#include "recorder/past.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "recorder/day.h"
#include "recorder/schema.h"

#define MINUTE 60
#define HOUR 3600
#define DAY 86400

/* A name a process and an hour of it, for years. */
#define SERIES_MAX 1000000

enum statement {
	ATTACH = ML_ROLLUP_STATEMENTS,
	TAKE_NAMES,
	TAKE_MINUTES,
	TAKEN,
	MINUTES,
	PUT_HOUR,
	FORGET,
	STATEMENTS,
};

static const char *const statements[STATEMENTS] = {
	ML_ROLLUP_TEXTS,
	[ATTACH] = "ATTACH ?1 AS day",
	[TAKE_NAMES] = "INSERT INTO main.series(name, unit) SELECT name, unit "
		       "FROM day.series WHERE true ON CONFLICT DO NOTHING",
	[TAKE_MINUTES] = "INSERT OR REPLACE INTO main.rollup(series, step, t, min, max, last) "
			 "SELECT ours.id, 60, r.t, r.min, r.max, r.last "
			 "FROM day.rollup AS r "
			 "JOIN day.series AS theirs ON theirs.id = r.series "
			 "JOIN main.series AS ours ON ours.name = theirs.name "
			 "WHERE r.step = 60",
	[TAKEN] = "SELECT ours.id FROM day.series AS theirs "
		  "JOIN main.series AS ours ON ours.name = theirs.name",
	[MINUTES] = "SELECT t, min, max, last FROM main.rollup "
		    "WHERE series = ?1 AND step = 60 AND t BETWEEN ?2 AND ?3 ORDER BY t",
	[PUT_HOUR] = "INSERT OR REPLACE INTO main.rollup(series, step, t, min, max, last) "
		     "VALUES(?1, 3600, ?2, ?3, ?4, ?5)",
	[FORGET] = "DELETE FROM rollup WHERE series IN (SELECT id FROM series) "
		   "AND step = ?1 AND t < ?2",
};

static const struct ml_db_kind past_kind = {
	.application = ML_PAST_APPLICATION,
	.version = ML_PAST_VERSION,
	.what = "series of memlens",
	.tables = ml_past_tables,
	.ntables = ML_PAST_TABLES,
	.views = ml_past_views,
	.statements = statements,
	.nstatements = STATEMENTS,
};

struct ml_past {
	struct ml_db *db;
};

/* ---- opening ---- */

typedef int open_fn(struct ml_ctx *ctx, const char *path, const struct ml_db_kind *kind,
		    struct ml_db **ret);

static int open_with(open_fn *fn, struct ml_ctx *ctx, const char *folder,
		     struct ml_past **ret)
{
	struct ml_past *past = calloc(1, sizeof(*past));
	_cleanup_free_ char *path = NULL;
	int rc = asprintf(&path, "%s/" ML_PAST_NAME, folder);

	if (rc < 0)
		path = NULL;
	if (!past || rc < 0) {
		free(past);
		return ml_fail(ctx, -ENOMEM, "out of memory");
	}
	rc = fn(ctx, path, &past_kind, &past->db);
	if (rc) {
		free(past);
		return rc;
	}
	*ret = past;
	return 0;
}

int ml_past_create(struct ml_ctx *ctx, const char *folder, struct ml_past **ret)
{
	return open_with(ml_db_create, ctx, folder, ret);
}

int ml_past_open(struct ml_ctx *ctx, const char *folder, struct ml_past **ret)
{
	return open_with(ml_db_open, ctx, folder, ret);
}

void ml_past_close(struct ml_past *past)
{
	if (!past)
		return;
	ml_db_close(past->db);
	free(past);
}

struct ml_db *ml_past_db(struct ml_past *past)
{
	return past->db;
}

uint64_t ml_past_bytes(const char *folder)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;

	if (asprintf(&path, "%s/" ML_PAST_NAME, folder) < 0) {
		path = NULL;
		return 0;
	}
	return stat(path, &st) ? 0 : (uint64_t)st.st_size;
}

/* ---- a day that goes ---- */

static int put_hour(struct ml_past *past, int64_t id, const struct ml_moment *hour)
{
	sqlite3_stmt *st = ml_db_prepare(past->db, PUT_HOUR);

	if (st) {
		sqlite3_bind_int64(st, 1, id);
		sqlite3_bind_int64(st, 2, hour->t);
		sqlite3_bind_double(st, 3, hour->min);
		sqlite3_bind_double(st, 4, hour->max);
		sqlite3_bind_double(st, 5, hour->last);
	}
	return ml_db_finish(past->db, st);
}

/* A minute of its hour, or the first of the next. */
static int count_minute(struct ml_past *past, int64_t id, struct ml_moment *hour,
			const struct ml_moment *minute)
{
	int64_t t = minute->t - minute->t % HOUR;
	int rc = 0;

	if (hour->t != t) {
		if (hour->t >= 0)
			rc = put_hour(past, id, hour);
		*hour = *minute;
		hour->t = t;
		return rc;
	}
	if (minute->min < hour->min)
		hour->min = minute->min;
	if (minute->max > hour->max)
		hour->max = minute->max;
	hour->last = minute->last;
	return 0;
}

/* What a day has, from its first moment to its last. */
struct span {
	int64_t first, last;
};

static int add_hours(struct ml_past *past, int64_t id, struct span span)
{
	sqlite3_stmt *st = ml_db_prepare(past->db, MINUTES);
	struct ml_moment hour = { .t = -1 };
	int rc = 0;

	if (st) {
		sqlite3_bind_int64(st, 1, id);
		sqlite3_bind_int64(st, 2, span.first);
		sqlite3_bind_int64(st, 3, span.last);
	}
	while (!rc && (rc = ml_db_step(past->db, st)) > 0) {
		struct ml_moment minute = { sqlite3_column_int64(st, 0),
					    sqlite3_column_double(st, 1),
					    sqlite3_column_double(st, 2),
					    sqlite3_column_double(st, 3) };

		rc = count_minute(past, id, &hour, &minute);
	}
	if (st)
		sqlite3_reset(st);
	return !rc && hour.t >= 0 ? put_hour(past, id, &hour) : rc;
}

static int add_all_hours(struct ml_past *past, struct span span)
{
	sqlite3_stmt *st = ml_db_prepare(past->db, TAKEN);
	int rc = 0;

	while (!rc && (rc = ml_db_step(past->db, st)) > 0)
		rc = add_hours(past, sqlite3_column_int64(st, 0), span);
	if (st)
		sqlite3_reset(st);
	return rc;
}

static int take_rows(struct ml_past *past, struct span span)
{
	int rc = ml_db_begin(past->db);

	if (rc)
		return rc;
	rc = ml_db_finish(past->db, ml_db_prepare(past->db, TAKE_NAMES));
	if (!rc)
		rc = ml_db_finish(past->db, ml_db_prepare(past->db, TAKE_MINUTES));
	if (!rc)
		rc = add_all_hours(past, span);
	return ml_db_end(past->db, rc);
}

/* -ENOENT without a message when it has nothing. */
static int span_of_day(struct ml_past *past, struct span *ret)
{
	int rc = ml_db_number(past->db,
			      "SELECT t FROM day.rollup WHERE step = 60 "
			      "ORDER BY t LIMIT 1",
			      &ret->first);

	return rc ? rc
		  : ml_db_number(past->db,
				 "SELECT t FROM day.rollup WHERE step = 60 "
				 "ORDER BY t DESC LIMIT 1",
				 &ret->last);
}

/* Whether its tables are ours. */
static int check_day(struct ml_ctx *ctx, const char *path)
{
	struct ml_day *day;
	int rc = ml_day_open(ctx, path, &day);

	if (!rc)
		ml_day_close(day);
	return rc;
}

/* Statements that name tables of the day are good for this day only. */
static void drop_statements(struct ml_past *past)
{
	for (unsigned i = TAKE_NAMES; i <= TAKEN; i++) {
		sqlite3_finalize(past->db->made[i]);
		past->db->made[i] = NULL;
	}
}

int ml_past_take_day(struct ml_past *past, const char *path)
{
	struct span span = { 0, 0 };
	sqlite3_stmt *st;
	int rc = check_day(past->db->ctx, path);

	if (rc)
		return rc;
	st = ml_db_prepare(past->db, ATTACH);
	if (st)
		ml_db_bind(st, 1, ml_str_of(path));
	rc = ml_db_finish(past->db, st);
	if (rc)
		return rc;
	rc = span_of_day(past, &span);
	if (!rc)
		rc = take_rows(past, span);
	drop_statements(past);
	(void)!ml_db_run(past->db, "DETACH day");
	return rc == -ENOENT ? 0 : rc;
}

/* ---- from elsewhere ---- */

int ml_past_begin(struct ml_past *past)
{
	return ml_db_begin(past->db);
}

int ml_past_end(struct ml_past *past, int rc)
{
	return ml_db_end(past->db, rc);
}

static int add_number(struct ml_db *db, int64_t t, const struct ml_number *number)
{
	double v = number->value;
	struct ml_moment minute = { t - t % MINUTE, v, v, v };
	struct ml_moment hour = { t - t % HOUR, v, v, v };
	int64_t id;
	int rc = ml_rollup_series(db, ml_str_of(number->series), ml_str_of(number->unit),
				  SERIES_MAX, &id);

	if (rc || !id)
		return rc;
	rc = ml_rollup_put(db, id, MINUTE, &minute);
	return rc ? rc : ml_rollup_put(db, id, HOUR, &hour);
}

int ml_past_add(struct ml_past *past, int64_t t, const struct ml_number *numbers,
		size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++)
		rc = add_number(past->db, t, &numbers[i]);
	return rc;
}

/* ---- bounds ---- */

static int forget(struct ml_past *past, int step, int64_t before)
{
	sqlite3_stmt *st = ml_db_prepare(past->db, FORGET);

	if (st) {
		sqlite3_bind_int(st, 1, step);
		sqlite3_bind_int64(st, 2, before);
	}
	return ml_db_finish(past->db, st);
}

/* In pages that are used. */
static int used_bytes(struct ml_past *past, uint64_t *ret)
{
	int64_t pages, unused, size;
	int rc = ml_db_number(past->db, "PRAGMA page_count", &pages);

	if (!rc)
		rc = ml_db_number(past->db, "PRAGMA freelist_count", &unused);
	if (!rc)
		rc = ml_db_number(past->db, "PRAGMA page_size", &size);
	if (!rc)
		*ret = (uint64_t)((pages - unused) * size);
	return rc;
}

#define OLDEST(step)                                                                     \
	"SELECT min((SELECT min(t) FROM rollup WHERE series = series.id AND step = " step \
	")) FROM series"

/* -ENOENT when there is none. */
static int oldest(struct ml_past *past, int step, int64_t *ret)
{
	int rc = ml_db_number(past->db, step == MINUTE ? OLDEST("60") : OLDEST("3600"),
			      ret);

	return rc ? rc : *ret ? 0 : -ENOENT;
}

/* The oldest day of minutes, or ten days of hours when there are no minutes. -ENOENT when
 * nothing is left. */
static int forget_some(struct ml_past *past)
{
	int64_t t;
	int rc = oldest(past, MINUTE, &t);

	if (!rc)
		return forget(past, MINUTE, t + DAY);
	if (rc == -ENOENT)
		rc = oldest(past, HOUR, &t);
	return rc ? rc : forget(past, HOUR, t + 10 * DAY);
}

static int fit(struct ml_past *past, uint64_t bytes)
{
	uint64_t used = 0;
	int rc = used_bytes(past, &used);

	while (!rc && used > bytes) {
		rc = forget_some(past);
		if (!rc)
			rc = used_bytes(past, &used);
	}
	return rc == -ENOENT ? 0 : rc;
}

int ml_past_bound(struct ml_past *past, int64_t now, uint64_t bytes)
{
	int rc = ml_db_begin(past->db);

	if (rc)
		return rc;
	rc = forget(past, MINUTE, now - (int64_t)ML_PAST_MINUTES_DAYS * DAY);
	if (!rc)
		rc = forget(past, HOUR, now - (int64_t)ML_PAST_HOURS_DAYS * DAY);
	if (!rc && bytes)
		rc = fit(past, bytes);
	if (!rc)
		rc = ml_db_run(past->db,
			       "DELETE FROM series WHERE NOT EXISTS "
			       "(SELECT 1 FROM rollup WHERE series = series.id)");
	rc = ml_db_end(past->db, rc);
	return rc ? rc : ml_db_run(past->db, "PRAGMA incremental_vacuum");
}
