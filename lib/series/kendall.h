/* SPDX-License-Identifier: MIT */
/* kendall: whether values rise with time more often than chance lets them (Mann and
 * Kendall), and how steeply (Theil and Sen). */
#pragma once

#include <stddef.h>

#define ML_KENDALL_MOST 48

struct ml_slope {
	double z;         /* of the rank test, in standard deviations */
	double per_second, low, high;
	double residual;  /* robust standard deviation about the line */
};

/*
 * Of `n` values (2 to ML_KENDALL_MOST) at ascending times. Neighbours may depend on each
 * other: the variance is corrected as by Hamed and Rao (J. Hydrology 204, 1998). The
 * interval is as wide as `width` standard deviations of the test.
 */
void ml_slope_of(const double *t, const double *v, size_t n, double width,
		 struct ml_slope *ret);
