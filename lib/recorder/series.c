/* SPDX-License-Identifier: MIT */
/* series: the numbers of a recording over time, of its days and what outlived them. */
#include "recorder/series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/index.h"
#include "base/str.h"
#include "recorder/day.h"
#include "recorder/folder.h"
#include "recorder/numbers.h"
#include "recorder/past.h"
#include "recorder/rollup_read.h"

#define MINUTE 60
#define HOUR 3600
#define DAY 86400

/* Later is no time of ours, but a damaged one. */
#define TIME_MAX_S 100000000000

/* ---- the files ---- */

/* One of them, while it is open. */
struct file {
	struct ml_db *db;
	const struct ml_rolled_order *order;
	bool past;
	int64_t first, last; /* the moments it can have */
};

typedef int file_fn(const struct file *file, void *data);

static void tell(const struct ml_series_from *from, int error)
{
	if (from->bad)
		from->bad(error, from->data);
}

/* Bad files are told and passed over: only what they would not tell is missing. */
static int with_day(const struct ml_series_from *from, const struct ml_folder_day *at,
		    file_fn *fn, void *data)
{
	struct ml_day *day;
	int rc = ml_day_open(from->ctx, at->path, &day);

	if (!rc) {
		struct file file = { ml_day_db(day), &ml_rolled_by_time, false, INT64_MIN,
				     INT64_MAX };

		if (at->from_ms) {
			file.first = (int64_t)(at->from_ms / 1000);
			file.last = file.first + DAY - 1;
		}
		rc = fn(&file, data);
		ml_day_close(day);
	}
	if (rc && rc != -ENOMEM)
		tell(from, rc);
	return rc == -ENOMEM ? rc : 0;
}

static int with_past(const struct ml_series_from *from, file_fn *fn, void *data)
{
	struct ml_past *past;
	int rc;

	if (!ml_past_bytes(from->path))
		return 0;
	rc = ml_past_open(from->ctx, from->path, &past);
	if (!rc) {
		rc = fn(&(struct file){ ml_past_db(past), &ml_rolled_by_name, true,
					INT64_MIN, INT64_MAX },
			data);
		ml_past_close(past);
	}
	if (rc && rc != -ENOMEM)
		tell(from, rc);
	return rc == -ENOMEM ? rc : 0;
}

static int with_folder(const struct ml_series_from *from, file_fn *fn, void *data)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_rows days = { 0 };
	const struct ml_folder_day *day;
	int rc = ml_folder_list(from->ctx, from->path, &arena, &days);

	if (rc)
		return rc;
	if (!days.n && !ml_past_bytes(from->path))
		return ml_fail(from->ctx, -ENOENT, "%s: nothing is recorded there",
			       from->path);
	rc = with_past(from, fn, data);
	ml_for_each_row(day, &days)
		if (!rc)
			rc = with_day(from, day, fn, data);
	return rc;
}

/* Each, the past first. 0, or -errno with a message. */
static int with_files(const struct ml_series_from *from, file_fn *fn, void *data)
{
	struct ml_folder_day file = { .path = from->path };
	struct stat st;

	if (stat(from->path, &st))
		return ml_fail(from->ctx, -errno, "%s: %s", from->path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return with_folder(from, fn, data);
	return with_day(from, &file, fn, data);
}

/* ---- what there is ---- */

struct listing {
	struct ml_rows *rows;
	struct ml_arena *arena;
	struct ml_index index;
	bool measure;
};

static bool has_name(const void *rows, uint32_t row, struct ml_str name)
{
	const struct ml_series *series = ml_rows_at(rows, row);

	return ml_str_eq(series->name, name);
}

static struct ml_str keep(struct ml_arena *a, struct ml_str s)
{
	return (struct ml_str){ ml_arena_strndup(a, s.p, s.n), s.n };
}

static int add_series(struct listing *l, const struct ml_rolled *rolled, uint32_t hash)
{
	struct ml_series *series = ml_rows_add(l->rows, l->arena);

	if (!series || ml_index_add(&l->index, hash, (uint32_t)l->rows->n - 1))
		return -ENOMEM;
	*series = (struct ml_series){ .name = keep(l->arena, rolled->name),
				      .unit = keep(l->arena, rolled->unit),
				      .first = rolled->first,
				      .last = rolled->last,
				      .value = rolled->value,
				      .moments = ML_ROWS(struct ml_moment) };
	return series->name.p && series->unit.p ? 0 : -ENOMEM;
}

static int met_series(const struct ml_rolled *rolled, void *data)
{
	struct listing *l = data;
	uint32_t hash = ml_name_hash(rolled->name);
	uint32_t row = ml_index_find(&l->index, hash, rolled->name, has_name, l->rows);
	struct ml_series *series;

	if (rolled->first < 0 || rolled->last > TIME_MAX_S ||
	    rolled->name.n > ML_NUMBERS_NAME_MAX)
		return 0;
	if (row == ML_NO_ROW)
		return add_series(l, rolled, hash);
	series = ml_rows_at(l->rows, row);
	if (rolled->first < series->first)
		series->first = rolled->first;
	if (rolled->last >= series->last) {
		series->last = rolled->last;
		series->value = rolled->value;
	}
	return 0;
}

static int list_file(const struct file *file, void *data)
{
	struct listing *l = data;

	return file->order->list(file->db, l->measure, met_series, l);
}

static int by_name(const void *a, const void *b)
{
	const struct ml_series *x = a, *y = b;

	return ml_str_cmp(x->name, y->name);
}

int ml_series_list(const struct ml_series_from *from, bool measure, struct ml_arena *a,
		   struct ml_rows *ret)
{
	struct listing l = { .rows = ret, .arena = a, .measure = measure };
	int rc;

	*ret = ML_ROWS(struct ml_series);
	rc = with_files(from, list_file, &l);
	ml_index_deinit(&l.index);
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_name);
	return rc == -ENOMEM ? ml_fail(from->ctx, rc, "out of memory") : rc;
}

/* ---- moments ---- */

/* As they are met. */
struct met {
	struct ml_moment moment;
	int step;
	uint32_t nr; /* the how many-th: a later file counts */
};

/* What is met of one series. */
struct reading {
	struct ml_series *series;
	struct ml_arena *arena;
	struct ml_rows rows; /* of struct met */
	int step;
};

struct readings {
	struct reading *at;
	size_t n;
	int64_t first, last;
};

static int met_moment(const struct ml_moment *moment, void *data)
{
	struct reading *r = data;
	struct met *met = ml_rows_add(&r->rows, r->arena);

	if (!met)
		return -ENOMEM;
	*met = (struct met){ *moment, r->step, (uint32_t)r->rows.n };
	return 0;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int read_one(const struct file *file, struct readings *all, struct reading *r)
{
	const struct ml_series *series = r->series;
	int64_t first = later(later(all->first, file->first), series->first);
	int64_t last = earlier(earlier(all->last, file->last), series->last);
	int rc = 0;

	if (first - first % HOUR > last)
		return 0;
	if (file->past) {
		r->step = HOUR;
		rc = file->order->read(file->db, series->name, HOUR, first, last,
				       met_moment, r);
	}
	r->step = MINUTE;
	return rc ? rc
		  : file->order->read(file->db, series->name, MINUTE, first, last,
				      met_moment, r);
}

static int read_file(const struct file *file, void *data)
{
	struct readings *all = data;
	int rc = 0;

	for (size_t i = 0; i < all->n && !rc; i++)
		rc = read_one(file, all, &all->at[i]);
	return rc;
}

/* Within an hour minutes come first, each followed by older ones of the same. */
static int by_moment(const void *a, const void *b)
{
	const struct met *x = a, *y = b;
	int64_t hour_x = x->moment.t / HOUR, hour_y = y->moment.t / HOUR;

	if (hour_x != hour_y)
		return hour_x < hour_y ? -1 : 1;
	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	if (x->moment.t != y->moment.t)
		return x->moment.t < y->moment.t ? -1 : 1;
	return (y->nr > x->nr) - (y->nr < x->nr);
}

static bool counts(const struct met *before, const struct met *met)
{
	if (!before)
		return true;
	if (met->step == HOUR)
		return before->moment.t / HOUR != met->moment.t / HOUR;
	return before->moment.t != met->moment.t;
}

static int settle(struct reading *r)
{
	struct ml_series *series = r->series;
	const struct met *met, *before = NULL;
	struct ml_moment *moment;

	if (r->rows.n)
		qsort(r->rows.at, r->rows.n, r->rows.size, by_moment);
	series->moments = ML_ROWS(struct ml_moment);
	if (ml_rows_reserve(&series->moments, r->arena, r->rows.n))
		return -ENOMEM;
	ml_for_each_row(met, &r->rows) {
		if (!counts(before, met))
			continue;
		moment = ml_rows_add(&series->moments, r->arena);
		if (!moment)
			return -ENOMEM;
		*moment = met->moment;
		before = met;
	}
	return 0;
}

int ml_series_read(const struct ml_series_from *from, int64_t first, int64_t last,
		   struct ml_series *series, size_t n, struct ml_arena *a)
{
	_cleanup_free_ struct reading *at = calloc(n + 1, sizeof(*at));
	struct readings all = { at, n, first, last };
	int rc;

	if (!at)
		return ml_fail(from->ctx, -ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		at[i] = (struct reading){ .series = &series[i],
					  .arena = a,
					  .rows = ML_ROWS(struct met) };
	rc = with_files(from, read_file, &all);
	for (size_t i = 0; i < n && !rc; i++)
		rc = settle(&at[i]);
	return rc == -ENOMEM ? ml_fail(from->ctx, rc, "out of memory") : rc;
}
