/* SPDX-License-Identifier: MIT */
/*
 * db: a database of SQLite whose tables are declared by us, word for word.
 *
 * Whoever made the file is not trusted: what is declared otherwise is refused, nothing in
 * it is run, and nothing in it is long or takes long.
 */
#pragma once

#include <sqlite3.h>

#include "base/fail.h"
#include "memlens.h"

struct ml_db_table {
	const char *name;
	const char *sql; /* as SQLite keeps it */
};

#define ML_DB_STATEMENTS_MAX 16

/* What a file of ours is. */
struct ml_db_kind {
	int application; /* of its header */
	int version;
	const char *what; /* "recording of memlens" */
	const struct ml_db_table *tables;
	unsigned ntables;
	const char *views;             /* for people and their tools; never read by us */
	const char *const *statements; /* prepared once, by their number */
	unsigned nstatements;
};

struct ml_db {
	struct ml_ctx *ctx;
	char *path;
	sqlite3 *sqlite;
	const struct ml_db_kind *kind;
	sqlite3_stmt *made[ML_DB_STATEMENTS_MAX];
	int steps; /* left, in thousands */
};

/* To write; made if it is not there, private. 0, or -errno with a message: -EINVAL (not
 * ours), -ENOSPC, -EIO... */
int ml_db_create(struct ml_ctx *ctx, const char *path, const struct ml_db_kind *kind,
		 struct ml_db **ret);
/* To read. */
int ml_db_open(struct ml_ctx *ctx, const char *path, const struct ml_db_kind *kind,
	       struct ml_db **ret);
void ml_db_close(struct ml_db *db); /* NULL is fine */

/* -errno of a code of SQLite, with a message. */
int ml_db_fail(const struct ml_db *db, int rc);

/* Statements without rows. */
int ml_db_run(const struct ml_db *db, const char *sql);

/* One number; -ENOENT without a message when there is no row. */
int ml_db_number(struct ml_db *db, const char *sql, int64_t *ret);

/* What follows may take its time anew. */
void ml_db_rest(struct ml_db *db);

/* One of the kind's statements, to be bound; NULL when it could not be made, which
 * ml_db_finish() and ml_db_step() tell. */
sqlite3_stmt *ml_db_prepare(struct ml_db *db, unsigned which);
void ml_db_bind(sqlite3_stmt *st, int i, struct ml_str s);

/* Run one that gives no rows, and reset it. */
int ml_db_finish(struct ml_db *db, sqlite3_stmt *st);

/* The next row: 1; 0 when there are no more; or -errno with a message. */
int ml_db_step(struct ml_db *db, sqlite3_stmt *st);

/* All or nothing: end with the code of what was done in between. */
int ml_db_begin(struct ml_db *db);
int ml_db_end(struct ml_db *db, int rc);

/* Of the file and its log. */
uint64_t ml_db_bytes(const struct ml_db *db);
