/* SPDX-License-Identifier: MIT */
/* trend_words: verdicts on series as people say them. */
#include "report/trend_words.h"

#include <math.h>

#include "diag/diag.h"

static const char *amount(struct ml_arena *a, double v, enum ml_unit unit)
{
	if (unit == ML_UNIT_COUNT && fabs(v) < 100)
		return ml_arena_printf(a, "%.3g", v);
	return ml_say(a, v, unit);
}

static const char *span(struct ml_arena *a, double seconds)
{
	return ml_say(a, seconds < 10 ? seconds : (double)(int64_t)(seconds + 0.5),
		      ML_UNIT_SECONDS);
}

struct ml_str ml_trend_range(struct ml_arena *a, const char *low, const char *high,
			     const char *behind)
{
	if (!low || !high)
		return (struct ml_str){ NULL, 0 };
	return ml_str_of(strcmp(low, high) == 0
				 ? ml_arena_printf(a, "%s%s", low, behind)
				 : ml_arena_printf(a, "%s to %s%s", low, high, behind));
}

struct ml_str ml_trend_rate(struct ml_arena *a, const struct ml_trend *t,
			    enum ml_unit unit)
{
	static const struct {
		double seconds;
		const char *behind;
	} times[] = { { 1, "/s" }, { 3600, "/h" }, { 86400, "/day" } };
	double much = unit == ML_UNIT_BYTES ? 1 << 20 : 1, most;
	size_t i = 0;

	if (isnan(t->low) || isnan(t->high))
		return (struct ml_str){ NULL, 0 };
	most = fabs(t->low) > fabs(t->high) ? fabs(t->low) : fabs(t->high);
	while (i + 1 < ML_ARRAY_SIZE(times) && most * times[i].seconds < much)
		i++;
	return ml_trend_range(a, amount(a, t->low * times[i].seconds, unit),
			      amount(a, t->high * times[i].seconds, unit),
			      times[i].behind);
}

/* "by 1.2 GiB in 3 h" */
static const char *growth(struct ml_arena *a, const struct ml_trend *t, enum ml_unit unit)
{
	return ml_arena_printf(a, "by %s in %s", amount(a, t->growth, unit),
			       span(a, t->span));
}

static const char *few_samples(struct ml_arena *a, const struct ml_trend *t)
{
	if (t->samples >= ML_TREND_LEAST)
		return "its samples lie in too few places of their time";
	return ml_arena_printf(a, "%zu samples of the %d that a verdict needs",
			       t->samples, ML_TREND_LEAST);
}

static const char *stopped(struct ml_arena *a, const struct ml_trend *t)
{
	if (isnan(t->bend))
		return "it grew, and its last quarter hardly does";
	return ml_arena_printf(
		a, "it grew for %s of %s, and stopped: as a cache that is full",
		span(a, t->bend), span(a, t->span));
}

static const char *slowing(struct ml_arena *a, const struct ml_trend *t)
{
	return ml_arena_printf(
		a,
		"it grows ever slower, as in a warm-up: the rate falls to a third "
		"in each %s",
		span(a, t->bend));
}

static const char *too_short(struct ml_arena *a, const struct ml_trend *t,
			     const struct ml_trend_ask *ask)
{
	if (t->samples < ML_TREND_ENOUGH)
		return ml_arena_printf(
			a, "it grows, in %zu samples of the %d that a suspicion needs",
			t->samples, ML_TREND_ENOUGH);
	return ml_arena_printf(
		a, "it grows, watched for %s of the %s that a suspicion needs",
		span(a, t->span), span(a, ask->min_window));
}

static const char *rises(struct ml_arena *a, const struct ml_trend *t, enum ml_unit unit)
{
	const char *cycle = isnan(t->cycle) ? ""
					    : ml_arena_printf(a, " beneath a cycle of %s",
							      span(a, t->cycle));

	return ml_arena_printf(a, "its floor rose %s%s, and goes on to",
			       growth(a, t, unit), cycle ? cycle : "");
}

static const char *why(struct ml_arena *a, const struct ml_trend *t, enum ml_unit unit,
		       const struct ml_trend_ask *ask)
{
	switch (t->reason) {
	case ML_REASON_SAMPLES:
		return few_samples(a, t);
	case ML_REASON_CHANCE:
		return "no lasting growth beyond what chance makes";
	case ML_REASON_FALLS:
		return "it shrinks";
	case ML_REASON_SMALL:
		return "it grew by less than its noise, or a thousandth";
	case ML_REASON_STEPS:
		return "it rose in a few steps only";
	case ML_REASON_RELEASED:
		return "it gives back what it takes";
	case ML_REASON_STOPPED:
		return stopped(a, t);
	case ML_REASON_SLOWING:
		return slowing(a, t);
	case ML_REASON_SHORT:
		return too_short(a, t, ask);
	case ML_REASON_YOUNG:
		return ml_arena_printf(
			a, "it grows, watched for %s, less than half of its age of %s",
			span(a, t->span), span(a, ask->age));
	case ML_REASON_FLOOR:
		return rises(a, t, unit);
	case ML_REASON_EVIDENCE:
		return ml_arena_printf(a, "it grew %s, and leaks by other evidence",
				       growth(a, t, unit));
	}
	return NULL;
}

struct ml_str ml_trend_why(struct ml_arena *a, const struct ml_trend *t,
			   enum ml_unit unit, const struct ml_trend_ask *ask)
{
	return ml_str_of(why(a, t, unit, ask));
}
