/* SPDX-License-Identifier: MIT */
/* db: a database of SQLite whose tables are declared by us, word for word. */
#include "recorder/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"
#include "record/frame.h"

/* Pages of the log before they are moved into the file: seldom, since a copy that is made
 * of file and log just then may not be whole. */
#define CHECKPOINT_PAGES 4000
/* How long another's lock is waited for. */
#define BUSY_MS 5000
/* Steps of SQLite's machine after which a statement on a hostile file ends. */
#define STEPS_MAX 20000000

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

int ml_db_fail(const struct ml_db *db, int rc)
{
	int code = code_of(rc);

	if ((rc & 0xff) == SQLITE_IOERR && sqlite3_system_errno(db->sqlite) == ENOSPC)
		code = -ENOSPC;
	if (code == -EBADMSG)
		return ml_fail(db->ctx, code, "%s: damaged (%s)", db->path,
			       sqlite3_errmsg(db->sqlite));
	return ml_fail(db->ctx, code, "%s: %s", db->path,
		       code == -ENOSPC ? strerror(ENOSPC) : sqlite3_errmsg(db->sqlite));
}

int ml_db_run(const struct ml_db *db, const char *sql)
{
	int rc = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);

	return rc ? ml_db_fail(db, rc) : 0;
}

int ml_db_begin(struct ml_db *db)
{
	return ml_db_run(db, "BEGIN IMMEDIATE");
}

int ml_db_end(struct ml_db *db, int rc)
{
	if (!rc)
		rc = ml_db_run(db, "COMMIT");
	if (rc)
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* ---- statements ---- */

void ml_db_rest(struct ml_db *db)
{
	db->steps = STEPS_MAX / 1000;
}

sqlite3_stmt *ml_db_prepare(struct ml_db *db, unsigned which)
{
	ml_db_rest(db);
	if (!db->made[which] &&
	    sqlite3_prepare_v3(db->sqlite, db->kind->statements[which], -1,
			       SQLITE_PREPARE_PERSISTENT, &db->made[which], NULL))
		return NULL;
	return db->made[which];
}

void ml_db_bind(sqlite3_stmt *st, int i, struct ml_str s)
{
	sqlite3_bind_text(st, i, s.p ? s.p : "", (int)s.n, SQLITE_STATIC);
}

int ml_db_step(struct ml_db *db, sqlite3_stmt *st)
{
	int rc = st ? sqlite3_step(st) : sqlite3_errcode(db->sqlite);

	if (rc == SQLITE_ROW)
		return 1;
	return code_of(rc) ? ml_db_fail(db, rc) : 0;
}

int ml_db_finish(struct ml_db *db, sqlite3_stmt *st)
{
	int rc = ml_db_step(db, st);

	if (st)
		sqlite3_reset(st);
	return rc < 0 ? rc : 0;
}

int ml_db_number(struct ml_db *db, const char *sql, int64_t *ret)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db->sqlite, sql, -1, &st, NULL);

	if (!rc)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc == SQLITE_ROW ? 0 : code_of(rc) ? ml_db_fail(db, rc) : -ENOENT;
}

/* ---- opening ---- */

static int count_steps(void *data)
{
	struct ml_db *db = data;

	return --db->steps < 0;
}

static void distrust(struct ml_db *db)
{
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_limit(db->sqlite, SQLITE_LIMIT_LENGTH, ML_FRAME_BYTES_MAX);
	sqlite3_limit(db->sqlite, SQLITE_LIMIT_ATTACHED, 0);
	ml_db_rest(db);
	sqlite3_progress_handler(db->sqlite, 1000, count_steps, db);
}

static bool is_declared(const struct ml_db *db, const struct ml_db_table *table)
{
	sqlite3_stmt *st = NULL;
	bool same = false;

	if (!sqlite3_prepare_v2(
		    db->sqlite,
		    "SELECT 1 FROM sqlite_schema WHERE name = ?1 AND sql = ?2", -1, &st,
		    NULL)) {
		sqlite3_bind_text(st, 1, table->name, -1, SQLITE_STATIC);
		sqlite3_bind_text(st, 2, table->sql, -1, SQLITE_STATIC);
		same = sqlite3_step(st) == SQLITE_ROW;
	}
	sqlite3_finalize(st);
	return same;
}

static int check_schema(struct ml_db *db)
{
	const struct ml_db_kind *kind = db->kind;
	int64_t application = 0, version = 0;
	int rc = ml_db_number(db, "PRAGMA application_id", &application);

	if (!rc)
		rc = ml_db_number(db, "PRAGMA user_version", &version);
	if (rc)
		return rc;
	if (application != kind->application)
		return ml_fail(db->ctx, -EINVAL, "%s: no %s", db->path, kind->what);
	if (version > kind->version)
		return ml_fail(db->ctx, -EINVAL, "%s: made by a newer memlens", db->path);
	for (unsigned i = 0; i < kind->ntables; i++)
		if (!is_declared(db, &kind->tables[i]))
			return ml_fail(db->ctx, -EBADMSG,
				       "%s: damaged (its table %s is none of ours)",
				       db->path, kind->tables[i].name);
	return 0;
}

/* `name` is what SQLite is told, `path` what people are. */
static int new_db(struct ml_ctx *ctx, const char *path, const char *name, int flags,
		  const struct ml_db_kind *kind, struct ml_db **ret)
{
	struct ml_db *db = calloc(1, sizeof(*db));
	int rc;

	if (!db)
		return ml_fail(ctx, -ENOMEM, "out of memory");
	db->ctx = ctx;
	db->kind = kind;
	db->path = strdup(path);
	rc = sqlite3_open_v2(name, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc || !db->path) {
		rc = db->path && db->sqlite ? ml_db_fail(db, rc)
					    : ml_fail(ctx, -ENOMEM, "out of memory");
		ml_db_close(db);
		return rc ? rc : -EIO;
	}
	sqlite3_extended_result_codes(db->sqlite, 1);
	sqlite3_busy_timeout(db->sqlite, BUSY_MS);
	*ret = db;
	return 0;
}

void ml_db_close(struct ml_db *db)
{
	if (!db)
		return;
	for (unsigned i = 0; i < ML_DB_STATEMENTS_MAX; i++)
		sqlite3_finalize(db->made[i]);
	sqlite3_close(db->sqlite);
	free(db->path);
	free(db);
}

static int make_tables(struct ml_db *db)
{
	const struct ml_db_kind *kind = db->kind;
	char text[64];
	int rc = ml_db_begin(db);

	if (rc)
		return rc;
	for (unsigned i = 0; i < kind->ntables && !rc; i++)
		rc = ml_db_run(db, kind->tables[i].sql);
	if (!rc)
		rc = ml_db_run(db, kind->views);
	snprintf(text, sizeof(text),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 kind->application, kind->version);
	if (!rc)
		rc = ml_db_run(db, text);
	return ml_db_end(db, rc);
}

static int set_up(struct ml_db *db)
{
	int64_t tables = 0;
	int rc = ml_db_run(db,
			   "PRAGMA page_size = 1024; PRAGMA auto_vacuum = INCREMENTAL; "
			   "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
			   "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -512");

	if (!rc)
		rc = ml_db_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (!rc && !tables)
		rc = make_tables(db);
	sqlite3_wal_autocheckpoint(db->sqlite, CHECKPOINT_PAGES);
	return rc ? rc : check_schema(db);
}

int ml_db_create(struct ml_ctx *ctx, const char *path, const struct ml_db_kind *kind,
		 struct ml_db **ret)
{
	struct ml_db *db = NULL;
	int rc = new_db(ctx, path, path,
			SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW,
			kind, &db);

	if (rc)
		return rc;
	rc = set_up(db);
	if (rc) {
		ml_db_close(db);
		return rc;
	}
	*ret = db;
	return 0;
}

/* Where its log cannot be shared - read-only media, another's folder - it is read as if
 * nobody wrote it. */
static int open_unshared(struct ml_ctx *ctx, const char *path,
			 const struct ml_db_kind *kind, struct ml_db **ret)
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
		rc = new_db(ctx, path, uri.p, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
			    kind, ret);
	ml_buf_deinit(&uri);
	return rc;
}

int ml_db_open(struct ml_ctx *ctx, const char *path, const struct ml_db_kind *kind,
	       struct ml_db **ret)
{
	struct ml_db *db = NULL;
	struct stat st;
	int64_t n;
	int rc;

	if (stat(path, &st))
		return ml_fail(ctx, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return ml_fail(ctx, -EINVAL, "%s: no plain file", path);
	if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS))
		return ml_fail(ctx, -errno, "%s: %s", path, strerror(errno));
	rc = new_db(ctx, path, path, SQLITE_OPEN_READONLY, kind, &db);
	if (!rc) {
		distrust(db);
		rc = ml_db_number(db, "SELECT count(*) FROM sqlite_schema", &n);
	}
	if (rc == -ENOENT || rc == -EACCES) {
		ml_db_close(db);
		db = NULL;
		rc = open_unshared(ctx, path, kind, &db);
		if (!rc)
			distrust(db);
	}
	if (!rc)
		rc = check_schema(db);
	if (rc) {
		ml_db_close(db);
		return rc;
	}
	*ret = db;
	return 0;
}

uint64_t ml_db_bytes(const struct ml_db *db)
{
	char log[4096];
	struct stat st;
	uint64_t n = 0;

	if (!stat(db->path, &st))
		n = (uint64_t)st.st_size;
	snprintf(log, sizeof(log), "%s-wal", db->path);
	if (!stat(log, &st))
		n += (uint64_t)st.st_size;
	return n;
}
