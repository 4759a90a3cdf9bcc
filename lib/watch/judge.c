/* SPDX-License-Identifier: MIT */
/* judge: which of the things that are watched grow as leaks do. */
#include "watch/judge.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static void count(const struct ml_watch *w, struct ml_grown_sums *sums)
{
	for (uint32_t i = 0; i < w->nat; i++) {
		const struct ml_watched *thing = &w->at[i];
		uint32_t n = thing->key ? thing->last - thing->first + 1 : 0;

		sums->series += thing->key != NULL;
		sums->moving += thing->key && !ml_watched_stands(thing);
		if (n > sums->samples)
			sums->samples = n;
	}
}

/* A process in its warm-up grows, too: how old it is counts. What else there is was
 * there before, or cannot be told. */
static double age_of(const struct ml_watch *w, const struct ml_watched *thing)
{
	return thing->pid == ML_NONE || isnan(thing->start) || isnan(w->age)
		       ? 0
		       : w->age - thing->start;
}

static int judge(const struct ml_watch *w, const struct ml_watched *thing,
		 struct ml_trend_ask ask, struct ml_sample *samples, struct ml_grown *ret)
{
	size_t n = ml_watched_samples(w, thing, samples);

	ask.age = age_of(w, thing);
	*ret = (struct ml_grown){ .thing = thing, .ask = ask };
	return ml_trend_of(samples, n, &ask, &ret->trend);
}

static double growth_of(const struct ml_grown *g)
{
	return isnan(g->trend.growth) ? 0 : g->trend.growth;
}

/* Bytes before counts, as they are the larger numbers. */
static int surest_first(const void *a, const void *b)
{
	const struct ml_grown *x = a, *y = b;
	int by = (x->trend.verdict < y->trend.verdict) -
		 (x->trend.verdict > y->trend.verdict);

	if (by)
		return by;
	by = (growth_of(x) < growth_of(y)) - (growth_of(x) > growth_of(y));
	if (by)
		return by;
	return (x->thing > y->thing) - (x->thing < y->thing);
}

int ml_watch_judge(const struct ml_watch *w, double min_window, struct ml_arena *a,
		   struct ml_rows *ret, struct ml_grown_sums *sums)
{
	struct ml_trend_ask ask = { .min_window = min_window };
	struct ml_sample *samples = calloc(w->n + 1, sizeof(*samples));
	int rc = samples ? 0 : -ENOMEM;

	*ret = ML_ROWS(struct ml_grown);
	*sums = (struct ml_grown_sums){ 0 };
	count(w, sums);
	ask.series = sums->moving;
	for (uint32_t i = 0; i < w->nat && !rc; i++) {
		const struct ml_watched *thing = &w->at[i];
		struct ml_grown *row;

		if (!thing->key || ml_watched_stands(thing))
			continue;
		row = ml_rows_add(ret, a);
		rc = row ? judge(w, thing, ask, samples, row) : -ENOMEM;
	}
	free(samples);
	if (!rc && ret->n)
		qsort(ret->at, ret->n, ret->size, surest_first);
	return rc;
}
