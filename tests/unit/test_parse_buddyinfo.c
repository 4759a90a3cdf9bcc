/* SPDX-License-Identifier: MIT */
/* test_parse_buddyinfo: lines of 9 to 14 orders, and of numbers no kernel has. */
#include "unit.h"

#include <stdio.h>

#include "parse/buddyinfo.h"

static const char sample[] =
	"Node 0, zone      DMA      1      1      0      1      2      1      1      0      1"
	"      1      3 \n"
	"Node 0, zone   Normal 4381112   2345      7      0      0      0      0      0      0"
	"      0    198 \n"
	"Node 12, zone  Movable      1      2      3      4      5      6      7      8      9 \n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_buddyinfo, sample);
	const struct ml_buddyinfo_row *dma = row_at(&o, 0), *normal = row_at(&o, 1);
	const struct ml_buddyinfo_row *movable = row_at(&o, 2);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 3);
	assert_int_equal(dma->node, 0);
	assert_bytes(dma->zone, "DMA");
	assert_int_equal(dma->norders, 11);
	assert_int_equal(dma->blocks[4], 2);
	assert_int_equal(dma->blocks[10], 3);
	assert_int_equal(normal->blocks[0], 4381112);
	assert_int_equal(normal->blocks[10], 198);
	assert_int_equal(movable->node, 12);
	assert_int_equal(movable->norders, 9);
	assert_int_equal(movable->blocks[8], 9);
}

static void test_orders(void **state)
{
	static const struct {
		unsigned n;
		bool good;
	} cases[] = {
		{ 0, false }, { 1, true },  { 9, true },     { 14, true },
		{ 64, true }, { 65, false }, { 1000, false },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		char s[8192] = "Node 0, zone Normal";
		size_t at = strlen(s);

		for (unsigned order = 0; order < cases[i].n; order++)
			at += (size_t)snprintf(s + at, sizeof(s) - at, " %u", order);
		_outcome_ struct outcome o = outcome_of(ml_parse_buddyinfo, s);

		assert_int_equal(o.parsed.rows.n, cases[i].good);
		assert_int_equal(o.parsed.bad_lines, !cases[i].good);
		if (cases[i].good) {
			const struct ml_buddyinfo_row *row = row_at(&o, 0);

			assert_int_equal(row->norders, cases[i].n);
			assert_int_equal(row->blocks[cases[i].n - 1], cases[i].n - 1);
		}
	}
}

static void test_odd(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_buddyinfo, "Node 4294967296, zone Normal 1\n"
					       "Node 0, zone Normal 1 2\n"
					       "Node 0, zone Normal 3\n"
					       "Node 0, zone \x1b[31m\xff 4\n"
					       "Node 0, zone\n"
					       "Node 0 zone Normal 1\n"
					       "Node, zone Normal 1\n"
					       "Zone 0, node Normal 1\n"
					       "Node 0, zone , 5\n");
	const struct ml_buddyinfo_row *first = row_at(&o, 0), *hostile = row_at(&o, 3);

	(void)state;
	assert_int_equal(o.parsed.rows.n, 4);
	assert_int_equal(o.parsed.bad_lines, 5);
	assert_int_equal(o.parsed.first_bad_line, 5);
	assert_int_equal(first->node, 4294967296);
	assert_bytes(hostile->zone, "\x1b[31m\xff");
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_buddyinfo);
	check_junk(ml_parse_buddyinfo);
	check_dress(ml_parse_buddyinfo, sample);
	check_cuts(ml_parse_buddyinfo, sample);
	check_numbers(ml_parse_buddyinfo, "Node 0, zone Normal 1 ", " 2\n");
	check_numbers(ml_parse_buddyinfo, "Node ", ", zone Normal 1 2\n");
	check_huge_line(ml_parse_buddyinfo, "Node 0, zone Normal 1");
	check_huge_line(ml_parse_buddyinfo, "Node 0");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o =
		outcome_of_many(ml_parse_buddyinfo, "", "Node 0, zone A 1 2 3\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
	assert_int_equal(((struct ml_buddyinfo_row *)row_at(&o, 999999))->blocks[2], 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
