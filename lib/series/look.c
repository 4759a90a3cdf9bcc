/* SPDX-License-Identifier: MIT */
/* look: the tests that a rising floor has to pass. */
#include "series/look.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "series/rank.h"
#include "series/real.h"
#include "series/wander.h"

#define QUARTERS 4
/* Fewer buckets cannot rise by chance rarely enough. Fine ones follow noise, and
 * need more of it. */
#define FINE 40
#define LEAST_FINE 12
#define LEAST_COARSE 8
/* Two steps are no leak: this many rises at least make most of the growth, and none
 * makes half of it. */
#define RISES 4
#define MOST_GROWTH 0.7
#define LARGEST 0.5
/* The last quarter grows by this share of what an average one does. */
#define STILL 0.3
/* Of what is taken for a warm-up, the share that may be as high as what follows. */
#define WAS_THERE 0.25

struct window {
	const double *t, *v;
	size_t n;
	bool fine;
};

static double median_of(const double *v, size_t n)
{
	double copy[ML_FLOOR_MOST];

	memcpy(copy, v, n * sizeof(*v));
	return ml_median(copy, n);
}

static double least_of(const double *v, size_t n)
{
	double least = v[0];

	for (size_t i = 1; i < n; i++)
		least = ml_min(least, v[i]);
	return least;
}

struct quarters {
	double least[QUARTERS], median[QUARTERS];
};

static struct quarters quarters_of(const struct window *w)
{
	struct quarters q;

	for (size_t i = 0; i < QUARTERS; i++) {
		size_t from = i * w->n / QUARTERS, to = (i + 1) * w->n / QUARTERS;

		q.least[i] = least_of(w->v + from, to - from);
		q.median[i] = median_of(w->v + from, to - from);
	}
	return q;
}

/* The most that was given back, from any height before. */
static double fall_of(const struct window *w)
{
	double top = w->v[0], fall = 0;

	for (size_t i = 1; i < w->n; i++) {
		top = ml_max(top, w->v[i]);
		fall = ml_max(fall, top - w->v[i]);
	}
	return fall;
}

/* How many rises of what was never given back make most of its growth. */
static size_t rises_of(const struct window *w)
{
	double kept[ML_FLOOR_MOST], rise[ML_FLOOR_MOST], sum = 0, most;
	size_t count = 0, n = w->n - 1;

	kept[n] = w->v[n];
	for (size_t i = n; i--;) {
		kept[i] = ml_min(w->v[i], kept[i + 1]);
		rise[i] = kept[i + 1] - kept[i];
	}
	most = MOST_GROWTH * (kept[n] - kept[0]);
	ml_sort_f64(rise, n);
	while (count < n && sum < most)
		sum += rise[n - ++count];
	return count;
}

/* The largest rise at once. A fine floor is noisy: three buckets on each side. */
static double largest_rise(const struct window *w)
{
	double largest = 0;

	if (!w->fine) {
		for (size_t i = 1; i < w->n; i++)
			largest = ml_max(largest, w->v[i] - w->v[i - 1]);
		return largest;
	}
	for (size_t i = 3; i + 3 <= w->n; i++)
		largest = ml_max(largest,
				 median_of(w->v + i, 3) - median_of(w->v + i - 3, 3));
	return largest;
}

static bool in_steps(const struct window *w)
{
	double growth = w->v[w->n - 1] - w->v[0];

	return !(growth > 0) || largest_rise(w) >= LARGEST * growth ||
	       rises_of(w) < RISES;
}

static bool persists(const struct quarters *q)
{
	for (size_t i = 1; i < QUARTERS; i++)
		if (!(q->least[i] > q->least[i - 1]))
			return false;
	return true;
}

static bool goes_on(const double *quarter)
{
	double all = quarter[QUARTERS - 1] - quarter[0];
	double last = quarter[QUARTERS - 1] - quarter[QUARTERS - 2];

	return all > 0 && last >= STILL * all / (QUARTERS - 1);
}

/* Whether what was cut off had been as high for long: then it is no warm-up, and what
 * grows was given back before. A short peak at the start is one. */
static bool was_there(const struct ml_floor *f, size_t cut, const struct quarters *q)
{
	double middle = 0.5 * (q->least[0] + q->least[QUARTERS - 1]);
	size_t above = 0;

	for (size_t i = 0; i < cut; i++)
		above += f->v[i] > middle;
	return (double)above > WAS_THERE * (double)cut;
}

static enum ml_look_verdict judge(const struct ml_floor *f, size_t cut,
				  const struct window *w, const struct ml_look *l,
				  double z, double least)
{
	struct quarters q = quarters_of(w);

	if (!(l->slope.z > z) || !(l->slope.low > 0))
		return ML_LOOK_CHANCE;
	if (!(l->growth > least))
		return ML_LOOK_SMALL;
	if (in_steps(w))
		return ML_LOOK_STEPS;
	if (!persists(&q) || l->fall >= l->growth)
		return ML_LOOK_RELEASED;
	if (!goes_on(q.median) || !goes_on(q.least))
		return ML_LOOK_STOPPED;
	if (was_there(f, cut, &q))
		return ML_LOOK_RELEASED;
	if (ml_wanders(w->t, w->v, w->n, l->slope.per_second))
		return ML_LOOK_WANDERS;
	return ML_LOOK_RISES;
}

void ml_look_at(const struct ml_floor *f, size_t cut, double z, double least,
		struct ml_look *ret)
{
	struct window w = { f->t + cut, f->v + cut, f->n > cut ? f->n - cut : 0,
			    f->n >= FINE };
	struct quarters q;

	*ret = (struct ml_look){ .verdict = ML_LOOK_SHORT };
	if (w.n < (w.fine ? LEAST_FINE : LEAST_COARSE))
		return;
	ml_slope_of(w.t, w.v, w.n, z, &ret->slope);
	q = quarters_of(&w);
	ret->growth = q.least[QUARTERS - 1] - q.least[0];
	ret->fall = fall_of(&w);
	ret->verdict = judge(f, cut, &w, ret, z, least);
}
