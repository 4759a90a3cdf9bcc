/* SPDX-License-Identifier: MIT */
/* kendall: the rank test for a trend, and the median of all slopes. */
#include "series/kendall.h"

#include <math.h>

#include "series/rank.h"
#include "series/real.h"

#define PAIRS (ML_KENDALL_MOST * (ML_KENDALL_MOST - 1) / 2)

/* The slopes of all pairs, ascending. */
static size_t slopes_of(const double *t, const double *v, size_t n, double *ret)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			ret[k++] = (v[j] - v[i]) / (t[j] - t[i]);
	ml_sort_f64(ret, k);
	return k;
}

static double score_of(const double *v, size_t n)
{
	double score = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			score += (v[j] > v[i]) - (v[j] < v[i]);
	return score;
}

/* The rank of each value, from 0, less the mean rank; equal ones share theirs. */
static void centred_ranks(const double *v, size_t n, double *ret)
{
	for (size_t i = 0; i < n; i++) {
		ret[i] = -0.5 * ((double)n - 1);
		for (size_t j = 0; j < n; j++)
			ret[i] += v[j] < v[i] ? 1 : v[j] == v[i] && j != i ? 0.5 : 0;
	}
}

/* By how much the variance of the score is larger since neighbours are alike. Lags count
 * up to the first one that chance explains. */
static double alike(const double *residual, size_t n)
{
	double rank[ML_KENDALL_MOST], all = 0, sum = 0;
	double m = (double)n, least = 1.96 / ml_sqrt(m);

	centred_ranks(residual, n, rank);
	for (size_t i = 0; i < n; i++)
		all += rank[i] * rank[i];
	for (size_t lag = 1; lag < n / 3 && all > 0; lag++) {
		double rho = 0, left = m - (double)lag;

		for (size_t i = 0; i + lag < n; i++)
			rho += rank[i] * rank[i + lag];
		rho /= all;
		if (rho < least)
			break;
		sum += left * (left - 1) * (left - 2) * rho;
	}
	return 1 + 2 * sum / (m * (m - 1) * (m - 2));
}

void ml_slope_of(const double *t, const double *v, size_t n, double width,
		 struct ml_slope *ret)
{
	double slopes[PAIRS], residual[ML_KENDALL_MOST];
	double m = (double)n, score = score_of(v, n), sd, from, to;
	size_t pairs = slopes_of(t, v, n, slopes), mid = pairs / 2;
	double slope = pairs % 2 ? slopes[mid] : 0.5 * (slopes[mid - 1] + slopes[mid]);
	double centre;

	for (size_t i = 0; i < n; i++)
		residual[i] = v[i] - slope * (t[i] - t[0]);
	sd = ml_sqrt(m * (m - 1) * (2 * m + 5) / 18 * alike(residual, n));
	from = ((double)pairs - width * sd) / 2;
	to = ((double)pairs + width * sd) / 2;
	*ret = (struct ml_slope){
		.z = score > 0   ? (score - 1) / sd
		     : score < 0 ? (score + 1) / sd
				 : 0,
		.per_second = slope,
		.low = slopes[from > 0 ? (size_t)from : 0],
		.high = slopes[to < (double)pairs - 1 ? (size_t)to : pairs - 1],
	};
	centre = ml_median(residual, n);
	for (size_t i = 0; i < n; i++)
		residual[i] = fabs(residual[i] - centre);
	ret->residual = 1.4826 * ml_median(residual, n);
}
