/* SPDX-License-Identifier: MIT */
/* test_parse_vmstat: names and numbers, drift below zero, more names than there are. */
#include "unit.h"

#include <stdio.h>

#include "parse/vmstat.h"

static const char sample[] = "nr_free_pages 203085\n"
			     "nr_zone_inactive_anon 0\n"
			     "pgfault 19023011\n"
			     "pgsteal_kswapd_dma32 12\n"
			     "thp_new_in_some_kernel 3\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_vmstat, sample);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.kv.rows.n, 5);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "nr_free_pages"), 203085);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "pgfault"), 19023011);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "nr_zone_inactive_anon"), 0);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "thp_new_in_some_kernel"), 3);
	assert_int_equal(ml_kv_find(&o.parsed.kv, ML_STR("pgfault"))->unit,
			 ML_UNIT_COUNT);
}

static void test_drift(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_vmstat, "nr_dirty 18446744073709551604\n"
					    "nr_mlock 9223372036854775807\n"
					    "nr_bounce 9223372036854775808\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "nr_dirty"), 0);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "nr_mlock"), INT64_MAX);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "nr_bounce"), 0);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_vmstat, "pgfault\n"
								 "pgfault 1 2\n"
								 "pgfault: x\n"
								 "pgfault 7\n"
								 "17\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 4);
	assert_int_equal(o.parsed.kv.rows.n, 1);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "pgfault"), 7);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_vmstat);
	check_junk(ml_parse_vmstat);
	check_dress(ml_parse_vmstat, sample);
	check_cuts(ml_parse_vmstat, sample);
	check_numbers(ml_parse_vmstat, "pgfault ", "\n");
	check_huge_line(ml_parse_vmstat, "pgfault 1");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o = outcome_of_many(ml_parse_vmstat, "", "pgfault 1\n");

	(void)state;
	assert_int_equal(o.parsed.kv.rows.n, 1);
}

static void test_many_names(void **state)
{
	size_t size = 20 * (ML_KV_MAX + 100), n = 0;
	_cleanup_free_ char *s = malloc(size);

	(void)state;
	assert_non_null(s);
	for (unsigned i = 0; i < ML_KV_MAX + 100; i++)
		n += (size_t)snprintf(s + n, size - n, "nr_%u 1\n", i);
	_outcome_ struct outcome o = outcome_of_bytes(ml_parse_vmstat, s, n);

	assert_int_equal(o.parsed.kv.rows.n, ML_KV_MAX);
	assert_int_equal(o.parsed.bad_lines, 100);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "nr_16383"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_drift),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_many_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
