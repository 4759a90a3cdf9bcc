/* SPDX-License-Identifier: MIT */
/* rollup: the least, the most and the last of named numbers within a minute. */
#include "recorder/rollup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/index.h"
#include "base/str.h"

/* Series that are known at once: some hundred are measured, but processes come and go. */
#define KNOWN_MAX 4096

#define MINUTE 60

/* What of a series is in the file. */
struct known {
	char *name;
	int64_t id; /* 0: there was no room for its name */
	struct ml_moment moment;
};

struct ml_rollup {
	struct ml_db *db;
	struct known *at;
	uint32_t n, cap;
	struct ml_index index;
};

int ml_rollup_new(struct ml_db *db, struct ml_rollup **ret)
{
	struct ml_rollup *r = calloc(1, sizeof(*r));

	if (!r)
		return ml_fail(db->ctx, -ENOMEM, "out of memory");
	r->db = db;
	*ret = r;
	return 0;
}

void ml_rollup_forget(struct ml_rollup *r)
{
	for (uint32_t i = 0; i < r->n; i++)
		free(r->at[i].name);
	r->n = 0;
	ml_index_clear(&r->index);
}

void ml_rollup_free(struct ml_rollup *r)
{
	if (!r)
		return;
	ml_rollup_forget(r);
	ml_index_deinit(&r->index);
	free(r->at);
	free(r);
}

/* ---- in the file ---- */

int ml_rollup_series(struct ml_db *db, struct ml_str name, struct ml_str unit,
		     int64_t most, int64_t *ret)
{
	sqlite3_stmt *st = ml_db_prepare(db, ML_ROLLUP_NAME);
	int rc;

	if (st) {
		ml_db_bind(st, 1, name);
		ml_db_bind(st, 2, unit);
		sqlite3_bind_int64(st, 3, most);
	}
	rc = ml_db_finish(db, st);
	if (rc)
		return rc;
	st = ml_db_prepare(db, ML_ROLLUP_ID);
	if (st)
		ml_db_bind(st, 1, name);
	rc = ml_db_step(db, st);
	*ret = rc > 0 ? sqlite3_column_int64(st, 0) : 0;
	if (st)
		sqlite3_reset(st);
	return rc < 0 ? rc : 0;
}

static void bind_place(sqlite3_stmt *st, int step, int64_t t, int64_t series)
{
	sqlite3_bind_int(st, 1, step);
	sqlite3_bind_int64(st, 2, t);
	sqlite3_bind_int64(st, 3, series);
}

int ml_rollup_put(struct ml_db *db, int64_t series, int step,
		  const struct ml_moment *moment)
{
	sqlite3_stmt *st = ml_db_prepare(db, ML_ROLLUP_PUT);

	if (st) {
		bind_place(st, step, moment->t, series);
		sqlite3_bind_double(st, 4, moment->min);
		sqlite3_bind_double(st, 5, moment->max);
		sqlite3_bind_double(st, 6, moment->last);
	}
	return ml_db_finish(db, st);
}

int ml_rollup_get(struct ml_db *db, int64_t series, int step, int64_t t,
		  struct ml_moment *ret)
{
	sqlite3_stmt *st = ml_db_prepare(db, ML_ROLLUP_GET);
	int rc;

	if (st)
		bind_place(st, step, t, series);
	rc = ml_db_step(db, st);
	if (rc > 0 && sqlite3_column_type(st, 2) == SQLITE_NULL)
		rc = 0;
	if (rc > 0)
		*ret = (struct ml_moment){ t, sqlite3_column_double(st, 0),
					   sqlite3_column_double(st, 1),
					   sqlite3_column_double(st, 2) };
	if (st)
		sqlite3_reset(st);
	return rc;
}

/* ---- what is in it ---- */

static bool is_known(const void *rows, uint32_t row, struct ml_str name)
{
	return ml_str_is(name, ((const struct known *)rows)[row].name);
}

static int grow(struct ml_rollup *r)
{
	uint32_t cap = r->cap ? 2 * r->cap : 64;
	struct known *at;

	if (r->n < r->cap)
		return 0;
	at = reallocarray(r->at, cap, sizeof(*at));
	if (!at)
		return -ENOMEM;
	r->at = at;
	r->cap = cap;
	return 0;
}

static int add_known(struct ml_rollup *r, const struct ml_number *number, uint32_t hash)
{
	struct known known = { .moment.t = -1 };
	int rc = ml_rollup_series(r->db, ml_str_of(number->series),
				  ml_str_of(number->unit), ML_ROLLUP_SERIES_MAX,
				  &known.id);

	if (rc)
		return rc;
	known.name = strdup(number->series);
	if (!known.name || grow(r) || ml_index_add(&r->index, hash, r->n)) {
		free(known.name);
		return ml_fail(r->db->ctx, -ENOMEM, "out of memory");
	}
	r->at[r->n++] = known;
	return 0;
}

static int find(struct ml_rollup *r, const struct ml_number *number, struct known **ret)
{
	struct ml_str name = ml_str_of(number->series);
	uint32_t hash = ml_name_hash(name);
	uint32_t row = ml_index_find(&r->index, hash, name, is_known, r->at);
	int rc = 0;

	if (row == ML_NO_ROW) {
		row = r->n;
		rc = add_known(r, number, hash);
	}
	if (!rc)
		*ret = &r->at[row];
	return rc;
}

/* Whether the number changed anything. */
static bool extend(struct ml_moment *moment, int64_t t, double value)
{
	if (moment->t != t) {
		*moment = (struct ml_moment){ t, value, value, value };
		return true;
	}
	if (moment->last == value)
		return false; /* it is between them */
	moment->last = value;
	if (value < moment->min)
		moment->min = value;
	if (value > moment->max)
		moment->max = value;
	return true;
}

static int add_number(struct ml_rollup *r, int64_t t, const struct ml_number *number)
{
	struct known *known;
	int rc = find(r, number, &known);

	if (rc || !known->id || !extend(&known->moment, t, number->value))
		return rc;
	return ml_rollup_put(r->db, known->id, MINUTE, &known->moment);
}

int ml_rollup_add(struct ml_rollup *r, uint64_t wall_ms, const struct ml_number *numbers,
		  size_t n)
{
	int64_t t = (int64_t)(wall_ms / 1000);
	int rc = 0;

	if (r->n > KNOWN_MAX)
		ml_rollup_forget(r);
	for (size_t i = 0; i < n && !rc; i++)
		rc = add_number(r, t - t % MINUTE, &numbers[i]);
	return rc;
}
