/* SPDX-License-Identifier: MIT */
/* test_trails: the past of a row comes back in the parts that it is asked in; there are
 * never more rows than there is room for. */
#include "unit.h"

#include <math.h>

#include "top/trails.h"

#define MANY 6000

static void free_trails(struct trails **t)
{
	trails_free(*t);
}

#define _trails_ _cleanup_(free_trails)

static void test_nothing(void **state)
{
	_trails_ struct trails *t = trails_new();
	double got[4];

	(void)state;
	assert_non_null(t);
	assert_false(trails_get(t, 7, 100, 60, 4, got));
	assert_false(trails_get(NULL, 7, 100, 60, 4, got));
	trails_sweep(t, 100);
	trails_free(NULL);
}

static void test_parts(void **state)
{
	_trails_ struct trails *t = trails_new();
	double got[6];

	(void)state;
	for (int i = 0; i <= 60; i++)
		trails_put(t, 7, 1000 + i, i);
	assert_true(trails_get(t, 7, 1060, 60, 6, got));
	for (size_t i = 1; i < 6; i++)
		assert_true(got[i] > got[i - 1]);
	assert_true(got[5] == 60);
	assert_true(got[0] == 10);
	assert_false(trails_get(t, 8, 1060, 60, 6, got));
}

/* What came before the row was known is not 0. */
static void test_before(void **state)
{
	_trails_ struct trails *t = trails_new();
	double got[6];

	(void)state;
	trails_put(t, 7, 1055, 3);
	trails_put(t, 7, 1056, (double)NAN);
	assert_true(trails_get(t, 7, 1060, 60, 6, got));
	for (size_t i = 0; i < 5; i++)
		assert_true(isnan(got[i]));
	assert_true(got[5] == 3);
}

/* Of what is long ago a value for each quarter of a minute is left: its last. */
static void test_hour(void **state)
{
	_trails_ struct trails *t = trails_new();
	double got[10];

	(void)state;
	for (int i = 0; i <= 3000; i++)
		trails_put(t, 7, 5000 + i, i);
	assert_true(trails_get(t, 7, 8000, 3000, 10, got));
	for (size_t i = 0; i < 10; i++)
		assert_true(got[i] > 300.0 * (double)i &&
			    got[i] < 300.0 * (double)(i + 1) + 15);
}

/* A pause of the machine: times jump, nothing is made up. */
static void test_jump(void **state)
{
	_trails_ struct trails *t = trails_new();
	double got[5];

	(void)state;
	trails_put(t, 7, 10, 1);
	trails_put(t, 7, 1e7, 2);
	assert_true(trails_get(t, 7, 1e7, 300, 5, got));
	assert_true(isnan(got[0]));
	assert_true(got[4] == 2);
}

/* What is put in turn from now back stands where it was. */
static void test_back(void **state)
{
	_trails_ struct trails *t = trails_new();
	double got[6];

	(void)state;
	for (int i = 60; i >= 0; i -= 10)
		trails_put(t, 7, 1000 + i, i);
	assert_true(trails_since(t) == 1000);
	assert_true(trails_get(t, 7, 1060, 60, 6, got));
	for (size_t i = 0; i < 6; i++)
		assert_true(got[i] == 10 * (double)(i + 1));
	assert_true(
		trails_get(t, 7, 1030, 60, 6, got)); /* what comes later is not there */
	assert_true(got[5] == 30);
}

/* Of a time long before nothing of what was later is left. */
static void test_long_back(void **state)
{
	_trails_ struct trails *t = trails_new();
	double got[5];

	(void)state;
	for (int i = 0; i < 300; i++)
		trails_put(t, 7, 100000 + i, 1);
	trails_put(t, 7, 90000, 2);
	assert_true(trails_get(t, 7, 90000, 300, 5, got));
	assert_true(isnan(got[0]));
	assert_true(got[4] == 2);
}

static size_t count_known(const struct trails *t, double at)
{
	size_t n = 0;
	double got;

	for (uint64_t name = 1; name <= MANY; name++)
		n += trails_get(t, name, at, 300, 1, &got);
	return n;
}

static void test_bound(void **state)
{
	_trails_ struct trails *t = trails_new();
	size_t known;
	double got;

	(void)state;
	for (uint64_t name = 1; name <= MANY; name++)
		trails_put(t, name, 100, (double)name);
	known = count_known(t, 100);
	assert_true(known > 100 && known < MANY);
	assert_true(trails_get(t, 1, 100, 300, 1, &got));
	assert_true(got == 1);

	/* Those that are seen no more make room, the others are found again. */
	trails_put(t, 5, 90000, 55);
	trails_sweep(t, 90000);
	assert_int_equal(count_known(t, 90000), 1);
	trails_put(t, MANY, 90000, 66);
	assert_true(trails_get(t, MANY, 90000, 300, 1, &got));
	assert_true(got == 66);
	assert_true(trails_get(t, 5, 90000, 300, 1, &got));
	assert_true(got == 55);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_parts),
		cmocka_unit_test(test_before),	cmocka_unit_test(test_hour),
		cmocka_unit_test(test_jump),	cmocka_unit_test(test_back),
		cmocka_unit_test(test_long_back), cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
