/* SPDX-License-Identifier: MIT */
/*
 * series: the numbers of a recording over time, out of its days and what outlived them.
 *
 * Where both have a minute that of the day counts; hours stand for what no minutes are
 * kept of.
 */
#pragma once

#include "base/arena.h"
#include "memlens.h"
#include "recorder/rollup.h"

struct ml_series {
	struct ml_str name;
	struct ml_str unit;
	int64_t first, last;    /* seconds since the epoch: the moments there are */
	double value;        /* the last */
	struct ml_rows moments; /* of struct ml_moment, ascending */
};

/* Called for each file that cannot be read, with -errno and the message in the context;
 * the others go on. */
typedef void ml_series_bad_fn(int error, void *data);

struct ml_series_from {
	struct ml_ctx *ctx;
	const char *path; /* a folder, or the file of a day */
	ml_series_bad_fn *bad;
	void *data;
};

/* All there are, in order of their names, without moments: rows of struct ml_series.
 * Unless they are measured, which reads all, there may be fewer moments than they tell,
 * and there is no value. 0, or -errno with a message: -ENOENT when nothing is recorded
 * there. */
int ml_series_list(const struct ml_series_from *from, bool measure, struct ml_arena *a,
		   struct ml_rows *ret);

/* The moments of some of that list, from `first` to `last`. 0, or -errno with a
 * message. */
int ml_series_read(const struct ml_series_from *from, int64_t first, int64_t last,
		   struct ml_series *series, size_t n, struct ml_arena *a);
