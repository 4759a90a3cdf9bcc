/* SPDX-License-Identifier: MIT */
/* look: whether one floor, or what is left of it after a warm-up, rises as that of a
 * leak does: surely, by more than noise, in many rises, without giving back, and
 * still. */
#pragma once

#include "series/floor.h"

/* In the order in which they are asked. */
enum ml_look_verdict {
	ML_LOOK_SHORT,    /* too few buckets */
	ML_LOOK_CHANCE,   /* chance explains it, or it falls */
	ML_LOOK_SMALL,    /* less than would matter */
	ML_LOOK_STEPS,    /* one or a few rises make it */
	ML_LOOK_RELEASED, /* it was given back, or is not in every quarter */
	ML_LOOK_STOPPED,  /* the last part does not grow */
	ML_LOOK_WANDERS,  /* as far as it wanders, and no further */
	ML_LOOK_RISES,
};

struct ml_look {
	enum ml_look_verdict verdict;
	struct ml_slope slope;
	double growth; /* of the lowest from the first quarter to the last */
	double fall;   /* the most that was given back */
};

/* `z` is how sure it must be, in standard deviations, and `least` the growth below
 * which nothing matters. The interval of the slope is as wide: at the usual 1.96 it
 * would hold only 79 % of true slopes, for growth is no line. */
void ml_look_at(const struct ml_floor *f, size_t cut, double z, double least,
		struct ml_look *ret);
