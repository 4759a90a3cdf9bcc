/* SPDX-License-Identifier: MIT */
/* test_clean: what is no sample, what was not read well, and too many of them. */
#include <math.h>

#include "series/clean.h"
#include "unit.h"

static size_t without_dips(const double *v, size_t n, struct ml_sample *s)
{
	for (size_t i = 0; i < n; i++)
		s[i] = (struct ml_sample){ (double)i, v[i] };
	return ml_clean_dips(s, n);
}

static void test_unusable(void **state)
{
	static const struct ml_sample s[] = {
		{ 1, 5 },           { 2, (double)NAN },  { 3, (double)INFINITY },
		{ (double)NAN, 5 }, { 1, 6 },            { 0, 7 },
		{ 4, -1e200 },      { (double)INFINITY, 1 }, { 5, 8 },
	};
	struct ml_sample ret[ML_ARRAY_SIZE(s)];

	(void)state;
	assert_int_equal(ml_clean(s, ML_ARRAY_SIZE(s), ret), 2);
	assert_true(ret[0].t == 1 && ret[0].v == 5);
	assert_true(ret[1].t == 5 && ret[1].v == 8);
	assert_int_equal(ml_clean(s, 0, ret), 0);
}

/* One value that fell and came back at once; two are a fall, and so is the last one. */
static void test_dips(void **state)
{
	static const double dip[] = { 10, 10, 0, 10, 4, 11 };
	static const double fall[] = { 10, 10, 4, 4, 10, 10, 1 };
	static const double shallow[] = { 10, 6, 10, 5, 10 };
	static const double below[] = { -5, -5, -50, -5, 0, 0, 3 };
	struct ml_sample s[8];

	(void)state;
	assert_int_equal(without_dips(dip, ML_ARRAY_SIZE(dip), s), 4);
	assert_true(s[2].t == 3 && s[3].t == 5);
	assert_int_equal(without_dips(fall, ML_ARRAY_SIZE(fall), s), 7);
	assert_int_equal(without_dips(shallow, ML_ARRAY_SIZE(shallow), s), 5);
	assert_int_equal(without_dips(below, ML_ARRAY_SIZE(below), s), 7);
	assert_int_equal(ml_clean_dips(s, 0), 0);
}

/* Ten a second apart, and a gap of so many seconds before those at from and later. */
static size_t before_gap(size_t from, double gap, size_t least)
{
	struct ml_sample s[10];

	for (size_t i = 0; i < ML_ARRAY_SIZE(s); i++)
		s[i] = (struct ml_sample){ (double)i + (i >= from ? gap : 0), 0 };
	return ml_clean_before_gap(s, ML_ARRAY_SIZE(s), least);
}

static void test_gap(void **state)
{
	static const struct ml_sample two[] = {
		{ 0, 0 },       { 1, 0 },        { 1e9, 0 },
		{ 1e9 + 1, 0 }, { 1e9 + 90, 0 }, { 1e9 + 91, 0 },
	};

	(void)state;
	assert_int_equal(before_gap(4, 0, 2), 0);
	assert_int_equal(before_gap(4, 20, 2), 0);
	assert_int_equal(before_gap(4, 1e9, 2), 4);
	assert_int_equal(before_gap(4, 1e9, 6), 4);
	assert_int_equal(before_gap(4, 1e9, 7), 0);
	assert_int_equal(ml_clean_before_gap(two, 6, 2), 4); /* and one in what is left */
	assert_int_equal(ml_clean_before_gap(two, 6, 3), 2);
	assert_int_equal(ml_clean_before_gap(two, 0, 1), 0);
	assert_int_equal(ml_clean_before_gap(two, 1, 1), 0);
}

static void test_thin(void **state)
{
	size_t n = 200000, kept;
	_cleanup_free_ struct ml_sample *s = calloc(n, sizeof(*s));
	_cleanup_free_ double *scratch = calloc(n, sizeof(*scratch));

	(void)state;
	assert_true(s && scratch);
	for (size_t i = 0; i < n; i++)
		s[i] = (struct ml_sample){ (double)i, 2 * (double)i };
	assert_int_equal(ml_clean_thin(s, 1000, scratch), 1000);
	kept = ml_clean_thin(s, n, scratch);
	assert_int_equal(kept, 65536);
	for (size_t i = 1; i < kept; i++)
		assert_true(s[i].t > s[i - 1].t && fabs(s[i].v - 2 * s[i].t) <= 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unusable),
		cmocka_unit_test(test_dips),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_thin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
