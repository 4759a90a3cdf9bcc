/* SPDX-License-Identifier: MIT */
/* cycle: the period by which a series, its line taken off, repeats best. */
#include "series/cycle.h"

#include <math.h>
#include <stdint.h>

#include "series/real.h"

/* Points and periods that are tried; more tell no more. */
#define POINTS 512
#define LEAST_CYCLES 25 /* tenths */
#define MOST_CYCLES 200
#define LEAST_POINTS 10 /* in a period */
/* The share of the variance about the line that the cycle has to explain. */
#define EXPLAINED 0.7
/* Of its height, by how much the floor has to fall at least once. */
#define FALLS 0.3

struct points {
	double t[POINTS], v[POINTS]; /* about their means */
	size_t n;
	double start; /* time of the first sample, about the mean */
	double span;
	double line_sse;
};

static void about_mean(double *v, size_t n, double *mean)
{
	*mean = 0;
	for (size_t i = 0; i < n; i++)
		*mean += v[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		v[i] -= *mean;
}

/* Means of buckets of equal length. */
static void points_of(const struct ml_sample *s, size_t n, struct points *ret)
{
	size_t i = 0, buckets = n < POINTS ? n : POINTS;
	double mean_t, mean_v, tt = 0, tv = 0, vv = 0;

	ret->n = 0;
	ret->span = s[n - 1].t - s[0].t;
	for (size_t k = 0; k < buckets; k++) {
		double end = s[0].t + ret->span * (double)(k + 1) / (double)buckets;
		double t = 0, v = 0, held = 0;

		for (; i < n && (s[i].t < end || k + 1 == buckets); i++, held++) {
			t += s[i].t - s[0].t;
			v += s[i].v - s[0].v;
		}
		if (held < 1)
			continue;
		ret->t[ret->n] = t / held;
		ret->v[ret->n++] = v / held;
	}
	about_mean(ret->t, ret->n, &mean_t);
	about_mean(ret->v, ret->n, &mean_v);
	ret->start = -mean_t;
	for (i = 0; i < ret->n; i++) {
		tt += ret->t[i] * ret->t[i];
		tv += ret->t[i] * ret->v[i];
		vv += ret->v[i] * ret->v[i];
	}
	ret->line_sse = tt > 0 ? vv - tv * tv / tt : 0;
}

static size_t phase_of(double since_start, double period)
{
	double turns = since_start / period;
	size_t k = (size_t)((turns - (double)(int64_t)turns) * ML_CYCLE_PHASES);

	return k < ML_CYCLE_PHASES ? k : ML_CYCLE_PHASES - 1;
}

struct phase {
	double n, t, v;
};

/* Sum of squares about a profile of this period and a line, both fitted at once; infinite
 * when a phase has no point. */
static double fold(const struct points *p, double period, double *profile)
{
	struct phase phase[ML_CYCLE_PHASES] = { 0 };
	double tt = 0, tv = 0, vv = 0, slope;

	for (size_t i = 0; i < p->n; i++) {
		struct phase *at = &phase[phase_of(p->t[i] - p->start, period)];

		at->n++;
		at->t += p->t[i];
		at->v += p->v[i];
		tt += p->t[i] * p->t[i];
		tv += p->t[i] * p->v[i];
		vv += p->v[i] * p->v[i];
	}
	for (size_t k = 0; k < ML_CYCLE_PHASES; k++) {
		if (phase[k].n < 1)
			return (double)INFINITY;
		tt -= phase[k].t * phase[k].t / phase[k].n;
		tv -= phase[k].t * phase[k].v / phase[k].n;
		vv -= phase[k].v * phase[k].v / phase[k].n;
	}
	if (!(tt > 0))
		return (double)INFINITY;
	slope = tv / tt;
	for (size_t k = 0; k < ML_CYCLE_PHASES; k++)
		profile[k] = (phase[k].v - slope * phase[k].t) / phase[k].n;
	return vv - slope * tv;
}

static void settle(struct ml_cycle *c)
{
	double low = (double)INFINITY, high = -low, mean;

	about_mean(c->profile, ML_CYCLE_PHASES, &mean);
	for (size_t k = 0; k < ML_CYCLE_PHASES; k++) {
		low = ml_min(low, c->profile[k]);
		high = ml_max(high, c->profile[k]);
	}
	c->height = high - low;
}

/* The largest fall of the medians of buckets. */
static double fall_of(const struct ml_sample *s, size_t n, double *scratch)
{
	struct ml_floor f;
	double top = -(double)INFINITY, fall = 0;

	ml_floor_of(s, n, n / 4 < ML_FLOOR_MOST ? n / 4 : ML_FLOOR_MOST, 0.5, scratch,
		    &f);
	for (size_t i = 0; i < f.n; i++) {
		top = ml_max(top, f.v[i]);
		fall = ml_max(fall, top - f.v[i]);
	}
	return fall;
}

bool ml_cycle_of(const struct ml_sample *samples, size_t n, double *scratch,
		 struct ml_cycle *ret)
{
	struct points p;
	struct ml_cycle c = { .start = samples[0].t };
	double best = (double)INFINITY;

	points_of(samples, n, &p);
	/* A line, and one value for each phase. */
	if (p.n < ML_CYCLE_PHASES + 8 || !(p.line_sse > 0))
		return false;
	for (int tenths = LEAST_CYCLES; tenths <= MOST_CYCLES; tenths++) {
		double profile[ML_CYCLE_PHASES], cycles = tenths / 10.0, sse;

		if ((double)p.n < LEAST_POINTS * cycles)
			break;
		sse = fold(&p, p.span / cycles, profile);
		if (!(sse < best))
			continue;
		best = sse;
		c.period = p.span / cycles;
		for (size_t k = 0; k < ML_CYCLE_PHASES; k++)
			c.profile[k] = profile[k];
	}
	best *= (double)(p.n - 2) / (double)(p.n - 2 - ML_CYCLE_PHASES);
	if (!(best <= (1 - EXPLAINED) * p.line_sse))
		return false;
	settle(&c);
	if (fall_of(samples, n, scratch) < FALLS * c.height)
		return false;
	*ret = c;
	return true;
}

double ml_cycle_at(const struct ml_cycle *cycle, double t)
{
	return cycle->profile[phase_of(t - cycle->start, cycle->period)];
}
