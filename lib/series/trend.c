/* SPDX-License-Identifier: MIT */
/* trend: floors at several resolutions are looked at, whole and without a warm-up; then
 * whether the growth bends, and whether enough was watched. */
#include "series/trend.h"

#include <errno.h>
#include <math.h>

#include "base/cleanup.h"
#include "series/bend.h"
#include "series/clean.h"
#include "series/cycle.h"
#include "series/look.h"
#include "series/rank.h"
#include "series/real.h"

#define LEAST_BUCKETS 8
#define SAMPLES_PER_BUCKET 4

/* How sure a rise must be, in standard deviations, and at least for one series of
 * many: one false alarm in ten scans of all, had the other tests no say. */
#define SURE 3.0
#define FALSE_ALARMS 0.1
/* What must be seen to matter: of the noise of a bucket, of the level. */
#define NOISES 3.0
#define SHARE 0.001
/* A cycle hides its own height's share: samples miss its lowest moment. Where it was
 * taken off, its period and shape are known only so well. */
#define CYCLE_HIDES 0.1
#define CYCLE_LEAVES 0.2
#define CYCLE_DRIFTS 0.05
/* A warm-up of such a share of the record is higher than a cycle. */
#define HIDES_CYCLE 0.3
/* Growth bends when a curve is better by so many variances (7 standard deviations:
 * growth by chance steps bends a little, too) and less than a share of the rate is
 * left. */
#define BENDS 50.0
#define RATE_LEFT 0.2
#define LOG_BETTER 0.9

/* Coarser buckets swallow longer saw-teeth. */
static const size_t resolutions[] = { 48, 24, 16, 12, 8 };
/* Shares of the record that may be a warm-up. */
static const double cuts[] = { 0, 0.15, 0.3, 0.5 };

struct work {
	struct ml_sample *s;
	double *scratch;
	size_t n;
	double z;
	double quantile; /* of every floor; below 0: by its resolution */
	double least;    /* growth that does not matter */
};

/* The look that decided, and at what. */
struct found {
	struct ml_look look;
	struct ml_bend bend;
	struct ml_floor floor;
	size_t cut;
	enum ml_trend_reason reason;
};

/* ---- looks ---- */

/* The robust standard deviation from sample to sample, and at least the smallest
 * step that values make: a page, one descriptor. */
static double noise_of(const struct work *w)
{
	double step = (double)INFINITY, sd;

	for (size_t i = 1; i < w->n; i++) {
		w->scratch[i - 1] = fabs(w->s[i].v - w->s[i - 1].v);
		if (w->scratch[i - 1] > 0)
			step = ml_min(step, w->scratch[i - 1]);
	}
	sd = 1.4826 * ml_median(w->scratch, w->n - 1) / ml_sqrt(2);
	return isinf(step) ? 0 : ml_max(sd, step);
}

static void floor_at(const struct work *w, size_t resolution, struct ml_floor *ret)
{
	size_t buckets = w->n / SAMPLES_PER_BUCKET;
	double quantile = w->quantile;

	if (buckets > resolution)
		buckets = resolution;
	if (buckets < LEAST_BUCKETS)
		buckets = LEAST_BUCKETS;
	if (quantile < 0)
		quantile = buckets >= 40 ? 0.1 : 0;
	ml_floor_of(w->s, w->n, buckets, quantile, w->scratch, ret);
}

static double matters(const struct work *w, const struct ml_floor *f, double noise)
{
	double v[ML_FLOOR_MOST];

	for (size_t i = 0; i < f->n; i++)
		v[i] = fabs(f->v[i]);
	return ml_max(ml_max(w->least, SHARE * ml_median(v, f->n)),
		      NOISES * noise / ml_sqrt((double)w->n / (double)f->n));
}

static bool bends(const struct ml_floor *f, enum ml_bend_kind kind, double slope,
		  struct ml_bend *ret)
{
	ml_bend_of(f, kind, ret);
	return ret->gain > BENDS && ret->low < RATE_LEFT * slope;
}

/* A logarithm looks like a warm-up with a leak behind it, and has to fit better than
 * the knee and the decay, which are asked before. */
static bool slows(const struct ml_floor *f, double slope, double knee_left,
		  struct ml_bend *ret)
{
	bool decays = bends(f, ML_BEND_DECAY, slope, ret);
	struct ml_bend slow;

	if (!bends(f, ML_BEND_LOG, slope, &slow) ||
	    slow.left > LOG_BETTER * ml_min(knee_left, ret->left))
		return decays;
	*ret = slow;
	return true;
}

/* Why a rising floor may be no leak. */
static enum ml_trend_reason reason_of(const struct ml_floor *f, double slope,
				      struct ml_bend *ret)
{
	if (bends(f, ML_BEND_KNEE, slope, ret))
		return ML_REASON_STOPPED;
	if (slows(f, slope, ret->left, ret))
		return ML_REASON_SLOWING;
	return ML_REASON_FLOOR;
}

static enum ml_trend_reason reason_against(const struct ml_look *look)
{
	switch (look->verdict) {
	case ML_LOOK_SHORT:
		return ML_REASON_SAMPLES;
	case ML_LOOK_SMALL:
		return ML_REASON_SMALL;
	case ML_LOOK_STEPS:
		return ML_REASON_STEPS;
	case ML_LOOK_RELEASED:
		return ML_REASON_RELEASED;
	case ML_LOOK_STOPPED:
		return ML_REASON_STOPPED;
	case ML_LOOK_CHANCE:
	case ML_LOOK_WANDERS:
	case ML_LOOK_RISES:
		break;
	}
	return look->slope.high < 0 && look->slope.z < -SURE ? ML_REASON_FALLS
							     : ML_REASON_CHANCE;
}

/*
 * The first floor that rises as that of a leak; `ret` is else the one that comes
 * nearest, or is left alone. What bends in a fine floor bends: a coarse one has too few
 * values to show it.
 */
static bool search(const struct work *w, struct found *ret)
{
	enum ml_trend_reason straight = ML_REASON_FLOOR;
	double noise = noise_of(w);
	struct found now;

	for (size_t i = 0; i < ML_ARRAY_SIZE(resolutions); i++) {
		double least;

		floor_at(w, resolutions[i], &now.floor);
		least = matters(w, &now.floor, noise);
		for (size_t k = 0; k < ML_ARRAY_SIZE(cuts); k++) {
			now.cut = (size_t)(cuts[k] * (double)now.floor.n);
			ml_look_at(&now.floor, now.cut, w->z, least, &now.look);
			if (!k && straight == ML_REASON_FLOOR &&
			    now.look.slope.z > SURE && now.look.slope.per_second > 0)
				straight = reason_of(
					&now.floor, now.look.slope.per_second, &now.bend);
			if (now.look.verdict != ML_LOOK_RISES)
				continue;
			now.reason = straight;
			if (now.reason > ret->reason)
				*ret = now;
			if (now.reason == ML_REASON_FLOOR)
				return true;
		}
	}
	return false;
}

/* Of a record that is level but for its beginning, tell how long that was. */
static void tell_stop(struct found *ret)
{
	double slope = ret->look.slope.per_second;
	struct ml_bend bend;

	if (!(slope > 0) || ret->floor.n < LEAST_BUCKETS)
		return;
	if (!bends(&ret->floor, ML_BEND_KNEE, slope, &bend) ||
	    bend.rest > RATE_LEFT * slope)
		return;
	ret->reason = ML_REASON_STOPPED;
	ret->bend = bend;
}

/* What the whole record shows at the finest resolution, should nothing be found. */
static void first_look(const struct work *w, struct found *ret)
{
	floor_at(w, resolutions[0], &ret->floor);
	ret->cut = 0;
	ml_look_at(&ret->floor, 0, w->z, matters(w, &ret->floor, noise_of(w)),
		   &ret->look);
	ret->reason = reason_against(&ret->look);
	ret->bend.at = (double)NAN;
	if (ret->reason == ML_REASON_CHANCE || ret->reason == ML_REASON_STOPPED)
		tell_stop(ret);
}

static void take_off(struct work *w, const struct ml_cycle *cycle)
{
	for (size_t i = 0; i < w->n; i++)
		w->s[i].v -= ml_cycle_at(cycle, w->s[i].t);
	w->quantile = 0.5; /* the edges of a cycle stick out on both sides */
}

/* What is left when the cycle is taken off. */
static bool search_without(struct work *w, double least, const struct ml_cycle *cycle,
			   struct found *found)
{
	double drift;

	w->least = ml_max(least, CYCLE_LEAVES * cycle->height);
	take_off(w, cycle);
	if (!search(w, found))
		return false;
	drift = CYCLE_DRIFTS * cycle->height / (w->s[w->n - 1].t - w->s[0].t);
	found->look.slope.low -= drift;
	found->look.slope.high += drift;
	return true;
}

/* With the cycle, then without it: of all, or behind what may be a warm-up, which hides
 * a cycle that is less high. `w` is then what was judged. */
static void look_everywhere(struct work *w, double least, struct found *found,
			    double *period)
{
	struct ml_cycle cycle;
	struct work rest = *w;
	bool cyclic = ml_cycle_of(w->s, w->n, w->scratch, &cycle);

	*period = (double)NAN;
	w->least = ml_max(least, cyclic ? CYCLE_HIDES * cycle.height : 0);
	first_look(w, found);
	if (search(w, found))
		return;
	if (!cyclic) {
		rest.s += (size_t)(HIDES_CYCLE * (double)w->n);
		rest.n -= (size_t)(rest.s - w->s);
		cyclic = ml_cycle_of(rest.s, rest.n, rest.scratch, &cycle);
	}
	if (!cyclic || !search_without(&rest, least, &cycle, found))
		return;
	*w = rest;
	*period = cycle.period;
}

/* ---- the verdict ---- */

/* Back from the end at the rate of the last half: growth that began late is not
 * spread over the time before. */
static double since_of(const struct found *found, double first, double last)
{
	const double *t = found->floor.t + found->cut, *v = found->floor.v + found->cut;
	size_t n = found->floor.n - found->cut, half = n / 2;
	double from = found->cut ? t[0] : first, since;
	struct ml_slope late;

	ml_slope_of(t + half, v + half, n - half, 0, &late);
	if (!(late.per_second > 0))
		return from;
	since = t[n - 1] - (v[n - 1] - found->floor.v[found->cut]) / late.per_second;
	return since - first < 0.1 * (last - first) ? from : ml_max(since, from);
}

static enum ml_trend_verdict
verdict_of(const struct found *found, const struct ml_trend_ask *ask, struct ml_trend *t)
{
	t->reason = found->reason;
	if (t->reason == ML_REASON_SAMPLES)
		return ML_TREND_INSUFFICIENT;
	if (t->reason < ML_REASON_SLOWING)
		return ML_TREND_STEADY;
	if (ask->evidence) {
		t->reason = ML_REASON_EVIDENCE;
		return ML_TREND_CONFIRMED;
	}
	t->needed = ML_TREND_ENOUGH;
	if (t->reason == ML_REASON_SLOWING)
		return ML_TREND_GROWING;
	if (t->samples < ML_TREND_ENOUGH || t->span < ask->min_window)
		t->reason = ML_REASON_SHORT;
	else if (t->span < ask->age / 2)
		t->reason = ML_REASON_YOUNG;
	return t->reason == ML_REASON_FLOOR ? ML_TREND_SUSPECTED : ML_TREND_GROWING;
}

static void tell(const struct found *found, const struct ml_trend_ask *ask, double first,
		 double last, struct ml_trend *ret)
{
	const struct ml_slope *slope = &found->look.slope;

	ret->slope = slope->per_second;
	ret->low = slope->low;
	ret->high = slope->high;
	ret->level = found->floor.v[found->floor.n - 1];
	ret->growth = found->look.growth;
	ret->verdict = verdict_of(found, ask, ret);
	if (ret->verdict >= ML_TREND_GROWING)
		ret->since = since_of(found, first, last);
	if (ret->reason == ML_REASON_STOPPED || ret->reason == ML_REASON_SLOWING)
		ret->bend = found->bend.at;
}

int ml_trend_of(const struct ml_sample *samples, size_t n, const struct ml_trend_ask *ask,
		struct ml_trend *ret)
{
	_cleanup_free_ struct ml_sample *s = calloc(n + 1, sizeof(*s));
	_cleanup_free_ double *scratch = calloc(n + 1, sizeof(*scratch));
	struct work w = { .s = s, .scratch = scratch, .quantile = -1 };
	double unknown = (double)NAN;
	struct found found;

	if (!s || !scratch)
		return -ENOMEM;
	*ret = (struct ml_trend){
		.verdict = ML_TREND_INSUFFICIENT,
		.reason = ML_REASON_SAMPLES,
		.slope = unknown,
		.low = unknown,
		.high = unknown,
		.since = unknown,
		.growth = unknown,
		.level = unknown,
		.span = unknown,
		.cycle = unknown,
		.bend = unknown,
		.needed = ML_TREND_LEAST,
	};
	w.n = ml_clean(samples, n, s);
	w.s += ml_clean_before_gap(s, w.n, ML_TREND_LEAST);
	w.n -= (size_t)(w.s - s);
	ret->samples = w.n;
	if (!w.n)
		return 0;
	ret->span = w.s[w.n - 1].t - w.s[0].t;
	if (w.n < ML_TREND_LEAST)
		return 0;
	w.n = ml_clean_dips(w.s, w.n);
	w.n = ml_clean_thin(w.s, w.n, scratch);
	w.z = ml_max(SURE, ml_normal_tail(FALSE_ALARMS /
					  (double)(ask->series ? ask->series : 1)));
	look_everywhere(&w, ask->least, &found, &ret->cycle);
	tell(&found, ask, w.s[0].t, w.s[w.n - 1].t, ret);
	return 0;
}

void ml_trend_until(const struct ml_trend *t, double limit, double *earliest,
		    double *latest)
{
	double room = ml_max(limit - t->level, 0);

	*earliest = *latest = (double)NAN;
	if (t->verdict < ML_TREND_GROWING || !(t->high > 0))
		return;
	*earliest = room / t->high;
	*latest = t->low > 0 ? room / t->low : (double)INFINITY;
}

const char *ml_trend_verdict_name(enum ml_trend_verdict verdict)
{
	static const char *const names[] = {
		[ML_TREND_INSUFFICIENT] = "insufficient",
		[ML_TREND_STEADY] = "steady",
		[ML_TREND_GROWING] = "growing",
		[ML_TREND_SUSPECTED] = "suspected",
		[ML_TREND_CONFIRMED] = "confirmed",
	};

	return names[verdict];
}
