/* SPDX-License-Identifier: MIT */
/* test_parse_loadavg: the one line, whole or not at all. */
#include "unit.h"

#include <math.h>

#include "parse/loadavg.h"

static const char sample[] = "1.56 0.37 120.12 2/91 207\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_loadavg, sample);
	const struct ml_loadavg_row *row = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 1);
	assert_true(fabs(row->load1 - 1.56) < 1e-12);
	assert_true(fabs(row->load5 - 0.37) < 1e-12);
	assert_true(fabs(row->load15 - 120.12) < 1e-12);
	assert_int_equal(row->running, 2);
	assert_int_equal(row->tasks, 91);
	assert_int_equal(row->last_pid, 207);
}

static void test_malformed(void **state)
{
	static const char *const lines[] = {
		"1.56",
		"1.56 0.37 0.12",
		"1.56 0.37 0.12 2/91",
		"1.56 0.37 0.12 291 207",
		"1.56 0.37 0.12 2/ 207",
		"1.56 0.37 0.12 /91 207",
		"-1.56 0.37 0.12 2/91 207",
		"nan 0.37 0.12 2/91 207",
		"1.56 inf 0.12 2/91 207",
		"1.56 0.37 1e9 2/91 207",
		"1,56 0,37 0,12 2/91 207",
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(lines); i++) {
		_outcome_ struct outcome o = outcome_of(ml_parse_loadavg, lines[i]);

		assert_int_equal(o.parsed.rows.n, 0);
		assert_int_equal(o.parsed.bad_lines, 1);
	}
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_loadavg);
	check_junk(ml_parse_loadavg);
	check_dress(ml_parse_loadavg, sample);
	check_cuts(ml_parse_loadavg, sample);
	check_numbers(ml_parse_loadavg, "0.00 0.00 0.00 1/", " 2\n");
	check_numbers(ml_parse_loadavg, "0.00 0.00 0.00 1/2 ", "\n");
	check_huge_line(ml_parse_loadavg, "1.0");
	check_huge_line(ml_parse_loadavg, sample);
}

static void test_many(void **state)
{
	_outcome_ struct outcome o = outcome_of_many(ml_parse_loadavg, "", sample);

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1);
	assert_int_equal(o.parsed.bad_lines, 999999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
