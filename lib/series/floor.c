/* SPDX-License-Identifier: MIT */
/* floor: samples in buckets of equal length, and the low quantile of each. */
#include "series/floor.h"

#include "series/rank.h"

/* When it was as low as that: of what rises, early in the bucket. */
static double time_of(const struct ml_sample *samples, size_t n, double floor)
{
	double sum = 0;
	size_t held = 0;

	for (size_t i = 0; i < n; i++)
		if (samples[i].v <= floor) {
			sum += samples[i].t - samples[0].t;
			held++;
		}
	return samples[0].t + (held ? sum / (double)held : 0);
}

void ml_floor_of(const struct ml_sample *samples, size_t n, size_t buckets, double q,
		 double *scratch, struct ml_floor *ret)
{
	double start = samples[0].t,
	       length = (samples[n - 1].t - start) / (double)buckets;
	size_t i = 0;

	ret->n = 0;
	for (size_t k = 0; k < buckets; k++) {
		double end = start + length * (double)(k + 1), floor;
		size_t first = i;

		for (; i < n && (samples[i].t < end || k + 1 == buckets); i++)
			scratch[i - first] = samples[i].v;
		if (i == first)
			continue;
		floor = ml_quantile(scratch, i - first, q);
		ret->t[ret->n] = time_of(samples + first, i - first, floor);
		ret->v[ret->n++] = floor;
	}
}
