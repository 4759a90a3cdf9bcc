/* SPDX-License-Identifier: MIT */
/* rank: what is told by the order of numbers - quantiles and ranks. No NaN among them. */
#pragma once

#include <stddef.h>

/* Ascending, in place. */
void ml_sort_f64(double *v, size_t n);

/* The q-th quantile (0 to 1), between two values by proportion; reorders `v` in time
 * proportional to n. NaN of none. */
double ml_quantile(double *v, size_t n, double q);

static inline double ml_median(double *v, size_t n)
{
	return ml_quantile(v, n, 0.5);
}
