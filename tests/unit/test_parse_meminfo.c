/* SPDX-License-Identifier: MIT */
/* test_parse_meminfo: /proc/meminfo of several kernels, of a node, and of nobody. */
#include "unit.h"

#include "parse/meminfo.h"

static const char sample[] = "MemTotal:        2040212 kB\n"
			     "MemFree:          812340 kB\n"
			     "MemAvailable:    1604188 kB\n"
			     "Active(anon):        128 kB\n"
			     "VmallocTotal:   13743895347199 kB\n"
			     "HugePages_Total:       4\n"
			     "Hugepagesize:       2048 kB\n"
			     "DirectMap2M:     2015232 kB\n"
			     "NewInSomeKernel:       7 kB\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_meminfo, sample);
	const struct ml_kv *kv = &o.parsed.kv;

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(kv->rows.n, 9);
	assert_int_equal(ml_kv_get(kv, "MemTotal"), 2040212ull * 1024);
	assert_int_equal(ml_kv_get(kv, "Active(anon)"), 128 * 1024);
	assert_int_equal(ml_kv_get(kv, "VmallocTotal"), 13743895347199ull * 1024);
	assert_int_equal(ml_kv_get(kv, "HugePages_Total"), 4);
	assert_int_equal(ml_kv_find(kv, ML_STR("HugePages_Total"))->unit, ML_UNIT_COUNT);
	assert_int_equal(ml_kv_find(kv, ML_STR("Hugepagesize"))->unit, ML_UNIT_BYTES);
	assert_int_equal(ml_kv_get(kv, "NewInSomeKernel"), 7 * 1024);
	assert_int_equal(ml_kv_get(kv, "SwapTotal"), ML_NONE);
}

static void test_node(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_meminfo, "Node 0 MemTotal:       1012340 kB\n"
					     "Node 0 FilePages:         9000 kB\n"
					     "Node 0 HugePages_Total:     3\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.kv.rows.n, 3);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "FilePages"), 9000 * 1024);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "HugePages_Total"), 3);
}

/* 2.4 begins with a table in bytes whose lines look like keys. */
static void test_old_table(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_meminfo,
			   "        total:    used:    free:  shared: buffers:  cached:\n"
			   "Mem:  63332352 61120512  2211840        0  2322432 22302720\n"
			   "Swap:        0        0        0\n"
			   "MemTotal:        61848 kB\n"
			   "MemShared:           0 kB\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.kv.rows.n, 2);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "MemTotal"), 61848 * 1024);
}

static void test_duplicate(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_meminfo, "MemFree: 1 kB\nMemFree: 2 kB\n");

	(void)state;
	assert_int_equal(o.parsed.kv.rows.n, 1);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "MemFree"), 2048);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_meminfo, "MemTotal 1 kB\n"
								  "MemFree: kB\n"
								  "Cached: 5 MB\n"
								  "Shmem: 5 kB kB\n"
								  ": 5 kB\n"
								  "Slab: 5 kB\n"
								  "Dirty:\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 6);
	assert_int_equal(o.parsed.first_bad_line, 1);
	assert_int_equal(o.parsed.kv.rows.n, 1);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "Slab"), 5 * 1024);
}

static void test_saturates(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_meminfo, "MemFree: 18446744073709551615 kB\n");

	(void)state;
	assert_int_equal(ml_kv_get(&o.parsed.kv, "MemFree"), ML_U64_MAX);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_meminfo);
	check_junk(ml_parse_meminfo);
	check_dress(ml_parse_meminfo, sample);
	check_cuts(ml_parse_meminfo, sample);
	check_numbers(ml_parse_meminfo, "MemFree: ", " kB\n");
	check_huge_line(ml_parse_meminfo, "MemFree: 1");
	check_huge_line(ml_parse_meminfo, "Node 0 ");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o =
		outcome_of_many(ml_parse_meminfo, "", "MemFree: 1 kB\n");

	(void)state;
	assert_int_equal(o.parsed.lines, 1000000);
	assert_int_equal(o.parsed.kv.rows.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_node),
		cmocka_unit_test(test_old_table),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_saturates),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
