/* SPDX-License-Identifier: MIT */
/* test_parse_diskstats: sectors to bytes, and lines of old and of no kernels. */
#include "unit.h"

#include "parse/diskstats.h"

static const char sample[] =
	" 254      32 vdc 93 0 4290 3 11 1 72 0 0 8 3 0 0 0 0 0 0\n"
	" 253       0 zram0 17427 0 139416 176 22546 0 180368 992 0 1152 1168 0 0 0 0 0 0\n"
	"   8       1 sda1 1 2 3 4 5 6 7 8 9 10 11\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_diskstats, sample);
	const struct ml_diskstats_row *zram = row_at(&o, 1), *sda1 = row_at(&o, 2);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 3);
	assert_int_equal(zram->major, 253);
	assert_int_equal(zram->minor, 0);
	assert_bytes(zram->name, "zram0");
	assert_int_equal(zram->reads, 17427);
	assert_int_equal(zram->read_bytes, 139416 * 512);
	assert_int_equal(zram->writes, 22546);
	assert_int_equal(zram->written_bytes, 180368 * 512);
	assert_bytes(sda1->name, "sda1");
	assert_int_equal(sda1->written_bytes, 7 * 512);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_diskstats, "8 1 sda1 1 2 3 4\n"
					       "8 x sda1 1 2 3 4 5 6 7 8\n"
					       "8 1 sda1 1 2 -3 4 5 6 7 8\n"
					       "8 1 1 2 3 4 5 6 7\n"
					       "8 1 sda1 1 2 3 4 5 6 7\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 4);
	assert_int_equal(o.parsed.rows.n, 1);
}

static void test_saturates(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_diskstats, "8 1 sda1 1 2 18446744073709551615 4 5 6 7 8\n");
	const struct ml_diskstats_row *row = row_at(&o, 0);

	(void)state;
	assert_true(row->read_bytes == ML_U64_MAX);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_diskstats);
	check_junk(ml_parse_diskstats);
	check_dress(ml_parse_diskstats, sample);
	check_cuts(ml_parse_diskstats, sample);
	check_numbers(ml_parse_diskstats, "8 1 a ", " 2 3 4 5 6 7 8\n");
	check_numbers(ml_parse_diskstats, "", " 1 a 1 2 3 4 5 6 7\n");
	check_huge_line(ml_parse_diskstats, "8 1 a 1 2 3 4 5 6 7");
	check_huge_line(ml_parse_diskstats, "8 1 ");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o =
		outcome_of_many(ml_parse_diskstats, "", "8 1 a 1 2 3 4 5 6 7\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),	  cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_saturates), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
