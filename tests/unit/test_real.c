/* SPDX-License-Identifier: MIT */
/* test_real: functions of libm without libm, and order statistics. */
#include <math.h>

#include "series/rank.h"
#include "series/real.h"
#include "unit.h"

static void assert_near(double got, double want, double error)
{
	if (!(fabs(got - want) <= error))
		fail_msg("%.15g, wanted %.15g", got, want);
}

static void test_sqrt(void **state)
{
	static const double roots[] = {
		1, 2, 3, 0.1, 1e-9, 12345.678, 1e100, 1e-150, 4096
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(roots); i++)
		assert_near(ml_sqrt(roots[i] * roots[i]) / roots[i], 1, 1e-14);
	assert_true(ml_sqrt(0) == 0);
	assert_true(ml_sqrt(-1) == 0);
	assert_true(ml_sqrt((double)NAN) == 0);
	assert_true(isinf(ml_sqrt((double)INFINITY)));
}

static void test_exp(void **state)
{
	(void)state;
	assert_near(ml_exp(0), 1, 0);
	assert_near(ml_exp(1), 2.718281828459045, 1e-14);
	assert_near(ml_exp(-1), 0.36787944117144233, 1e-15);
	assert_near(ml_exp(-20) / 2.061153622438558e-09, 1, 1e-12);
	assert_near(ml_exp(300) / 1.9424263952412558e+130, 1, 1e-12);
	assert_true(ml_exp(-1e9) == 0);
	assert_true(isinf(ml_exp(1e9)));
}

static void test_log(void **state)
{
	(void)state;
	assert_near(ml_log(1), 0, 0);
	assert_near(ml_log(2), 0.6931471805599453, 1e-15);
	assert_near(ml_log(1.5), 0.4054651081081644, 1e-14);
	assert_near(ml_log(10), 2.302585092994046, 1e-14);
	assert_near(ml_log(1e300), 690.7755278982137, 1e-12);
	assert_near(ml_log(1e-300), -690.7755278982137, 1e-12);
	for (double v = 0.01; v < 100; v *= 1.0137)
		assert_near(ml_exp(ml_log(v)) / v, 1, 1e-13);
	assert_true(isinf(ml_log(0)) && ml_log(0) < 0);
	assert_true(isinf(ml_log(-1)) && ml_log(-1) < 0);
	assert_true(isinf(ml_log((double)NAN)));
	assert_true(isinf(ml_log((double)INFINITY)) && ml_log((double)INFINITY) > 0);
}

static void test_normal_tail(void **state)
{
	(void)state;
	assert_near(ml_normal_tail(0.025), 1.959964, 5e-4);
	assert_near(ml_normal_tail(0.00135), 2.9998, 6e-4);
	assert_near(ml_normal_tail(1e-6), 4.753424, 5e-4);
	assert_near(ml_normal_tail(1e-12), 7.034484, 5e-4);
	assert_true(ml_normal_tail(0.5) == 0);
	assert_true(ml_normal_tail(0.9) == 0);
	assert_true(ml_normal_tail(0) > 10);
}

static void test_quantiles(void **state)
{
	double v[] = { 5, 1, 4, 2, 3 }, even[] = { 4, 1, 3, 2 }, same[] = { 7, 7, 7, 7 };

	(void)state;
	assert_near(ml_median(v, 5), 3, 0);
	assert_near(ml_quantile(v, 5, 0), 1, 0);
	assert_near(ml_quantile(v, 5, 1), 5, 0);
	assert_near(ml_quantile(v, 5, 0.1), 1.4, 1e-12);
	assert_near(ml_median(even, 4), 2.5, 0);
	assert_near(ml_quantile(same, 4, 0.3), 7, 0);
	assert_near(ml_median(v, 1), v[0], 0);
	assert_true(isnan(ml_median(v, 0)));
}

/* Against sorting, for many lengths and orders. */
static void test_selection(void **state)
{
	double v[64], sorted[64];
	uint32_t random = 1;

	(void)state;
	for (size_t n = 1; n <= 64; n++) {
		for (size_t i = 0; i < n; i++) {
			random = random * 1664525 + 1013904223;
			v[i] = sorted[i] = (random >> 24) % 16;
		}
		ml_sort_f64(sorted, n);
		for (size_t k = 0; k < n; k++) {
			double q = n > 1 ? (double)k / (double)(n - 1) : 0;

			assert_near(ml_quantile(v, n, q), sorted[k], 1e-9);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sqrt),      cmocka_unit_test(test_exp),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_normal_tail), cmocka_unit_test(test_quantiles),
		cmocka_unit_test(test_selection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
