/* SPDX-License-Identifier: MIT */
/* rollup_read: what the tables `series` and `rollup` of one file hold. */
#include "recorder/rollup_read.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

#define MINUTE 60

/* More moments than a file of ours has: a hostile one is not searched for long. */
#define MOMENTS_MAX 1000000

static int prepare(struct ml_db *db, const char *sql, sqlite3_stmt **ret)
{
	int rc;

	ml_db_rest(db);
	rc = sqlite3_prepare_v2(db->sqlite, sql, -1, ret, NULL);
	return rc ? ml_db_fail(db, rc) : 0;
}

static struct ml_str text_at(sqlite3_stmt *st, int i)
{
	const unsigned char *p = sqlite3_column_text(st, i);

	return (struct ml_str){ p ? (const char *)p : "",
				p ? (size_t)sqlite3_column_bytes(st, i) : 0 };
}

static struct ml_moment moment_at(sqlite3_stmt *st, int i, int64_t t)
{
	return (struct ml_moment){ t, sqlite3_column_double(st, i),
				   sqlite3_column_double(st, i + 1),
				   sqlite3_column_double(st, i + 2) };
}

/* ---- all of a minute together ---- */

/* By the id of a series. */
struct span {
	bool known;
	int64_t first, last;
	double value;
};

static int measure_spans(struct ml_db *db, struct span *spans)
{
	sqlite3_stmt *st = NULL;
	int rc = prepare(
		db, "SELECT t, series, last FROM rollup WHERE step = 60 ORDER BY t", &st);

	while (!rc && (rc = ml_db_step(db, st)) > 0) {
		int64_t t = sqlite3_column_int64(st, 0), id = sqlite3_column_int64(st, 1);

		rc = 0;
		if (id <= 0 || id > ML_ROLLUP_SERIES_MAX ||
		    sqlite3_column_type(st, 2) == SQLITE_NULL)
			continue;
		if (!spans[id].known)
			spans[id] = (struct span){ true, t, t, 0 };
		spans[id].last = t;
		spans[id].value = sqlite3_column_double(st, 2);
	}
	sqlite3_finalize(st);
	return rc;
}

/* What the file has is as good as is known of each. */
static int guess_spans(struct ml_db *db, struct span *spans)
{
	struct span span = { .known = true };
	int rc = ml_db_number(db,
			      "SELECT t FROM rollup WHERE step = 60 ORDER BY t LIMIT 1",
			      &span.first);

	if (!rc)
		rc = ml_db_number(db,
				  "SELECT t FROM rollup WHERE step = 60 "
				  "ORDER BY t DESC LIMIT 1",
				  &span.last);
	for (int i = 1; i <= ML_ROLLUP_SERIES_MAX && !rc; i++)
		spans[i] = span;
	return rc == -ENOENT ? 0 : rc;
}

static int list_by_time(struct ml_db *db, bool measure, ml_rolled_fn *fn, void *data)
{
	_cleanup_free_ struct span *spans =
		calloc(ML_ROLLUP_SERIES_MAX + 1, sizeof(*spans));
	sqlite3_stmt *st = NULL;
	int rc;

	if (!spans)
		return ml_fail(db->ctx, -ENOMEM, "out of memory");
	rc = (measure ? measure_spans : guess_spans)(db, spans);
	if (!rc)
		rc = prepare(db, "SELECT id, name, unit FROM series", &st);
	while (!rc && (rc = ml_db_step(db, st)) > 0) {
		int64_t id = sqlite3_column_int64(st, 0);

		rc = 0;
		if (id > 0 && id <= ML_ROLLUP_SERIES_MAX && spans[id].known)
			rc = fn(&(struct ml_rolled){ text_at(st, 1), text_at(st, 2),
						     spans[id].first, spans[id].last,
						     spans[id].value },
				data);
	}
	sqlite3_finalize(st);
	return rc;
}

static int id_of(struct ml_db *db, struct ml_str name, int64_t *ret)
{
	sqlite3_stmt *st = ml_db_prepare(db, ML_ROLLUP_ID);
	int rc;

	if (st)
		ml_db_bind(st, 1, name);
	rc = ml_db_step(db, st);
	*ret = rc > 0 ? sqlite3_column_int64(st, 0) : 0;
	if (st)
		sqlite3_reset(st);
	return rc < 0 ? rc : 0;
}

static int read_by_time(struct ml_db *db, struct ml_str name, int step, int64_t first,
			int64_t last, ml_moment_fn *fn, void *data)
{
	struct ml_moment moment;
	int64_t id;
	int rc = id_of(db, name, &id);

	if (last - first > (int64_t)MOMENTS_MAX * step)
		first = last - (int64_t)MOMENTS_MAX * step;
	for (int64_t t = first - first % step; t <= last && id && !rc; t += step) {
		rc = ml_rollup_get(db, id, step, t, &moment);
		if (rc > 0)
			rc = fn(&moment, data);
	}
	return rc;
}

const struct ml_rolled_order ml_rolled_by_time = { list_by_time, read_by_time };

/* ---- all of a series together ---- */

#define OF_STEP(what, step)                                                              \
	"(SELECT " what " FROM rollup WHERE series = id AND step = " step

static int list_by_name(struct ml_db *db, bool measure, ml_rolled_fn *fn, void *data)
{
	static const char sql[] =
		"SELECT name, unit, " OF_STEP("min(t)", "60") "), " OF_STEP("min(t)", "3600") "), " OF_STEP("t", "60") " ORDER BY t DESC LIMIT 1), " OF_STEP(
			"last",
			"60") " ORDER BY t DESC LIMIT 1), " OF_STEP("t",
								    "3600") " ORDER BY t DESC LIMIT 1), " OF_STEP("last",
														  "3600") " ORDER BY t DESC LIMIT 1) FROM series";
	sqlite3_stmt *st = NULL;
	int rc = prepare(db, sql, &st);

	(void)measure; /* that is cheap */
	while (!rc && (rc = ml_db_step(db, st)) > 0) {
		bool minutes = sqlite3_column_type(st, 4) != SQLITE_NULL;
		bool hours = sqlite3_column_type(st, 6) != SQLITE_NULL;
		int end = minutes && sqlite3_column_int64(st, 4) >=
						  sqlite3_column_int64(st, 6)
				  ? 4
				  : 6;

		rc = 0;
		if (minutes || hours)
			rc = fn(&(struct ml_rolled){ text_at(st, 0), text_at(st, 1),
						     sqlite3_column_int64(st,
									  hours ? 3 : 2),
						     sqlite3_column_int64(st, end),
						     sqlite3_column_double(st, end + 1) },
				data);
		ml_db_rest(db);
	}
	sqlite3_finalize(st);
	return rc;
}

static int read_by_name(struct ml_db *db, struct ml_str name, int step, int64_t first,
			int64_t last, ml_moment_fn *fn, void *data)
{
	sqlite3_stmt *st = NULL;
	int64_t id;
	int rc = id_of(db, name, &id);

	if (!rc && id)
		rc = prepare(db,
			     "SELECT t, min, max, last FROM rollup WHERE series = ?1 "
			     "AND step = ?2 AND t BETWEEN ?3 AND ?4 AND last IS NOT NULL "
			     "ORDER BY t",
			     &st);
	if (rc || !id)
		return rc;
	sqlite3_bind_int64(st, 1, id);
	sqlite3_bind_int(st, 2, step);
	sqlite3_bind_int64(st, 3, first - first % step);
	sqlite3_bind_int64(st, 4, last);
	while (!rc && (rc = ml_db_step(db, st)) > 0) {
		struct ml_moment moment = moment_at(st, 1, sqlite3_column_int64(st, 0));

		rc = fn(&moment, data);
	}
	sqlite3_finalize(st);
	return rc;
}

const struct ml_rolled_order ml_rolled_by_name = { list_by_name, read_by_name };
