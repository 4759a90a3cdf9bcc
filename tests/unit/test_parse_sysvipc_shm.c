/* SPDX-License-Identifier: MIT */
/* test_parse_sysvipc_shm: columns by their heading, keys below 0, kernels without rss. */
#include "unit.h"

#include "parse/sysvipc_shm.h"

static const char sample[] =
	"       key      shmid perms                  size  cpid  lpid nattch   uid   gid  "
	"cuid  cgid      atime      dtime      ctime                   rss                  "
	"swap\n"
	"         0          3  1600               8388608  1534  1534      2   998   996   "
	"998   996 1700000002          0 1700000001               4194304                "
	"  8192\n"
	"-559038737      65538   666                  4096     0     0      0     0     0    "
	" 0     0          0          0 1700000000                  4096                  "
	"   0\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_sysvipc_shm, sample);
	const struct ml_sysv_row *first = row_at(&o, 0), *second = row_at(&o, 1);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 2);
	assert_int_equal(first->key, 0);
	assert_int_equal(first->id, 3);
	assert_int_equal(first->perms, ML_SYSV_DEST | 0600);
	assert_int_equal(first->size, 8388608);
	assert_int_equal(first->creator, 1534);
	assert_int_equal(first->last, 1534);
	assert_int_equal(first->attached, 2);
	assert_int_equal(first->uid, 998);
	assert_int_equal(first->gid, 996);
	assert_int_equal(first->attach_time, 1700000002);
	assert_int_equal(first->detach_time, 0);
	assert_int_equal(first->change_time, 1700000001);
	assert_int_equal(first->rss, 4194304);
	assert_int_equal(first->swap, 8192);
	assert_int_equal((uint32_t)second->key, 0xdeadbeef);
	assert_int_equal(second->id, 65538);
	assert_int_equal(second->attached, 0);
}

static void test_other_headings(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_sysvipc_shm, "key shmid perms size cpid nattch new uid\n"
				      "1 2 600 4096 17 1 whatever 5\n");
	const struct ml_sysv_row *row = row_at(&o, 0);

	(void)state;
	assert_int_equal(row->creator, 17);
	assert_int_equal(row->attached, 1);
	assert_int_equal(row->uid, 5);
	assert_true(row->rss == ML_NONE);
	assert_true(row->swap == ML_NONE);
	assert_true(row->last == ML_NONE);
}

static void test_no_segment(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_sysvipc_shm, "key shmid perms size\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 0);
	assert_int_equal(o.parsed.bad_lines, 0);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_sysvipc_shm, "1 2 600 4096\n" /* no heading yet */
						 "key shmid perms size\n"
						 "1 2 600\n"
						 "1 2 900 4096\n"
						 "1 x 600 4096\n"
						 "- 2 600 4096\n"
						 "1 2 600 -4096\n"
						 "1 2 600 4096 and more\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1);
	assert_int_equal(o.parsed.bad_lines, 6);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_sysvipc_shm);
	check_junk(ml_parse_sysvipc_shm);
	check_dress(ml_parse_sysvipc_shm, sample);
	check_numbers(ml_parse_sysvipc_shm, "key shmid perms size\n1 2 600 ", "\n");
	check_huge_line(ml_parse_sysvipc_shm, "key shmid perms size\n1 2 600 4096");
	check_huge_line(ml_parse_sysvipc_shm, "key shmid perms size");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o = outcome_of_many(
		ml_parse_sysvipc_shm, "key shmid perms size\n", "1 2 600 4096\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),     cmocka_unit_test(test_other_headings),
		cmocka_unit_test(test_no_segment), cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_hostile),    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
