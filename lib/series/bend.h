/* SPDX-License-Identifier: MIT */
/* bend: whether growth bends towards a level, as that of a warm-up or of a cache that
 * fills, and what would remain of it. */
#pragma once

#include "series/floor.h"

enum ml_bend_kind {
	ML_BEND_DECAY, /* the rate falls by e in each `at` seconds: a warm-up */
	ML_BEND_LOG,   /* likewise, but `at` grows with time: for ever, and ever slower */
	ML_BEND_KNEE,  /* one rate for `at` seconds, another after: a fill */
};

struct ml_bend {
	double gain; /* how much better than a line the curve fits, in variances */
	double left; /* sum of squares about the curve */
	double at;   /* seconds, at the end; of the knee, after the first bucket */
	double rest; /* the slope that remains when the bend is over */
	double low;  /* of its interval (two standard deviations), whatever `at` is */
};

/* Of a floor with 8 buckets or more. Where growth does not slow the gain is 0 and the
 * slopes are those of the line. */
void ml_bend_of(const struct ml_floor *f, enum ml_bend_kind kind, struct ml_bend *ret);
