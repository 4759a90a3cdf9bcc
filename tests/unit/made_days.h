/* SPDX-License-Identifier: MIT */
/* made_days: what tests of recordings share - a folder of their own, numbers, rows. */
#pragma once

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#include "recorder/day.h"
#include "recorder/folder.h"
#include "recorder/past.h"
#include "recorder/series.h"

/* 2026-11-23 00:00:00 UTC */
#define DAY_S 1795392000
#define DAY_MS (DAY_S * 1000ull)

static struct ml_ctx *ctx;
static char folder[64];

static inline int setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%.40s/memlens-XXXXXX", tmp ? tmp : "/tmp");
	return !mkdtemp(folder) || ml_ctx_new(&ctx) ? -1 : 0;
}

static inline int remove_one(const char *path, const struct stat *st, int type,
			     struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static inline int teardown(void **state)
{
	(void)state;
	ml_ctx_free(ctx);
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The day of a moment, to write. */
static inline struct ml_day *day_of(uint64_t wall_ms)
{
	_cleanup_(ml_arena_deinit) struct ml_arena arena = { 0 };
	struct ml_day *day = NULL;

	assert_int_equal(
		ml_day_create(ctx, ml_folder_path(folder, wall_ms, &arena), &day), 0);
	return day;
}

static inline int add_to(struct ml_day *day, uint64_t wall_ms,
			 const struct ml_number *numbers, size_t n)
{
	struct ml_day_frame frame = { .wall_ms = wall_ms,
				      .boot = ML_STR("boot"),
				      .data = ML_STR("x") };

	return ml_day_add(day, &frame, numbers, n);
}

static inline void add_one(struct ml_day *day, uint64_t wall_ms, const char *name,
			   double v)
{
	const struct ml_number number = { name, "bytes", v };

	assert_int_equal(add_to(day, wall_ms, &number, 1), 0);
}

/* One series as it is read; its moments are in the arena. */
static inline struct ml_series series_named(const char *name, int64_t first, int64_t last,
					    struct ml_arena *a)
{
	struct ml_series_from from = { .ctx = ctx, .path = folder };
	struct ml_series *series, found = { 0 };
	struct ml_rows rows;

	assert_int_equal(ml_series_list(&from, true, a, &rows), 0);
	ml_for_each_row(series, &rows)
		if (ml_str_is(series->name, name))
			found = *series;
	if (found.name.p)
		assert_int_equal(ml_series_read(&from, first, last, &found, 1, a), 0);
	return found;
}

static inline const struct ml_moment *moment_of(const struct ml_series *series, size_t i)
{
	assert_true(i < series->moments.n);
	return ml_rows_at(&series->moments, i);
}

#define assert_moment(series, i, t_, min_, max_, last_)                                  \
	do {                                                                             \
		const struct ml_moment *m_ = moment_of(series, i);                       \
                                                                                         \
		assert_int_equal(m_->t, t_);                                             \
		assert_float_equal(m_->min, min_, 0);                                    \
		assert_float_equal(m_->max, max_, 0);                                    \
		assert_float_equal(m_->last, last_, 0);                                  \
	} while (0)
