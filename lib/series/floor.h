/* SPDX-License-Identifier: MIT */
/* floor: the lower envelope of a series - what is never given back. */
#pragma once

#include <stddef.h>

#include "base/sample.h"
#include "series/kendall.h"

#define ML_FLOOR_MOST ML_KENDALL_MOST

struct ml_floor {
	double t[ML_FLOOR_MOST], v[ML_FLOOR_MOST]; /* the floor of a bucket, and when */
	size_t n;
};

/* Of samples at ascending times that last longer than 0 s, in at most `buckets` (to
 * ML_FLOOR_MOST) of equal length; those without a sample are left out. The floor of a
 * bucket is its quantile `q`. `scratch` has room for n. */
void ml_floor_of(const struct ml_sample *samples, size_t n, size_t buckets, double q,
		 double *scratch, struct ml_floor *ret);
