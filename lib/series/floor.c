/* SPDX-License-Identifier: MIT */
/* floor: samples in buckets of equal length, and the low quantile of each. */
#include "series/floor.h"

#include "series/rank.h"

void ml_floor_of(const struct ml_sample *samples, size_t n, size_t buckets, double q,
		 double *scratch, struct ml_floor *ret)
{
	double start = samples[0].t,
	       length = (samples[n - 1].t - start) / (double)buckets;
	size_t i = 0;

	ret->n = 0;
	for (size_t k = 0; k < buckets; k++) {
		double end = start + length * (double)(k + 1);
		size_t held = 0;

		while (i < n && (samples[i].t < end || k + 1 == buckets))
			scratch[held++] = samples[i++].v;
		if (!held)
			continue;
		ret->t[ret->n] = end - length / 2;
		ret->v[ret->n++] = ml_quantile(scratch, held, q);
	}
}
