/* SPDX-License-Identifier: MIT */
/* test_delta: resets are not spikes, 32-bit wraps are growth. */
#include <math.h>

#include "series/delta.h"
#include "unit.h"

static void test_growth(void **state)
{
	(void)state;
	assert_int_equal(ml_delta(10, 25, false), 15);
	assert_int_equal(ml_delta(0, UINT64_MAX - 1, false), UINT64_MAX - 1);
	assert_int_equal(ml_delta(7, 7, true), 0);
}

static void test_reset(void **state)
{
	(void)state;
	assert_true(ml_delta(100, 99, false) == ML_NONE);
	assert_true(ml_delta(UINT32_MAX, 5, false) ==
		    ML_NONE);                            /* 64-bit machine: no wrap */
	assert_true(ml_delta(1000, 5, true) == ML_NONE); /* too far to be a wrap */
}

static void test_wrap(void **state)
{
	(void)state;
	assert_int_equal(ml_delta(UINT32_MAX, 0, true), 1);
	assert_int_equal(ml_delta(UINT32_MAX - 9, 10, true), 20);
	assert_true(ml_delta((uint64_t)UINT32_MAX + 5, 1, true) == ML_NONE);
}

static void test_unknown(void **state)
{
	(void)state;
	assert_true(ml_delta(ML_NONE, 5, false) == ML_NONE);
	assert_true(ml_delta(5, ML_NONE, false) == ML_NONE);
	assert_true(isnan(ml_rate(5, ML_NONE, false, 1)));
}

static void test_rate(void **state)
{
	(void)state;
	assert_true(ml_rate(10, 30, false, 2) == 10);
	assert_true(isnan(ml_rate(10, 30, false, 0)));
	assert_true(isnan(ml_rate(10, 30, false, -1)));
	assert_true(isnan(ml_rate(10, 30, false, NAN)));
	assert_true(isnan(ml_rate(30, 10, false, 1)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growth),	cmocka_unit_test(test_reset),
		cmocka_unit_test(test_wrap),	cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
