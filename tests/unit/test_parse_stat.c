/* SPDX-License-Identifier: MIT */
/* test_parse_stat: ten columns, four columns, and interrupt lines without end. */
#include "unit.h"

#include "parse/stat.h"

static const char sample[] = "cpu  86 1 2749 876 16 2 17 3 4 5\n"
			     "cpu0 38 0 1296 416 16 0 13 0 0 0\n"
			     "cpu3 48 0 1452 459 0 0 4 0 0 0\n"
			     "intr 11297 62 9 0 0 11 0 0 0 1\n"
			     "ctxt 9994\n"
			     "btime 1795382610\n"
			     "processes 208\n"
			     "procs_running 2\n"
			     "procs_blocked 0\n"
			     "softirq 6161 0 1423 0 0 0 0 1 2811 0 1926\n"
			     "new_in_some_kernel 7\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_stat, sample);
	const struct ml_stat_head *head = o.parsed.head;
	const struct ml_stat_cpu *cpu = row_at(&o, 1);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 2);
	assert_int_equal(head->ncpus, 2);
	assert_int_equal(head->all.cpu, ML_NONE);
	assert_int_equal(head->all.user, 86);
	assert_int_equal(head->all.nice, 1);
	assert_int_equal(head->all.system, 2749);
	assert_int_equal(head->all.idle, 876);
	assert_int_equal(head->all.iowait, 16);
	assert_int_equal(head->all.irq, 2);
	assert_int_equal(head->all.softirq, 17);
	assert_int_equal(head->all.steal, 3);
	assert_int_equal(head->all.guest, 4);
	assert_int_equal(head->all.guest_nice, 5);
	assert_int_equal(cpu->cpu, 3);
	assert_int_equal(cpu->idle, 459);
}

static void test_golden_values(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_stat, sample);
	const struct ml_kv *kv = &o.parsed.kv;

	(void)state;
	assert_int_equal(kv->rows.n, 8);
	assert_int_equal(ml_kv_get(kv, "intr"), 11297);
	assert_int_equal(ml_kv_get(kv, "ctxt"), 9994);
	assert_int_equal(ml_kv_get(kv, "btime"), 1795382610);
	assert_int_equal(ml_kv_find(kv, ML_STR("btime"))->unit, ML_UNIT_SECONDS);
	assert_int_equal(ml_kv_get(kv, "processes"), 208);
	assert_int_equal(ml_kv_get(kv, "procs_running"), 2);
	assert_int_equal(ml_kv_get(kv, "procs_blocked"), 0);
	assert_int_equal(ml_kv_get(kv, "softirq"), 6161);
	assert_int_equal(ml_kv_get(kv, "new_in_some_kernel"), 7);
}

static void test_few_columns(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_stat, "cpu  1 2 3 4\ncpu0 1 2 3 4\n");
	const struct ml_stat_head *head = o.parsed.head;
	const struct ml_stat_cpu *cpu = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(head->all.idle, 4);
	assert_int_equal(head->all.iowait, ML_NONE);
	assert_int_equal(cpu->guest_nice, ML_NONE);
}

static void test_more_columns(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_stat, "cpu0 1 2 3 4 5 6 7 8 9 10 11 12\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(((struct ml_stat_cpu *)row_at(&o, 0))->guest_nice, 10);
}

static void test_empty(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_stat, "");
	const struct ml_stat_head *head = o.parsed.head;

	(void)state;
	assert_non_null(head);
	assert_int_equal(head->ncpus, 0);
	assert_int_equal(head->all.user, ML_NONE);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_stat, "cpu\n"
							       "cpu0\n"
							       "cpu1 1 x\n"
							       "cpux 1 2\n"
							       "disk_io: (3,0):(1,2)\n"
							       "ctxt\n"
							       "cpu 1 -2\n");
	const struct ml_stat_head *head = o.parsed.head;

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 6);
	assert_int_equal(o.parsed.rows.n, 0);
	assert_int_equal(head->all.user, ML_NONE);
	assert_int_equal(ml_kv_get(&o.parsed.kv, "cpux"), 1);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_stat);
	check_junk(ml_parse_stat);
	check_dress(ml_parse_stat, sample);
	check_cuts(ml_parse_stat, sample);
	check_numbers(ml_parse_stat, "ctxt ", "\n");
	check_numbers(ml_parse_stat, "cpu0 1 2 ", " 4\n");
	check_huge_line(ml_parse_stat, "intr 1");
	check_huge_line(ml_parse_stat, "cpu0 1");
	check_huge_line(ml_parse_stat, "cpu");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o = outcome_of_many(ml_parse_stat, "", "cpu0 1 2 3 4\n");
	const struct ml_stat_head *head = o.parsed.head;

	(void)state;
	assert_int_equal(head->ncpus, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_golden_values),
		cmocka_unit_test(test_few_columns),
		cmocka_unit_test(test_more_columns),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
