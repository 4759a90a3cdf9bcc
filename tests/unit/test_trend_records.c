/* SPDX-License-Identifier: MIT */
/* test_trend_records: records as they come - short and long, with gaps, in coarse units,
 * badly read, and of loads that are no leaks - each with several kinds of noise. */
#include <math.h>

#include "noise.h"
#include "series/real.h"
#include "series/trend.h"
#include "unit.h"

#define MIB 1048576.0
#define MOST 20000
#define SEEDS 8

/* Changes the noise of each sample: i of n, whose place in the record is x. */
typedef void sample_fn(struct ml_sample *s, size_t i, size_t n, double x);

static double turn(double x, double turns)
{
	return x * turns - (double)(int)(x * turns);
}

/* Up, then down. */
static double wave(double x, double turns)
{
	double t = turn(x, turns);

	return t < 0.5 ? 2 * t : 2 - 2 * t;
}

/* ---- leaks ----------------------------------------------------------------------- */

static void leak(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += 60 * MIB * x;
}

static void leak_irregular(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)n, (void)x;
	s->t = (i ? s[-1].t : 0) + 20 * even_noise() * even_noise() + 0.01;
	s->v += 5e3 * s->t;
}

/* Hours without a sample, in which it went on. */
static void leak_gaps(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)x;
	s->t += 10 * (double)((i > n / 5 ? n / 4 : 0) + (i > n / 2 ? n / 8 : 0));
	s->v += 2e4 * s->t;
}

static void leak_mib(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v = (double)(int)(500 + 0.3 * noise() + 15 * x) * MIB;
}

/* 40 descriptors beside those that come and go. */
static void leak_counts(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v = (double)(int)(50 + 3 * noise() + 40 * x);
}

/* 64 GiB, and a five-hundredth of it in the whole record. */
static void leak_of_much(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += 65536 * MIB + 130 * MIB * x;
}

static void leak_badly_read(struct ml_sample *s, size_t i, size_t n, double x)
{
	leak(s, i, n, x);
	if (i % 37 == 11)
		s->v = 0;
}

static void leak_with_holes(struct ml_sample *s, size_t i, size_t n, double x)
{
	leak(s, i, n, x);
	if (even_noise() < 0.3)
		s->v = (double)NAN;
}

static void leak_with_peaks(struct ml_sample *s, size_t i, size_t n, double x)
{
	leak(s, i, n, x);
	if (even_noise() < 0.05)
		s->v += 500 * MIB * even_noise();
}

static void leak_faster(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += 60 * MIB * x * x;
}

/* A step at the end does not hide what was before. */
static void leak_and_step(struct ml_sample *s, size_t i, size_t n, double x)
{
	leak(s, i, n, x);
	s->v += x > 0.9 ? 25 * MIB : 0;
}

static void leak_in_weeks(struct ml_sample *s, size_t i, size_t n, double x)
{
	double day = turn(x, 3) * 7;

	leak(s, i, n, x);
	s->v += (day < 5 ? 20 : 5) * MIB * wave(day / 7, 7);
}

static double days_behind_warm_up(double x)
{
	return 500 * (1 - ml_exp(-x / 0.04)) + 40 * wave(x, 5.3);
}

static void leak_in_days(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += (days_behind_warm_up(x) + 100 * x) * MIB;
}

/* Nothing but its drift tells it from a walk. */
static void leak_wandering(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)n, (void)x;
	s->v = i ? s[-1].v + (0.5 + noise()) * MIB : 1000 * MIB;
}

/* ---- healthy --------------------------------------------------------------------- */

static void flat(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)s, (void)i, (void)n, (void)x;
}

static void flat_mib(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n, (void)x;
	s->v = (double)(int)(500.5 + 0.4 * noise()) * MIB;
}

static void flat_gaps(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)x;
	s->t += 10 * (double)((i > n / 5 ? n : 0) + (i > n / 2 ? n / 3 : 0));
}

/* Another level behind a gap: one step. */
static void step_in_gap(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)x;
	s->t += i > n / 2 ? 5 * (double)n : 0;
	s->v += i > n / 2 ? 80 * MIB : 0;
}

static void step_at_end(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += x > 0.93 ? 80 * MIB : 0;
}

static void cache_late(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += 300 * MIB * ml_min(x / 0.8, 1);
}

static void leak_fixed(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += 300 * MIB * ml_min(x, 0.5);
}

static void leak_restarted(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += x < 0.5 ? 300 * MIB * x : 0;
}

static void weeks(struct ml_sample *s, size_t i, size_t n, double x)
{
	double day = turn(x, 2.6) * 7;

	(void)i, (void)n;
	s->v += (day < 5 ? 60 : 10) * MIB * wave(day / 7, 7);
}

static void two_cycles(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += 60 * MIB * wave(x, 3.3) + 40 * MIB * wave(x, 8.7);
}

static void days(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += days_behind_warm_up(x) * MIB;
}

/* Slow, fast, and over: by the middle of the record. */
static void adopted(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += 200 * MIB / (1 + ml_exp((0.35 - x) / 0.05));
}

/* The last of them takes more than half of the record. */
static void long_teeth(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += 200 * MIB * turn(x + 0.1, 1.72);
}

static void walk(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)n, (void)x;
	s->v = i ? s[-1].v + noise() * MIB : 1000 * MIB;
}

/* ---- none of both ---------------------------------------------------------------- */

/* Each doubling of the time brings as much as the one before. */
static void logarithm(struct ml_sample *s, size_t i, size_t n, double x)
{
	(void)i, (void)n;
	s->v += 60 * MIB * ml_log(1 + x / 0.02);
}

/* ---- all ------------------------------------------------------------------------- */

static struct ml_trend judged(sample_fn *sample, size_t n, uint32_t seed)
{
	_cleanup_free_ struct ml_sample *s = calloc(n, sizeof(*s));
	struct ml_trend t;

	assert_non_null(s);
	noise_state = seed;
	for (size_t i = 0; i < n; i++) {
		s[i] = (struct ml_sample){ 10 * (double)i, (1000 + noise()) * MIB };
		sample(&s[i], i, n, (double)i / (double)(n - 1));
	}
	assert_int_equal(ml_trend_of(s, n, &(struct ml_trend_ask){ 0 }, &t), 0);
	return t;
}

static const struct {
	const char *name;
	sample_fn *sample;
	enum ml_trend_verdict verdict;
	size_t n;
	size_t odd; /* how many of SEEDS may be judged otherwise */
} records[] = {
	{ "short leak",      leak,            ML_TREND_SUSPECTED, 60,   0 },
	{ "leak",            leak,            ML_TREND_SUSPECTED, 400,  0 },
	{ "long leak",       leak,            ML_TREND_SUSPECTED, MOST, 0 },
	{ "irregular leak",  leak_irregular,  ML_TREND_SUSPECTED, 400,  0 },
	{ "leak, gaps",      leak_gaps,       ML_TREND_SUSPECTED, 400,  0 },
	{ "leak in MiB",     leak_mib,        ML_TREND_SUSPECTED, 400,  0 },
	{ "counts",          leak_counts,     ML_TREND_SUSPECTED, 400,  0 },
	{ "leak of much",    leak_of_much,    ML_TREND_SUSPECTED, 400,  0 },
	{ "badly read",      leak_badly_read, ML_TREND_SUSPECTED, 400,  0 },
	{ "holes",           leak_with_holes, ML_TREND_SUSPECTED, 400,  0 },
	{ "peaks",           leak_with_peaks, ML_TREND_SUSPECTED, 400,  0 },
	{ "faster",          leak_faster,     ML_TREND_SUSPECTED, 400,  0 },
	{ "leak and step",   leak_and_step,   ML_TREND_SUSPECTED, 400,  0 },
	{ "leak in weeks",   leak_in_weeks,   ML_TREND_SUSPECTED, 2000, 0 },
	{ "leak in days",    leak_in_days,    ML_TREND_SUSPECTED, 400,  0 },
	{ "wandering leak",  leak_wandering,  ML_TREND_SUSPECTED, 400,  0 },
	{ "short flat",      flat,            ML_TREND_STEADY,    60,   0 },
	{ "long flat",       flat,            ML_TREND_STEADY,    MOST, 0 },
	{ "flat in MiB",     flat_mib,        ML_TREND_STEADY,    400,  0 },
	{ "flat, gaps",      flat_gaps,       ML_TREND_STEADY,    400,  0 },
	{ "step in a gap",   step_in_gap,     ML_TREND_STEADY,    400,  0 },
	{ "step at the end", step_at_end,     ML_TREND_STEADY,    400,  0 },
	{ "late cache",      cache_late,      ML_TREND_STEADY,    400,  0 },
	{ "fixed leak",      leak_fixed,      ML_TREND_STEADY,    400,  0 },
	{ "restarted leak",  leak_restarted,  ML_TREND_STEADY,    400,  0 },
	{ "weeks",           weeks,           ML_TREND_STEADY,    2000, 0 },
	{ "two cycles",      two_cycles,      ML_TREND_STEADY,    400,  0 },
	{ "days",            days,            ML_TREND_STEADY,    400,  0 },
	{ "adopted",         adopted,         ML_TREND_STEADY,    400,  0 },
	{ "long teeth",      long_teeth,      ML_TREND_STEADY,    400,  0 },
	{ "walk",            walk,            ML_TREND_STEADY,    400,  1 },
	{ "logarithm",       logarithm,       ML_TREND_GROWING,   400,  0 },
};

static void test_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(records); i++) {
		struct ml_trend t, wrong = { 0 };
		size_t odd = 0;

		for (uint32_t seed = 1; seed <= SEEDS; seed++) {
			t = judged(records[i].sample, records[i].n, seed * 7919);
			if (t.verdict == records[i].verdict)
				continue;
			wrong = t;
			odd++;
		}
		if (odd > records[i].odd)
			fail_msg("%s: %zu of %d %s (reason %d)", records[i].name, odd,
				 SEEDS, ml_trend_verdict_name(wrong.verdict),
				 wrong.reason);
	}
}

static void test_logarithm_slows(void **state)
{
	struct ml_trend t = judged(logarithm, 400, 5);

	(void)state;
	assert_int_equal(t.reason, ML_REASON_SLOWING);
	assert_true(t.bend > 0.97 * t.span && t.bend < 1.1 * t.span);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_logarithm_slows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
