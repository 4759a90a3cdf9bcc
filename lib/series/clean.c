/* SPDX-License-Identifier: MIT */
/* clean: leaving out of samples what cannot be judged. */
#include "series/clean.h"

#include <math.h>
#include <stdbool.h>

#include "series/rank.h"
#include "series/real.h"

/* Larger values cannot be squared; sizes and counts end far below. */
#define MOST_VALUE 1e100
#define MOST_SAMPLES 65536
/* A longer one leaves a quarter of the record, and of its buckets. */
#define GAP 0.75

static bool usable(const struct ml_sample *s)
{
	return isfinite(s->t) && fabs(s->t) < MOST_VALUE && fabs(s->v) < MOST_VALUE;
}

size_t ml_clean(const struct ml_sample *samples, size_t n, struct ml_sample *ret)
{
	size_t held = 0;

	for (size_t i = 0; i < n; i++)
		if (usable(&samples[i]) && (!held || samples[i].t > ret[held - 1].t))
			ret[held++] = samples[i];
	return held;
}

size_t ml_clean_before_gap(const struct ml_sample *s, size_t n, size_t least)
{
	size_t from = 0;

	/* What is left may have another one. */
	for (size_t i = 1; i < n && n - i >= least; i++)
		if (s[i].t - s[i - 1].t > GAP * (s[n - 1].t - s[from].t))
			from = i;
	return from;
}

/* A lone value below half of both beside it was not read well: nothing gives so much
 * back and takes it again at once, and one such value would be the floor. */
size_t ml_clean_dips(struct ml_sample *s, size_t n)
{
	size_t held = 0;
	double before = 0;

	for (size_t i = 0; i < n; i++) {
		double v = s[i].v, after = i + 1 < n ? s[i + 1].v : 0;
		double beside = ml_min(before, after);

		if (!(beside > 0) || v >= 0.5 * beside)
			s[held++] = s[i];
		before = v;
	}
	return held;
}

size_t ml_clean_thin(struct ml_sample *s, size_t n, double *scratch)
{
	if (n <= MOST_SAMPLES)
		return n;
	for (size_t k = 0; k < MOST_SAMPLES; k++) {
		size_t from = n * k / MOST_SAMPLES, to = n * (k + 1) / MOST_SAMPLES;

		for (size_t i = from; i < to; i++)
			scratch[i - from] = s[i].v;
		s[k].t = s[from + (to - from) / 2].t;
		s[k].v = ml_median(scratch, to - from);
	}
	return MOST_SAMPLES;
}
