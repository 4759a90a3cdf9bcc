/* SPDX-License-Identifier: MIT */
/* test_parse_memory_blocks: the list of a capture, with what is unknown in it. */
#include "unit.h"

#include "parse/memory_blocks.h"

static const char sample[] = "0 online 1 0 none\n"
			     "35 offline 0 1 Normal Movable\n"
			     "36 - - - -\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_memory_blocks, sample);
	const struct ml_memory_block *second = row_at(&o, 1), *third = row_at(&o, 2);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 3);
	assert_int_equal(second->index, 35);
	assert_bytes(second->state, "offline");
	assert_bytes(second->zones, "Normal Movable");
	assert_int_equal(second->removable, 0);
	assert_int_equal(second->node, 1);
	assert_int_equal(third->index, 36);
	assert_null(third->state.p);
	assert_null(third->zones.p);
	assert_true(third->removable == ML_NONE);
	assert_true(third->node == ML_NONE);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_memory_blocks, "- online 1 0 none\n"
						   "x online 1 0 none\n"
						   "1 going offline 1 0 none\n"
						   "1 online 1\n"
						   "1 online 1 -2 none\n"
						   "1 online 1 0\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 5);
	assert_int_equal(o.parsed.rows.n, 1);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_memory_blocks);
	check_junk(ml_parse_memory_blocks);
	check_dress(ml_parse_memory_blocks, sample);
	check_cuts(ml_parse_memory_blocks, sample);
	check_numbers(ml_parse_memory_blocks, "", " online 1 0 none\n");
	check_numbers(ml_parse_memory_blocks, "1 online 1 ", " none\n");
	check_huge_line(ml_parse_memory_blocks, "1 online 1 0 none");
	check_huge_line(ml_parse_memory_blocks, "1 ");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o =
		outcome_of_many(ml_parse_memory_blocks, "", "1 online 1 0 Normal\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
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
