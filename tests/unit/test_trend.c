/* SPDX-License-Identifier: MIT */
/* test_trend: what is a leak and what only looks like one, and inputs that are none. */
#include <math.h>
#include <time.h>

#include "noise.h"
#include "series/real.h"
#include "series/trend.h"
#include "unit.h"

#define MIB 1048576.0
#define N 400

/* ---- series ---- */

/* Values are told of x, the place in the record from 0 to 1. */
typedef double shape_fn(double x);

static double flat(double x)
{
	(void)x;
	return 0;
}

static double line(double x)
{
	return 60 * x;
}

static double slow(double x)
{
	return 6 * x;
}

static double falling(double x)
{
	return -60 * x;
}

static double late(double x)
{
	return x > 0.5 ? 200 * (x - 0.5) : 0;
}

static double warm(double x)
{
	return 300 * (1 - ml_exp(-x / 0.08));
}

static double warm_then_leak(double x)
{
	return warm(x) + 60 * x;
}

static double warming(double x)
{
	return 300 * (1 - ml_exp(-x / 0.3));
}

static double filling(double x)
{
	return x < 0.7 ? 300 * x : 210;
}

static double one_step(double x)
{
	return x > 0.6 ? 80 : 0;
}

static double two_steps(double x)
{
	return (x > 0.3 ? 80 : 0) + (x > 0.6 ? 80 : 0);
}

static double many_steps(double x)
{
	return 5 * (int)(x * 20);
}

static double turn(double x, double turns)
{
	return x * turns - (int)(x * turns);
}

static double saw(double x)
{
	return 100 * turn(x, 9.3);
}

static double leaking_saw(double x)
{
	return saw(x) + 60 * x;
}

/* A day: up, then down. */
static double day(double x)
{
	double t = turn(x, 4.4);

	return 600 * (t < 0.5 ? t : 1 - t);
}

static double leaking_day(double x)
{
	return day(x) + 120 * x;
}

static double burst(double x)
{
	return x > 0.4 && x < 0.5 ? 300 : 0;
}

static void fill_series(shape_fn *shape, size_t n, double interval, struct ml_sample *ret)
{
	noise_state = 12345;
	for (size_t i = 0; i < n; i++)
		ret[i] = (struct ml_sample){
			1000 + interval * (double)i,
			(double)(int64_t)(1000 + shape((double)i / (double)(n - 1)) +
					  noise()) *
				MIB,
		};
}

static struct ml_trend judged(const struct ml_sample *s, size_t n,
			      const struct ml_trend_ask *ask)
{
	struct ml_trend t;

	assert_int_equal(ml_trend_of(s, n, ask, &t), 0);
	return t;
}

static struct ml_trend trend_of(shape_fn *shape, const struct ml_trend_ask *ask)
{
	struct ml_sample s[N];

	fill_series(shape, N, 10, s);
	return judged(s, N, ask);
}

/* ---- verdicts ---- */

static void test_shapes(void **state)
{
	static const struct {
		const char *name;
		shape_fn *shape;
		enum ml_trend_verdict verdict;
		double slope; /* MiB over the record */
	} cases[] = {
		{ "flat",           flat,           ML_TREND_STEADY,    0   },
		{ "line",           line,           ML_TREND_SUSPECTED, 60  },
		{ "slow",           slow,           ML_TREND_SUSPECTED, 6   },
		{ "falling",        falling,        ML_TREND_STEADY,    -60 },
		{ "late",           late,           ML_TREND_SUSPECTED, 200 },
		{ "warm",           warm,           ML_TREND_STEADY,    0   },
		{ "warm then leak", warm_then_leak, ML_TREND_SUSPECTED, 60  },
		{ "fill",           filling,          ML_TREND_STEADY,    0   },
		{ "one step",       one_step,       ML_TREND_STEADY,    0   },
		{ "two steps",      two_steps,      ML_TREND_STEADY,    0   },
		{ "many steps",     many_steps,     ML_TREND_SUSPECTED, 100 },
		{ "saw",            saw,            ML_TREND_STEADY,    0   },
		{ "leaking saw",    leaking_saw,    ML_TREND_SUSPECTED, 60  },
		{ "day",            day,            ML_TREND_STEADY,    0   },
		{ "leaking day",    leaking_day,    ML_TREND_SUSPECTED, 120 },
		{ "burst",          burst,          ML_TREND_STEADY,    0   },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		struct ml_trend t = trend_of(cases[i].shape, &(struct ml_trend_ask){ 0 });
		double slope = cases[i].slope * MIB / ((N - 1) * 10);

		if (t.verdict != cases[i].verdict)
			fail_msg("%s: %s (reason %d)", cases[i].name,
				 ml_trend_verdict_name(t.verdict), t.reason);
		assert_true(t.low <= t.slope && t.slope <= t.high);
		if (ml_trend_is_leak(&t) && !(t.low <= slope && slope <= t.high))
			fail_msg("%s: %g not in [%g, %g]", cases[i].name, slope, t.low,
				 t.high);
		assert_int_equal(t.samples, N);
		assert_true(t.span == (N - 1) * 10);
	}
}

/* A warm-up that was not watched to its end grows; whether for good, it does not tell. */
static void test_bends(void **state)
{
	struct ml_trend slows = trend_of(warming, &(struct ml_trend_ask){ 0 });
	struct ml_trend stops = trend_of(filling, &(struct ml_trend_ask){ 0 });

	(void)state;
	assert_int_equal(slows.verdict, ML_TREND_GROWING);
	assert_int_equal(slows.reason, ML_REASON_SLOWING);
	assert_true(slows.bend > 0.2 * slows.span && slows.bend < 0.4 * slows.span);
	assert_int_equal(stops.reason, ML_REASON_STOPPED);
	assert_true(stops.bend > 0.65 * stops.span && stops.bend < 0.75 * stops.span);
}

static void test_reasons(void **state)
{
	(void)state;
	assert_int_equal(trend_of(falling, &(struct ml_trend_ask){ 0 }).reason,
			 ML_REASON_FALLS);
	assert_int_equal(trend_of(flat, &(struct ml_trend_ask){ 0 }).reason,
			 ML_REASON_CHANCE);
	assert_int_equal(
		trend_of(line, &(struct ml_trend_ask){ .least = 100 * MIB }).reason,
		ML_REASON_SMALL);
	assert_true(trend_of(leaking_day, &(struct ml_trend_ask){ 0 }).cycle > 800);
	assert_true(isnan(trend_of(line, &(struct ml_trend_ask){ 0 }).cycle));
}

static void test_since(void **state)
{
	struct ml_trend t = trend_of(late, &(struct ml_trend_ask){ 0 });
	struct ml_trend whole = trend_of(line, &(struct ml_trend_ask){ 0 });

	(void)state;
	assert_true(t.since > 1000 + 0.4 * t.span && t.since < 1000 + 0.6 * t.span);
	assert_true(whole.since == 1000);
}

/* ---- how much has to be watched ---- */

static void test_age_and_window(void **state)
{
	double span = (N - 1) * 10;
	struct ml_trend_ask young = { .age = 2.1 * span }, old = { .age = 1.9 * span };
	struct ml_trend_ask wide = { .min_window = span + 1 },
			    met = { .min_window = span };

	(void)state;
	assert_int_equal(trend_of(line, &young).verdict, ML_TREND_GROWING);
	assert_int_equal(trend_of(line, &young).reason, ML_REASON_YOUNG);
	assert_int_equal(trend_of(line, &old).verdict, ML_TREND_SUSPECTED);
	assert_int_equal(trend_of(line, &wide).verdict, ML_TREND_GROWING);
	assert_int_equal(trend_of(line, &wide).reason, ML_REASON_SHORT);
	assert_int_equal(trend_of(line, &met).verdict, ML_TREND_SUSPECTED);
}

static void test_evidence(void **state)
{
	struct ml_trend_ask ask = { .evidence = true, .age = 1e9, .min_window = 1e9 };

	(void)state;
	assert_int_equal(trend_of(line, &ask).verdict, ML_TREND_CONFIRMED);
	assert_int_equal(trend_of(line, &ask).reason, ML_REASON_EVIDENCE);
	assert_int_equal(trend_of(flat, &ask).verdict, ML_TREND_STEADY);
}

/* Of 0 to 80 samples on a line. */
static void test_few_samples(void **state)
{
	struct ml_sample s[80];

	(void)state;
	for (size_t n = 0; n <= ML_ARRAY_SIZE(s); n++) {
		struct ml_trend t;

		for (size_t i = 0; i < n; i++)
			s[i] = (struct ml_sample){ (double)i, 1e9 + 1e6 * (double)i };
		t = judged(s, n, &(struct ml_trend_ask){ 0 });
		assert_int_equal(t.samples, n);
		if (n < ML_TREND_LEAST) {
			assert_int_equal(t.verdict, ML_TREND_INSUFFICIENT);
			assert_int_equal(t.needed, ML_TREND_LEAST);
			assert_true(isnan(t.slope) && isnan(t.low) && isnan(t.high));
		} else if (n < ML_TREND_ENOUGH) {
			assert_int_equal(t.verdict, ML_TREND_GROWING);
			assert_int_equal(t.needed, ML_TREND_ENOUGH);
		} else {
			assert_int_equal(t.verdict, ML_TREND_SUSPECTED);
		}
		if (n >= ML_TREND_LEAST)
			assert_true(fabs(t.slope / 1e6 - 1) < 0.05);
	}
}

/* The same growth, one series of many: chance makes such a one then. */
static void test_many_series(void **state)
{
	struct ml_sample s[N];
	struct ml_trend one, many;

	(void)state;
	noise_state = 7;
	for (size_t i = 0; i < N; i++)
		s[i] = (struct ml_sample){ (double)i,
					   1e9 + 3e3 * (double)i + 1e6 * noise() };
	one = judged(s, N, &(struct ml_trend_ask){ .series = 1 });
	many = judged(s, N, &(struct ml_trend_ask){ .series = 1000000 });
	assert_true(many.verdict <= one.verdict);
	assert_true(many.high - many.low > one.high - one.low);
}

/* ---- inputs that are none ---- */

static void test_unusable(void **state)
{
	struct ml_sample s[N];
	struct ml_trend clean, dirty;
	size_t held = 0;

	(void)state;
	fill_series(line, N, 10, s);
	clean = judged(s, N, &(struct ml_trend_ask){ 0 });
	for (size_t i = 0; i < N; i++) {
		s[i].v = i % 10 == 3   ? (double)NAN
			 : i % 10 == 5 ? (double)INFINITY
				       : s[i].v;
		s[i].t = i % 10 == 7 ? (double)NAN : i % 10 == 8 ? s[i - 2].t : s[i].t;
		held += i % 10 != 3 && i % 10 != 5 && i % 10 != 7 && i % 10 != 8;
	}
	dirty = judged(s, N, &(struct ml_trend_ask){ 0 });
	assert_int_equal(dirty.samples, held);
	assert_int_equal(dirty.verdict, ML_TREND_SUSPECTED);
	assert_true(fabs(dirty.slope / clean.slope - 1) < 0.05);
}

static void test_all_unusable(void **state)
{
	struct ml_sample s[100];

	(void)state;
	for (size_t i = 0; i < 100; i++)
		s[i] = (struct ml_sample){ (double)i, (double)NAN };
	assert_int_equal(judged(s, 100, &(struct ml_trend_ask){ 0 }).samples, 0);
	for (size_t i = 0; i < 100; i++)
		s[i] = (struct ml_sample){ 5, (double)i };
	assert_int_equal(judged(s, 100, &(struct ml_trend_ask){ 0 }).samples, 1);
	for (size_t i = 0; i < 100; i++)
		s[i] = (struct ml_sample){ -(double)i, (double)i };
	assert_int_equal(judged(s, 100, &(struct ml_trend_ask){ 0 }).verdict,
			 ML_TREND_INSUFFICIENT);
}

static void test_levels(void **state)
{
	static const double levels[] = { 0, 1, -5, 1e18, 1e99, -1e99, 1e-300 };
	struct ml_sample s[N];

	(void)state;
	for (size_t k = 0; k < ML_ARRAY_SIZE(levels); k++) {
		struct ml_trend t;

		for (size_t i = 0; i < N; i++)
			s[i] = (struct ml_sample){ (double)i, levels[k] };
		t = judged(s, N, &(struct ml_trend_ask){ 0 });
		assert_int_equal(t.verdict, ML_TREND_STEADY);
		assert_true(t.slope == 0 && t.low == 0 && t.high == 0);
	}
	for (size_t i = 0; i < N; i++)
		s[i] = (struct ml_sample){ (double)i * 1e90, 1e99 / N * (double)i };
	assert_int_equal(judged(s, N, &(struct ml_trend_ask){ 0 }).verdict,
			 ML_TREND_SUSPECTED);
}

/* A descriptor a minute: steps of one, and nothing else moves. */
static void test_counts(void **state)
{
	struct ml_sample s[N];
	struct ml_trend t;

	(void)state;
	for (size_t i = 0; i < N; i++)
		s[i] = (struct ml_sample){ (double)i * 10, 50 + (double)(i / 6) };
	t = judged(s, N, &(struct ml_trend_ask){ 0 });
	assert_int_equal(t.verdict, ML_TREND_SUSPECTED);
	assert_true(t.low <= 1 / 60.0 && 1 / 60.0 <= t.high);
	for (size_t i = 0; i < N; i++)
		s[i].v = 50 + (double)(i > 80) + (double)(i > 250);
	assert_int_equal(judged(s, N, &(struct ml_trend_ask){ 0 }).verdict,
			 ML_TREND_STEADY);
}

/* Hours without a sample, and bursts of many. */
static void test_gaps(void **state)
{
	struct ml_sample s[N];
	struct ml_trend set;
	double t = 0;

	(void)state;
	noise_state = 99;
	for (size_t i = 0; i < N; i++) {
		t += i % 100 == 50 ? 2000 : i % 3 ? 1 : 20;
		s[i] = (struct ml_sample){ t, 1e9 + 1e4 * t + 1e6 * noise() };
	}
	assert_int_equal(judged(s, N, &(struct ml_trend_ask){ 0 }).verdict,
			 ML_TREND_SUSPECTED);
	/* The clock was set: what is behind that is judged alone. */
	for (size_t i = 0; i < N; i++)
		s[i] = (struct ml_sample){ i < N / 2 ? (double)i : 1e9 + (double)i,
					   1e9 + 1e6 * (double)i };
	set = judged(s, N, &(struct ml_trend_ask){ 0 });
	assert_int_equal(set.verdict, ML_TREND_SUSPECTED);
	assert_int_equal(set.samples, N / 2);
	assert_true(set.span == N / 2 - 1 && set.since >= 1e9);
}

/* ---- limits ---- */

static void test_until(void **state)
{
	struct ml_trend t = trend_of(line, &(struct ml_trend_ask){ 0 });
	struct ml_trend still = trend_of(flat, &(struct ml_trend_ask){ 0 });
	double earliest, latest, truth = 1000 / 60.0 * (N - 1) * 10;

	(void)state;
	ml_trend_until(&t, t.level + 1000 * MIB, &earliest, &latest);
	assert_true(earliest <= truth && truth <= latest && latest < 2 * truth);
	ml_trend_until(&t, 0, &earliest, &latest);
	assert_true(earliest == 0 && latest == 0);
	t.low = -1;
	ml_trend_until(&t, t.level + 1, &earliest, &latest);
	assert_true(earliest > 0 && isinf(latest));
	ml_trend_until(&still, 1e18, &earliest, &latest);
	assert_true(isnan(earliest) && isnan(latest));
}

/* ---- time ---- */

static double cpu_seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

/* A week at 10 s is meant to take 0.2 s; tests also run where all is slower by far. */
static void test_large(void **state)
{
	static const struct {
		size_t n;
		double seconds;
	} cases[] = { { 60480, 2 }, { 1000000, 10 } };

	(void)state;
	for (size_t k = 0; k < ML_ARRAY_SIZE(cases); k++) {
		_cleanup_free_ struct ml_sample *s = calloc(cases[k].n, sizeof(*s));
		double start;

		assert_non_null(s);
		fill_series(leaking_day, cases[k].n, 10, s);
		start = cpu_seconds();
		assert_int_equal(
			judged(s, cases[k].n, &(struct ml_trend_ask){ 0 }).verdict,
			ML_TREND_SUSPECTED);
		assert_true(cpu_seconds() - start < cases[k].seconds);
		fill_series(flat, cases[k].n, 10, s);
		assert_int_equal(
			judged(s, cases[k].n, &(struct ml_trend_ask){ 0 }).verdict,
			ML_TREND_STEADY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),       cmocka_unit_test(test_bends),
		cmocka_unit_test(test_reasons),      cmocka_unit_test(test_since),
		cmocka_unit_test(test_age_and_window), cmocka_unit_test(test_evidence),
		cmocka_unit_test(test_few_samples),  cmocka_unit_test(test_many_series),
		cmocka_unit_test(test_unusable),     cmocka_unit_test(test_all_unusable),
		cmocka_unit_test(test_levels),       cmocka_unit_test(test_counts),
		cmocka_unit_test(test_gaps),         cmocka_unit_test(test_until),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
