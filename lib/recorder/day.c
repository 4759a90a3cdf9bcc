/* SPDX-License-Identifier: MIT */
/* day: the file of one day of a recording, a database of SQLite. */
#include "recorder/day.h"

#include <errno.h>
#include <stdlib.h>

#include "base/str.h"
#include "recorder/rollup.h"
#include "recorder/schema.h"

/* A sample is near a moment if two were missed at most; where it is not told how often
 * there is one, within so much. */
#define NEAR_MS 30000

enum statement {
	ADD_FRAME = ML_ROLLUP_STATEMENTS,
	SET_KEY,
	ADD_BOOT,
	SET_META,
	FIND,
	GET,
	TIME_BEFORE,
	TIME_AFTER,
	STATEMENTS,
};

static const char *const statements[STATEMENTS] = {
	ML_ROLLUP_TEXTS,
	[ADD_FRAME] = "INSERT INTO frame(wall_ms, boot, key, mark, data) SELECT ?1, id, "
		      "?3, ?5, ?4 FROM boot WHERE boot_id = ?2",
	[SET_KEY] = "UPDATE frame SET key = id WHERE id = ?1",
	[ADD_BOOT] = "INSERT INTO boot(boot_id) VALUES(?1) ON CONFLICT DO NOTHING",
	[SET_META] = "INSERT OR REPLACE INTO meta(key, value) VALUES(?1, ?2)",
	[FIND] = "SELECT id, key, wall_ms, data FROM frame WHERE id = coalesce("
		 "(SELECT max(id) FROM frame WHERE wall_ms = ?1), "
		 "(SELECT max(id) FROM frame WHERE wall_ms BETWEEN ?1 - ?2 AND ?1), "
		 "(SELECT id FROM frame WHERE wall_ms <= ?1 "
		 "ORDER BY wall_ms DESC, id DESC LIMIT 1))",
	[GET] = "SELECT id, key, wall_ms, data FROM frame WHERE id = ?1",
	[TIME_BEFORE] = "SELECT wall_ms FROM frame WHERE wall_ms < ?1 AND wall_ms >= 0 "
			"ORDER BY wall_ms DESC LIMIT 1",
	[TIME_AFTER] = "SELECT wall_ms FROM frame WHERE wall_ms > ?1 "
		       "ORDER BY wall_ms LIMIT 1",
};

static const struct ml_db_kind day_kind = {
	.application = ML_DAY_APPLICATION,
	.version = ML_DAY_VERSION,
	.what = "recording of memlens",
	.tables = ml_day_tables,
	.ntables = ML_DAY_TABLES,
	.views = ml_day_views,
	.statements = statements,
	.nstatements = STATEMENTS,
};

struct ml_day {
	struct ml_db *db;
	struct ml_rollup *rollup; /* when it is written */
};

/* ---- opening ---- */

static int new_day(struct ml_ctx *ctx, struct ml_day **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? 0 : ml_fail(ctx, -ENOMEM, "out of memory");
}

void ml_day_close(struct ml_day *day)
{
	if (!day)
		return;
	ml_rollup_free(day->rollup);
	ml_db_close(day->db);
	free(day);
}

int ml_day_create(struct ml_ctx *ctx, const char *path, struct ml_day **ret)
{
	struct ml_day *day;
	int rc = new_day(ctx, &day);

	if (rc)
		return rc;
	rc = ml_db_create(ctx, path, &day_kind, &day->db);
	if (!rc)
		rc = ml_rollup_new(day->db, &day->rollup);
	if (rc) {
		ml_day_close(day);
		return rc;
	}
	*ret = day;
	return 0;
}

int ml_day_open(struct ml_ctx *ctx, const char *path, struct ml_day **ret)
{
	struct ml_day *day;
	int rc = new_day(ctx, &day);

	if (rc)
		return rc;
	rc = ml_db_open(ctx, path, &day_kind, &day->db);
	if (rc) {
		ml_day_close(day);
		return rc;
	}
	*ret = day;
	return 0;
}

/* ---- writing ---- */

static int add_boot(struct ml_day *day, struct ml_str boot)
{
	sqlite3_stmt *st = ml_db_prepare(day->db, ADD_BOOT);

	if (st)
		ml_db_bind(st, 1, boot);
	return ml_db_finish(day->db, st);
}

static int add_frame(struct ml_day *day, struct ml_day_frame *frame)
{
	sqlite3_stmt *st = ml_db_prepare(day->db, ADD_FRAME);
	int rc;

	if (st) {
		sqlite3_bind_int64(st, 1, (int64_t)frame->wall_ms);
		ml_db_bind(st, 2, frame->boot);
		sqlite3_bind_int64(st, 3, frame->key);
		sqlite3_bind_blob(st, 4, frame->data.p, (int)frame->data.n,
				  SQLITE_STATIC);
		sqlite3_bind_text(st, 5, frame->mark, -1, SQLITE_STATIC);
	}
	rc = ml_db_finish(day->db, st);
	if (rc)
		return rc;
	frame->id = sqlite3_last_insert_rowid(day->db->sqlite);
	if (frame->key)
		return 0;
	frame->key = frame->id;
	st = ml_db_prepare(day->db, SET_KEY);
	if (st)
		sqlite3_bind_int64(st, 1, frame->id);
	return ml_db_finish(day->db, st);
}

int ml_day_add(struct ml_day *day, struct ml_day_frame *frame,
	       const struct ml_number *numbers, size_t n)
{
	int rc = ml_db_begin(day->db);

	if (rc)
		return rc;
	rc = add_boot(day, frame->boot);
	if (!rc)
		rc = add_frame(day, frame);
	if (!rc)
		rc = ml_rollup_add(day->rollup, frame->wall_ms, numbers, n);
	rc = ml_db_end(day->db, rc);
	if (rc)
		ml_rollup_forget(day->rollup);
	return rc;
}

static int set_meta(struct ml_day *day, const char *key, uint64_t value)
{
	sqlite3_stmt *st = ml_db_prepare(day->db, SET_META);

	if (st) {
		sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 2, (int64_t)value);
	}
	return ml_db_finish(day->db, st);
}

int ml_day_set_interval(struct ml_day *day, uint64_t ms)
{
	return set_meta(day, "interval_ms", ms);
}

int ml_day_set_quick(struct ml_day *day, uint64_t until_ms)
{
	return set_meta(day, "quick_until_ms", until_ms);
}

int ml_day_shrink(struct ml_day *day)
{
	int rc = ml_db_run(day->db,
			   "DELETE FROM frame WHERE id < (SELECT coalesce("
			   "(SELECT min(id) FROM frame WHERE key = id AND id >= "
			   "(SELECT min(id) + (max(id) - min(id)) / 10 FROM frame)), "
			   "(SELECT max(id) FROM frame WHERE key = id)))");

	if (!rc)
		rc = ml_db_run(day->db, "PRAGMA incremental_vacuum");
	if (!rc)
		rc = ml_db_run(day->db, "PRAGMA wal_checkpoint(TRUNCATE)");
	return rc;
}

/* ---- reading ---- */

static int take_frame(struct ml_day *day, sqlite3_stmt *st, struct ml_day_frame *ret,
		      struct ml_buf *data)
{
	struct ml_day_frame frame = { 0 };
	int rc = st ? sqlite3_step(st) : sqlite3_errcode(day->db->sqlite);

	if (rc == SQLITE_ROW) {
		frame.id = sqlite3_column_int64(st, 0);
		frame.key = sqlite3_column_int64(st, 1);
		frame.wall_ms = (uint64_t)sqlite3_column_int64(st, 2);
		frame.data.p = sqlite3_column_blob(st, 3);
		frame.data.n = (size_t)sqlite3_column_bytes(st, 3);
		ml_buf_clear(data);
		ml_buf_str(data, frame.data);
		frame.data = ml_buf_text(data);
		rc = data->failed ? ml_fail(day->db->ctx, -ENOMEM, "out of memory") : 0;
		if (!rc)
			*ret = frame;
	} else {
		rc = rc == SQLITE_DONE ? -ENOENT : ml_db_fail(day->db, rc);
	}
	if (st)
		sqlite3_reset(st);
	return rc;
}

static int64_t near_ms(struct ml_day *day)
{
	uint64_t interval = ml_day_interval(day);

	return interval > INT32_MAX ? NEAR_MS : 3 * (int64_t)interval;
}

int ml_day_find(struct ml_day *day, uint64_t wall_ms, struct ml_day_frame *ret,
		struct ml_buf *data)
{
	sqlite3_stmt *st = ml_db_prepare(day->db, FIND);

	if (st) {
		sqlite3_bind_int64(st, 1,
				   wall_ms > INT64_MAX ? INT64_MAX : (int64_t)wall_ms);
		sqlite3_bind_int64(st, 2, near_ms(day));
	}
	return take_frame(day, st, ret, data);
}

int ml_day_get(struct ml_day *day, int64_t id, struct ml_day_frame *ret,
	       struct ml_buf *data)
{
	sqlite3_stmt *st = ml_db_prepare(day->db, GET);

	if (st)
		sqlite3_bind_int64(st, 1, id);
	return take_frame(day, st, ret, data);
}

static int64_t as_int64(uint64_t v)
{
	return v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

int ml_day_beside(struct ml_day *day, uint64_t wall_ms, bool later, uint64_t *ret)
{
	sqlite3_stmt *st = ml_db_prepare(day->db, later ? TIME_AFTER : TIME_BEFORE);
	int rc;

	if (st)
		sqlite3_bind_int64(st, 1, as_int64(wall_ms));
	rc = ml_db_step(day->db, st);
	if (rc == 1)
		*ret = (uint64_t)sqlite3_column_int64(st, 0);
	if (st)
		sqlite3_reset(st);
	return rc == 1 ? 0 : rc ? rc : -ENOENT;
}

uint64_t ml_day_interval(struct ml_day *day)
{
	int64_t ms = 0;

	if (ml_db_number(day->db, "SELECT value FROM meta WHERE key = 'interval_ms'",
			 &ms) ||
	    ms <= 0)
		return ML_NONE;
	return (uint64_t)ms;
}

int ml_day_range(struct ml_day *day, struct ml_day_range *ret)
{
	struct ml_day_range range = { .first_ms = ML_NONE,
				      .last_ms = ML_NONE,
				      .interval_ms = ML_NONE,
				      .quick_until_ms = ML_NONE };
	int64_t n = 0;
	int rc = ml_db_number(day->db, "SELECT count(*) FROM frame", &n);

	range.frames = (uint64_t)n;
	if (!rc && n) {
		rc = ml_db_number(day->db, "SELECT min(wall_ms) FROM frame", &n);
		range.first_ms = (uint64_t)n;
		if (!rc)
			rc = ml_db_number(day->db, "SELECT max(wall_ms) FROM frame", &n);
		range.last_ms = (uint64_t)n;
	}
	range.interval_ms = ml_day_interval(day);
	if (!rc &&
	    !ml_db_number(day->db, "SELECT value FROM meta WHERE key = 'quick_until_ms'",
			  &n))
		range.quick_until_ms = (uint64_t)n;
	range.bytes = ml_db_bytes(day->db);
	if (!rc)
		*ret = range;
	return rc;
}

int ml_day_gaps(struct ml_day *day, uint64_t ms, ml_day_gap_fn *fn, void *data)
{
	sqlite3_stmt *st = NULL;
	uint64_t before = ML_NONE;
	int rc = sqlite3_prepare_v2(day->db->sqlite,
				    "SELECT wall_ms FROM frame ORDER BY wall_ms", -1, &st,
				    NULL),
	    told = 0;

	while (!rc && !told && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		uint64_t now = (uint64_t)sqlite3_column_int64(st, 0);

		if (before != ML_NONE && now > before && now - before > ms)
			told = fn(before, now, data);
		before = now;
		rc = 0;
	}
	rc = rc == SQLITE_DONE || told ? told : ml_db_fail(day->db, rc);
	sqlite3_finalize(st);
	return rc;
}

struct ml_db *ml_day_db(struct ml_day *day)
{
	return day->db;
}

int ml_day_marks(struct ml_day *day, ml_day_mark_fn *fn, void *data)
{
	sqlite3_stmt *st = NULL;
	int told = 0,
	    rc = sqlite3_prepare_v2(day->db->sqlite,
				    "SELECT wall_ms, mark FROM frame WHERE mark IS NOT "
				    "NULL ORDER BY wall_ms, id",
				    -1, &st, NULL);

	while (!rc && !told && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		const char *mark = (const char *)sqlite3_column_text(st, 1);

		told = fn((uint64_t)sqlite3_column_int64(st, 0), ml_str_of(mark), data);
		rc = 0;
	}
	rc = rc == SQLITE_DONE || told ? told : ml_db_fail(day->db, rc);
	sqlite3_finalize(st);
	return rc;
}
