/* SPDX-License-Identifier: MIT */
/* day: the file of one day of a recording, a database of SQLite. */
#include "recorder/day.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "record/frame.h"
#include "recorder/schema.h"

/* Pages of the log before they are moved into the file: seldom, since a copy that is made
 * of file and log just then may not be whole. */
#define CHECKPOINT_PAGES 4000
/* How long another's lock is waited for. */
#define BUSY_MS 5000
/* Steps of SQLite's machine after which a statement on a hostile file ends. */
#define STEPS_MAX 20000000

enum statement {
	ADD_FRAME,
	SET_KEY,
	ADD_BOOT,
	ADD_SERIES,
	ROLL_UP,
	SET_META,
	FIND,
	GET,
	TIME_BEFORE,
	TIME_AFTER,
	STATEMENTS,
};

static const char *const texts[STATEMENTS] = {
	[ADD_FRAME] = "INSERT INTO frame(wall_ms, boot, key, data) SELECT ?1, id, ?3, ?4 "
		      "FROM boot WHERE boot_id = ?2",
	[SET_KEY] = "UPDATE frame SET key = id WHERE id = ?1",
	[ADD_BOOT] = "INSERT INTO boot(boot_id) VALUES(?1) ON CONFLICT DO NOTHING",
	[ADD_SERIES] =
		"INSERT INTO series(name, unit) VALUES(?1, ?2) ON CONFLICT DO NOTHING",
	[ROLL_UP] = "INSERT INTO rollup SELECT ?1, ?2, id, ?4, ?4, ?4 FROM series "
		    "WHERE name = ?3 ON CONFLICT DO UPDATE SET min = min(min, ?4), "
		    "max = max(max, ?4), last = ?4",
	[SET_META] = "INSERT OR REPLACE INTO meta(key, value) VALUES(?1, ?2)",
	[FIND] = "SELECT id, key, wall_ms, data FROM frame WHERE wall_ms <= ?1 "
		 "ORDER BY wall_ms DESC, id DESC LIMIT 1",
	[GET] = "SELECT id, key, wall_ms, data FROM frame WHERE id = ?1",
	[TIME_BEFORE] = "SELECT wall_ms FROM frame WHERE wall_ms < ?1 AND wall_ms >= 0 "
			"ORDER BY wall_ms DESC LIMIT 1",
	[TIME_AFTER] = "SELECT wall_ms FROM frame WHERE wall_ms > ?1 "
		       "ORDER BY wall_ms LIMIT 1",
};

struct ml_day {
	struct ml_ctx *ctx;
	char *path;
	sqlite3 *db;
	sqlite3_stmt *made[STATEMENTS];
	int steps; /* left, in thousands */
};

static int code_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CANTOPEN:
		return -ENOENT;
	case SQLITE_PERM:
	case SQLITE_READONLY:
		return -EACCES;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_INTERRUPT:
	case SQLITE_TOOBIG:
	case SQLITE_ERROR:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

static int fail(const struct ml_day *day, int rc)
{
	int code = code_of(rc);

	if ((rc & 0xff) == SQLITE_IOERR && sqlite3_system_errno(day->db) == ENOSPC)
		code = -ENOSPC;
	if (code == -EBADMSG)
		return ml_fail(day->ctx, code, "%s: damaged (%s)", day->path,
			       sqlite3_errmsg(day->db));
	return ml_fail(day->ctx, code, "%s: %s", day->path,
		       code == -ENOSPC ? strerror(ENOSPC) : sqlite3_errmsg(day->db));
}

static int run(const struct ml_day *day, const char *sql)
{
	int rc = sqlite3_exec(day->db, sql, NULL, NULL, NULL);

	return rc ? fail(day, rc) : 0;
}

/* ---- statements ---- */

static sqlite3_stmt *prepare(struct ml_day *day, enum statement which)
{
	if (!day->made[which] &&
	    sqlite3_prepare_v3(day->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT,
			       &day->made[which], NULL))
		return NULL;
	return day->made[which];
}

/* Of a statement that gives no rows. */
static int finish(struct ml_day *day, sqlite3_stmt *st)
{
	int rc = st ? sqlite3_step(st) : sqlite3_errcode(day->db);

	if (rc != SQLITE_DONE && code_of(rc))
		rc = fail(day, rc);
	else
		rc = 0;
	if (st)
		sqlite3_reset(st);
	return rc;
}

static void bind_str(sqlite3_stmt *st, int i, struct ml_str s)
{
	sqlite3_bind_text(st, i, s.p ? s.p : "", (int)s.n, SQLITE_STATIC);
}

/* ---- opening ---- */

static int count_steps(void *data)
{
	struct ml_day *day = data;

	return --day->steps < 0;
}

/* A file that stays open is asked again and again. */
static void allow_steps(struct ml_day *day)
{
	day->steps = STEPS_MAX / 1000;
}

/* Nothing in the file is run, and nothing in it is long or takes long. */
static void distrust(struct ml_day *day)
{
	sqlite3_db_config(day->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(day->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(day->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(day->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_limit(day->db, SQLITE_LIMIT_LENGTH, ML_FRAME_BYTES_MAX);
	sqlite3_limit(day->db, SQLITE_LIMIT_ATTACHED, 0);
	allow_steps(day);
	sqlite3_progress_handler(day->db, 1000, count_steps, day);
}

static int number_of(struct ml_day *day, const char *sql, int64_t *ret)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(day->db, sql, -1, &st, NULL);

	if (!rc)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? 0 : rc ? fail(day, rc) : -ENOENT;
}

static bool is_declared(const struct ml_day *day, const struct ml_day_table *table)
{
	sqlite3_stmt *st = NULL;
	bool same = false;

	if (!sqlite3_prepare_v2(
		    day->db, "SELECT 1 FROM sqlite_schema WHERE name = ?1 AND sql = ?2",
		    -1, &st, NULL)) {
		sqlite3_bind_text(st, 1, table->name, -1, SQLITE_STATIC);
		sqlite3_bind_text(st, 2, table->sql, -1, SQLITE_STATIC);
		same = sqlite3_step(st) == SQLITE_ROW;
	}
	sqlite3_finalize(st);
	return same;
}

static int check_schema(struct ml_day *day)
{
	int64_t application = 0, version = 0;
	int rc = number_of(day, "PRAGMA application_id", &application);

	if (!rc)
		rc = number_of(day, "PRAGMA user_version", &version);
	if (rc)
		return rc;
	if (application != ML_DAY_APPLICATION)
		return ml_fail(day->ctx, -EINVAL, "%s: no recording of memlens",
			       day->path);
	if (version > ML_DAY_VERSION)
		return ml_fail(day->ctx, -EINVAL, "%s: made by a newer memlens",
			       day->path);
	for (unsigned i = 0; i < ml_day_tables_count; i++)
		if (!is_declared(day, &ml_day_tables[i]))
			return ml_fail(day->ctx, -EBADMSG,
				       "%s: damaged (its table %s is none of ours)",
				       day->path, ml_day_tables[i].name);
	return 0;
}

/* `name` is what SQLite is told, `path` what people are. */
static int new_day(struct ml_ctx *ctx, const char *path, const char *name, int flags,
		   struct ml_day **ret)
{
	struct ml_day *day = calloc(1, sizeof(*day));
	int rc;

	if (!day)
		return ml_fail(ctx, -ENOMEM, "out of memory");
	day->ctx = ctx;
	day->path = strdup(path);
	rc = sqlite3_open_v2(name, &day->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc || !day->path) {
		rc = day->path && day->db ? fail(day, rc)
					  : ml_fail(ctx, -ENOMEM, "out of memory");
		ml_day_close(day);
		return rc ? rc : -EIO;
	}
	sqlite3_extended_result_codes(day->db, 1);
	sqlite3_busy_timeout(day->db, BUSY_MS);
	*ret = day;
	return 0;
}

void ml_day_close(struct ml_day *day)
{
	if (!day)
		return;
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(day->made[i]);
	sqlite3_close(day->db);
	free(day->path);
	free(day);
}

static int make_tables(struct ml_day *day)
{
	char text[64];
	int rc = run(day, "BEGIN IMMEDIATE");

	for (unsigned i = 0; i < ml_day_tables_count && !rc; i++)
		rc = run(day, ml_day_tables[i].sql);
	if (!rc)
		rc = run(day, ml_day_views);
	snprintf(text, sizeof(text),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 ML_DAY_APPLICATION, ML_DAY_VERSION);
	if (!rc)
		rc = run(day, text);
	if (!rc)
		rc = run(day, "COMMIT");
	if (rc)
		sqlite3_exec(day->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

static int set_up(struct ml_day *day)
{
	int64_t tables = 0;
	int rc = run(day, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; "
			  "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; "
			  "PRAGMA cache_size = -2048");

	if (!rc)
		rc = number_of(day, "SELECT count(*) FROM sqlite_schema", &tables);
	if (!rc && !tables)
		rc = make_tables(day);
	sqlite3_wal_autocheckpoint(day->db, CHECKPOINT_PAGES);
	return rc ? rc : check_schema(day);
}

int ml_day_create(struct ml_ctx *ctx, const char *path, struct ml_day **ret)
{
	struct ml_day *day = NULL;
	int rc = new_day(
		ctx, path, path,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, &day);

	if (rc)
		return rc;
	rc = set_up(day);
	if (rc) {
		ml_day_close(day);
		return rc;
	}
	*ret = day;
	return 0;
}

/* Where its log cannot be shared - read-only media, another's folder - it is read as if
 * nobody wrote it. */
static int open_unshared(struct ml_ctx *ctx, const char *path, struct ml_day **ret)
{
	struct ml_buf uri = { 0 };
	int rc;

	ml_buf_printf(&uri, "file:");
	for (const char *p = path; *p; p++)
		if (strchr("%?#", *p))
			ml_buf_printf(&uri, "%%%02x", (unsigned char)*p);
		else
			ml_buf_add(&uri, p, 1);
	ml_buf_add(&uri, "?immutable=1", sizeof("?immutable=1"));
	if (uri.failed)
		rc = ml_fail(ctx, -ENOMEM, "out of memory");
	else
		rc = new_day(ctx, path, uri.p, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
			     ret);
	ml_buf_deinit(&uri);
	return rc;
}

int ml_day_open(struct ml_ctx *ctx, const char *path, struct ml_day **ret)
{
	struct ml_day *day = NULL;
	struct stat st;
	int64_t n;
	int rc;

	if (stat(path, &st))
		return ml_fail(ctx, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return ml_fail(ctx, -EINVAL, "%s: no plain file", path);
	if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS))
		return ml_fail(ctx, -errno, "%s: %s", path, strerror(errno));
	rc = new_day(ctx, path, path, SQLITE_OPEN_READONLY, &day);
	if (!rc) {
		distrust(day);
		rc = number_of(day, "SELECT count(*) FROM sqlite_schema", &n);
	}
	if (rc == -ENOENT || rc == -EACCES) {
		ml_day_close(day);
		day = NULL;
		rc = open_unshared(ctx, path, &day);
		if (!rc)
			distrust(day);
	}
	if (!rc)
		rc = check_schema(day);
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
	sqlite3_stmt *st = prepare(day, ADD_BOOT);

	if (st)
		bind_str(st, 1, boot);
	return finish(day, st);
}

static int add_frame(struct ml_day *day, struct ml_day_frame *frame)
{
	sqlite3_stmt *st = prepare(day, ADD_FRAME);
	int rc;

	if (st) {
		sqlite3_bind_int64(st, 1, (int64_t)frame->wall_ms);
		bind_str(st, 2, frame->boot);
		sqlite3_bind_int64(st, 3, frame->key);
		sqlite3_bind_blob(st, 4, frame->data.p, (int)frame->data.n,
				  SQLITE_STATIC);
	}
	rc = finish(day, st);
	if (rc)
		return rc;
	frame->id = sqlite3_last_insert_rowid(day->db);
	if (frame->key)
		return 0;
	frame->key = frame->id;
	st = prepare(day, SET_KEY);
	if (st)
		sqlite3_bind_int64(st, 1, frame->id);
	return finish(day, st);
}

static int roll_up(struct ml_day *day, const struct ml_day_number *number, int step,
		   uint64_t wall_ms)
{
	uint64_t t = wall_ms / 1000;
	sqlite3_stmt *st = prepare(day, ROLL_UP);

	if (st) {
		sqlite3_bind_int(st, 1, step);
		sqlite3_bind_int64(st, 2, (int64_t)(t - t % (uint64_t)step));
		bind_str(st, 3, ml_str_of(number->series));
		sqlite3_bind_double(st, 4, number->value);
	}
	return finish(day, st);
}

static int add_number(struct ml_day *day, const struct ml_day_number *number,
		      uint64_t wall_ms)
{
	sqlite3_stmt *st = prepare(day, ADD_SERIES);
	int rc;

	if (st) {
		bind_str(st, 1, ml_str_of(number->series));
		bind_str(st, 2, ml_str_of(number->unit));
	}
	rc = finish(day, st);
	if (!rc)
		rc = roll_up(day, number, 60, wall_ms);
	return rc ? rc : roll_up(day, number, 3600, wall_ms);
}

int ml_day_add(struct ml_day *day, struct ml_day_frame *frame,
	       const struct ml_day_number *numbers, size_t n)
{
	int rc = run(day, "BEGIN IMMEDIATE");

	if (rc)
		return rc;
	rc = add_boot(day, frame->boot);
	if (!rc)
		rc = add_frame(day, frame);
	for (size_t i = 0; i < n && !rc; i++)
		rc = add_number(day, &numbers[i], frame->wall_ms);
	if (!rc)
		rc = run(day, "COMMIT");
	if (rc)
		sqlite3_exec(day->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

int ml_day_set_interval(struct ml_day *day, uint64_t ms)
{
	sqlite3_stmt *st = prepare(day, SET_META);

	if (st) {
		sqlite3_bind_text(st, 1, "interval_ms", -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 2, (int64_t)ms);
	}
	return finish(day, st);
}

int ml_day_shrink(struct ml_day *day)
{
	int rc =
		run(day, "DELETE FROM frame WHERE key <= (SELECT key FROM frame WHERE id "
			 ">= (SELECT min(id) + (max(id) - min(id)) / 10 FROM frame) "
			 "ORDER BY id LIMIT 1) AND key < (SELECT max(key) FROM frame)");

	if (!rc)
		rc = run(day, "PRAGMA incremental_vacuum");
	if (!rc)
		rc = run(day, "PRAGMA wal_checkpoint(TRUNCATE)");
	return rc;
}

/* ---- reading ---- */

static int take_frame(struct ml_day *day, sqlite3_stmt *st, struct ml_day_frame *ret,
		      struct ml_buf *data)
{
	struct ml_day_frame frame = { 0 };
	int rc = st ? sqlite3_step(st) : sqlite3_errcode(day->db);

	if (rc == SQLITE_ROW) {
		frame.id = sqlite3_column_int64(st, 0);
		frame.key = sqlite3_column_int64(st, 1);
		frame.wall_ms = (uint64_t)sqlite3_column_int64(st, 2);
		frame.data.p = sqlite3_column_blob(st, 3);
		frame.data.n = (size_t)sqlite3_column_bytes(st, 3);
		ml_buf_clear(data);
		ml_buf_str(data, frame.data);
		frame.data = ml_buf_text(data);
		rc = data->failed ? ml_fail(day->ctx, -ENOMEM, "out of memory") : 0;
		if (!rc)
			*ret = frame;
	} else {
		rc = rc == SQLITE_DONE ? -ENOENT : fail(day, rc);
	}
	if (st)
		sqlite3_reset(st);
	return rc;
}

static int64_t as_int64(uint64_t wall_ms)
{
	return wall_ms > INT64_MAX ? INT64_MAX : (int64_t)wall_ms;
}

int ml_day_find(struct ml_day *day, uint64_t wall_ms, struct ml_day_frame *ret,
		struct ml_buf *data)
{
	sqlite3_stmt *st = prepare(day, FIND);

	allow_steps(day);
	if (st)
		sqlite3_bind_int64(st, 1, as_int64(wall_ms));
	return take_frame(day, st, ret, data);
}

int ml_day_get(struct ml_day *day, int64_t id, struct ml_day_frame *ret,
	       struct ml_buf *data)
{
	sqlite3_stmt *st = prepare(day, GET);

	if (st)
		sqlite3_bind_int64(st, 1, id);
	return take_frame(day, st, ret, data);
}

int ml_day_beside(struct ml_day *day, uint64_t wall_ms, bool later, uint64_t *ret)
{
	sqlite3_stmt *st = prepare(day, later ? TIME_AFTER : TIME_BEFORE);
	int rc;

	allow_steps(day);
	if (st)
		sqlite3_bind_int64(st, 1, as_int64(wall_ms));
	rc = st ? sqlite3_step(st) : sqlite3_errcode(day->db);
	if (rc == SQLITE_ROW)
		*ret = (uint64_t)sqlite3_column_int64(st, 0);
	rc = rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? -ENOENT : fail(day, rc);
	if (st)
		sqlite3_reset(st);
	return rc;
}

uint64_t ml_day_interval(struct ml_day *day)
{
	int64_t ms = 0;

	if (number_of(day, "SELECT value FROM meta WHERE key = 'interval_ms'", &ms) ||
	    ms <= 0)
		return ML_NONE;
	return (uint64_t)ms;
}

static uint64_t bytes_of(const char *path)
{
	char log[4096];
	struct stat st;
	uint64_t n = 0;

	if (!stat(path, &st))
		n = (uint64_t)st.st_size;
	snprintf(log, sizeof(log), "%s-wal", path);
	if (!stat(log, &st))
		n += (uint64_t)st.st_size;
	return n;
}

int ml_day_range(struct ml_day *day, struct ml_day_range *ret)
{
	struct ml_day_range range = { .first_ms = ML_NONE, .last_ms = ML_NONE };
	int64_t n = 0;
	int rc = number_of(day, "SELECT count(*) FROM frame", &n);

	range.frames = (uint64_t)n;
	if (!rc && n) {
		rc = number_of(day, "SELECT min(wall_ms) FROM frame", &n);
		range.first_ms = (uint64_t)n;
		if (!rc)
			rc = number_of(day, "SELECT max(wall_ms) FROM frame", &n);
		range.last_ms = (uint64_t)n;
	}
	range.interval_ms = ml_day_interval(day);
	range.bytes = bytes_of(day->path);
	if (!rc)
		*ret = range;
	return rc;
}

int ml_day_gaps(struct ml_day *day, uint64_t ms, ml_day_gap_fn *fn, void *data)
{
	sqlite3_stmt *st = NULL;
	uint64_t before = ML_NONE;
	int rc = sqlite3_prepare_v2(day->db, "SELECT wall_ms FROM frame ORDER BY wall_ms",
				    -1, &st, NULL),
	    told = 0;

	while (!rc && !told && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		uint64_t now = (uint64_t)sqlite3_column_int64(st, 0);

		if (before != ML_NONE && now > before && now - before > ms)
			told = fn(before, now, data);
		before = now;
		rc = 0;
	}
	rc = rc == SQLITE_DONE || told ? told : fail(day, rc);
	sqlite3_finalize(st);
	return rc;
}
