/* SPDX-License-Identifier: MIT */
/* test_parse_pressure: files with some, full or both, averages that are no numbers. */
#include "unit.h"

#include <math.h>

#include "parse/pressure.h"

static const char sample[] = "some avg10=19.17 avg60=4.60 avg300=1.01 total=3223886\n"
			     "full avg10=10.28 avg60=100.00 avg300=0.00 total=0\n";

static void assert_near(double got, double want)
{
	assert_true(fabs(got - want) < 1e-12);
}

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_pressure, sample);
	const struct ml_pressure_row *some = row_at(&o, 0), *full = row_at(&o, 1);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 2);
	assert_bytes(some->kind, "some");
	assert_near(some->avg10, 0.1917);
	assert_near(some->avg60, 0.046);
	assert_near(some->avg300, 0.0101);
	assert_int_equal(some->total_us, 3223886);
	assert_bytes(full->kind, "full");
	assert_near(full->avg60, 1);
	assert_near(full->avg300, 0);
	assert_int_equal(full->total_us, 0);
}

/* cpu had no full line before 5.13, irq has no some line. */
static void test_one_line(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_pressure, "full avg10=0.00 avg60=0.00 avg300=0.09 total=8\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1);
	assert_bytes(((struct ml_pressure_row *)row_at(&o, 0))->kind, "full");
}

static void test_other_order(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_pressure, "some total=5 avg300=3.00 avg5=9.00 avg10=1.00\n");
	const struct ml_pressure_row *row = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_near(row->avg10, 0.01);
	assert_true(isnan(row->avg60));
	assert_near(row->avg300, 0.03);
	assert_int_equal(row->total_us, 5);
}

static void test_bad_average(void **state)
{
	static const char *const averages[] = {
		"-0.01", "inf", "nan", "1e3", "", ".", "1.", "0x1", "1,5", "1.2.3",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(averages); i++) {
		char s[128] = "some avg60=2.00 avg10=";
		const struct ml_pressure_row *row;

		strcat(strcat(s, averages[i]), " total=7");
		_outcome_ struct outcome o = outcome_of(ml_parse_pressure, s);

		row = row_at(&o, 0);
		assert_int_equal(o.parsed.bad_lines, 1);
		assert_true(isnan(row->avg10));
		assert_near(row->avg60, 0.02);
		assert_int_equal(row->total_us, 7);
	}
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_pressure, "some\n"
								   "full total=\n"
								   "full avg10\n"
								   "some avg10=1.00\n");
	const struct ml_pressure_row *row = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 4);
	assert_int_equal(o.parsed.rows.n, 1);
	assert_near(row->avg10, 0.01);
	assert_int_equal(row->total_us, ML_NONE);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_pressure);
	check_junk(ml_parse_pressure);
	check_dress(ml_parse_pressure, sample);
	check_cuts(ml_parse_pressure, sample);
	check_numbers(ml_parse_pressure, "some avg10=0.00 total=", "\n");
	check_huge_line(ml_parse_pressure, "some avg10=1");
	check_huge_line(ml_parse_pressure, "some total=1");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o =
		outcome_of_many(ml_parse_pressure, "", "some avg10=1.00 total=1\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_other_order),
		cmocka_unit_test(test_bad_average),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
