/* SPDX-License-Identifier: MIT */
/* wander: the tests of Dickey and Fuller and of the drift against the steps. */
#include "series/wander.h"

#include "series/kendall.h"
#include "series/real.h"

#define LEAST 8
/* Of a walk the statistic is below this in 1 of 100 (Fuller 1976, with a trend, 50
 * values). */
#define RETURNS (-4.15)
/* Steps that are alike over so many neighbours add up. */
#define LAGS 3
#define DRIFTS 3.0
/* Of its rises, what a leak that grows by fits and starts gives back. */
#define GIVES_BACK 0.2

static double mean_of(const double *v, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i] / (double)n;
	return sum;
}

static void steps_of(const double *v, size_t n, double *ret)
{
	for (size_t i = 0; i + 1 < n; i++)
		ret[i] = v[i + 1] - v[i];
}

/* Whether what is off the line pulls back to it, as noise does: the next step against
 * the place. */
static bool returns(const double *place, size_t n)
{
	double step[ML_KENDALL_MOST], xx = 0, xy = 0, ee = 0, pull;
	double mean_place = mean_of(place, n - 1), mean_step;

	steps_of(place, n, step);
	mean_step = mean_of(step, n - 1);
	for (size_t i = 0; i + 1 < n; i++) {
		double x = place[i] - mean_place;

		xx += x * x;
		xy += x * (step[i] - mean_step);
	}
	if (!(xx > 0))
		return true; /* it is on the line */
	pull = xy / xx;
	for (size_t i = 0; i + 1 < n; i++) {
		double e = step[i] - mean_step - pull * (place[i] - mean_place);

		ee += e * e;
	}
	return pull < RETURNS * ml_sqrt(ee / ((double)n - 3) / xx);
}

/* Whether the mean step is more than chance makes of such steps (the variance of their
 * sum as by Newey and West, Econometrica 55, 1987). */
static bool drifts(const double *step, size_t n)
{
	double mean = mean_of(step, n), variance = 0;

	for (size_t lag = 0; lag <= LAGS; lag++) {
		double weight = lag ? 2 * (1 - (double)lag / (LAGS + 1)) : 1;

		for (size_t i = 0; i + lag < n; i++)
			variance += weight * (step[i] - mean) * (step[i + lag] - mean);
	}
	/* of their sum; and the sum */
	return mean * (double)n > DRIFTS * ml_sqrt(variance);
}

static bool gives_back(const double *step, size_t n)
{
	double up = 0, down = 0;

	for (size_t i = 0; i < n; i++)
		*(step[i] > 0 ? &up : &down) += step[i];
	return -down > GIVES_BACK * up;
}

bool ml_wanders(const double *t, const double *v, size_t n, double slope)
{
	double step[ML_KENDALL_MOST], place[ML_KENDALL_MOST];

	if (n < LEAST)
		return false;
	for (size_t i = 0; i < n; i++)
		place[i] = v[i] - slope * (t[i] - t[0]);
	steps_of(v, n, step);
	return gives_back(step, n - 1) && !drifts(step, n - 1) && !returns(place, n);
}
