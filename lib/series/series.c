/* SPDX-License-Identifier: MIT */
/* series: appending samples, and beginning anew. */
#include "series/series.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static void begin(struct ml_series *s, struct ml_series_id id)
{
	s->restarts += s->n > 0;
	s->n = 0;
	s->shift = 0;
	s->boot = id.boot;
	s->start = id.start;
}

static bool is_same(const struct ml_series *s, struct ml_series_id id, double v)
{
	if (s->boot != id.boot || s->start != id.start)
		return false;
	return !s->counter || v >= s->at[s->n - 1].v;
}

static double last_interval(const struct ml_series *s)
{
	return s->n > 1 ? s->at[s->n - 1].t - s->at[s->n - 2].t : 1;
}

static int make_room(struct ml_series *s)
{
	size_t cap = s->cap ? s->cap * 2 : 64;
	struct ml_sample *at;

	if (s->n < s->cap)
		return 0;
	at = reallocarray(s->at, cap, sizeof(*at));
	if (!at)
		return -ENOMEM;
	s->at = at;
	s->cap = cap;
	return 0;
}

int ml_series_add(struct ml_series *s, struct ml_series_id id, double t, double v)
{
	if (!isfinite(t) || !isfinite(v))
		return 0;
	if (!s->n || !is_same(s, id, v))
		begin(s, id);
	if (make_room(s))
		return -ENOMEM;
	if (s->n && t + s->shift < s->at[s->n - 1].t)
		s->shift = s->at[s->n - 1].t + last_interval(s) - t;
	if (s->n && t + s->shift <= s->at[s->n - 1].t)
		s->n--; /* the same time */
	s->at[s->n++] = (struct ml_sample){ t + s->shift, v };
	return 0;
}

void ml_series_deinit(struct ml_series *s)
{
	free(s->at);
	*s = (struct ml_series){ 0 };
}
