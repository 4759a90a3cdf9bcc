/* SPDX-License-Identifier: MIT */
/* test_parse_pagetypeinfo: the join of its tables, for each node, by name. */
#include "unit.h"

#include "parse/pagetypeinfo.h"

static const char sample[] =
	"Page block order: 9\n"
	"Pages per block:  512\n"
	"\n"
	"Free pages count per migrate type at order       0      1      2 \n"
	"Node    0, zone      DMA, type    Unmovable      1      1      0 \n"
	"Node    0, zone      DMA, type      Movable      0      0      3 \n"
	"Node    0, zone   Normal, type    Unmovable      2      4      6 \n"
	"Node    0, zone   Normal, type      Movable >100000     7      8 \n"
	"\n"
	"Number of blocks type     Unmovable      Movable      Isolate \n"
	"Node 0, zone      DMA            1            3            0 \n"
	"Node 0, zone   Normal            8          204            5 \n"
	"\n"
	"Number of mixed blocks    Unmovable      Movable      Isolate \n"
	"Node 0, zone      DMA            0            1            2 \n"
	"Node 0, zone   Normal            3            4            6 \n"
	"Page block order: 9\n"
	"Pages per block:  512\n"
	"\n"
	"Free pages count per migrate type at order       0      1      2 \n"
	"Node    1, zone   Normal, type    Unmovable      9      9      9 \n"
	"\n"
	"Number of blocks type     Unmovable \n"
	"Node 1, zone   Normal           77 \n";

static const struct ml_pagetype_row *find(const struct outcome *o, uint64_t node,
					  const char *zone, const char *type)
{
	const struct ml_pagetype_row *row, *found = NULL;

	ml_for_each_row(row, &o->parsed.rows) {
		if (row->node != node || !ml_str_is(row->zone, zone) ||
		    !ml_str_is(row->type, type))
			continue;
		assert_null(found);
		found = row;
	}
	assert_non_null(found);
	return found;
}

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_pagetypeinfo, sample);
	const struct ml_pagetype_head *head = o.parsed.head;
	const struct ml_pagetype_row *row;

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 7);
	assert_int_equal(head->pageblock_order, 9);
	assert_int_equal(head->pages_per_block, 512);
	row = find(&o, 0, "DMA", "Movable");
	assert_int_equal(row->norders, 3);
	assert_int_equal(row->blocks[2], 3);
	assert_int_equal(row->capped, 0);
	assert_int_equal(row->pageblocks, 3);
	assert_int_equal(row->mixed_pageblocks, 1);
	row = find(&o, 1, "Normal", "Unmovable");
	assert_int_equal(row->blocks[0], 9);
	assert_int_equal(row->pageblocks, 77);
	assert_int_equal(row->mixed_pageblocks, ML_NONE);
}

static void test_capped(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_pagetypeinfo, sample);
	const struct ml_pagetype_row *row = find(&o, 0, "Normal", "Movable");

	(void)state;
	assert_int_equal(row->norders, 3);
	assert_int_equal(row->blocks[0], 100000);
	assert_int_equal(row->blocks[1], 7);
	assert_int_equal(row->capped, 1);
	assert_int_equal(row->pageblocks, 204);
	assert_int_equal(row->mixed_pageblocks, 4);
}

static void test_type_without_free_line(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_pagetypeinfo, sample);
	const struct ml_pagetype_row *row = find(&o, 0, "Normal", "Isolate");

	(void)state;
	assert_int_equal(row->norders, 0);
	assert_null(row->blocks);
	assert_int_equal(row->pageblocks, 5);
	assert_int_equal(row->mixed_pageblocks, 6);
	assert_int_equal(find(&o, 0, "DMA", "Isolate")->mixed_pageblocks, 2);
}

/* 3.2 has Reclaimable before Movable, and Reserve: columns are told by name only. */
static void test_other_order(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_pagetypeinfo,
			   "Number of blocks type     Reserve      Movable\n"
			   "Node 0, zone   Normal      1      2\n"
			   "Free pages count per migrate type at order       0\n"
			   "Node    0, zone   Normal, type      Movable  5\n"
			   "Node    0, zone   Normal, type      Reserve  6\n"
			   "Number of blocks type     Reserve      Movable\n"
			   "Node 0, zone   Normal      3      4\n");
	const struct ml_pagetype_head *head = o.parsed.head;
	const struct ml_pagetype_row *row = row_at(&o, 2);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 4);
	assert_int_equal(head->pageblock_order, ML_NONE);
	assert_bytes(row->type, "Movable");
	assert_int_equal(row->blocks[0], 5);
	assert_int_equal(row->pageblocks, 4);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_pagetypeinfo, "Page block order: nine\n"
				       "Pages per block:\n"
				       "Node 0, zone DMA 1 2 3\n" /* no header yet */
				       "Node 0, zone DMA, type Movable\n"
				       "Node 0, zone DMA, type\n"
				       "Node 0, zone DMA, type Movable 1 x\n"
				       "Number of blocks type\n"
				       "Number of blocks type A B\n"
				       "Node 0, zone DMA 1\n" /* fewer than the header */
				       "Node 0, zone DMA 1 2 3\n" /* more */
				       "Node 0, zone DMA 1 >2\n"
				       "Node 0, zone DMA, type Movable > 1\n"
				       "Node 0, zone DMA 1 2\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 11);
	assert_int_equal(o.parsed.rows.n, 2);
}

static void test_too_many_types(void **state)
{
	char s[512] = "Number of blocks type";

	(void)state;
	for (int i = 0; i < 33; i++)
		strcat(s, " T");
	strcat(s, "\nNode 0, zone DMA 1\n");
	_outcome_ struct outcome o = outcome_of(ml_parse_pagetypeinfo, s);

	assert_int_equal(o.parsed.bad_lines, 2);
	assert_int_equal(o.parsed.rows.n, 0);
}

static void test_hostile(void **state)
{
	static const char free_line[] = "Node 0, zone A, type B 1 ";

	(void)state;
	check_nothing(ml_parse_pagetypeinfo);
	check_junk(ml_parse_pagetypeinfo);
	check_dress(ml_parse_pagetypeinfo, sample);
	check_numbers(ml_parse_pagetypeinfo, free_line, " 2\n");
	check_numbers(ml_parse_pagetypeinfo, "Page block order: ", "\n");
	check_numbers(ml_parse_pagetypeinfo, "Number of blocks type A\nNode 0, zone A ",
		      "\n");
	check_huge_line(ml_parse_pagetypeinfo, free_line);
	check_huge_line(ml_parse_pagetypeinfo, "Number of blocks type");
	check_huge_line(ml_parse_pagetypeinfo,
			"Number of blocks type A\nNode 0, zone A 1");
}

/* A cut header makes the lines after it bad, which are then not there. */
static void test_cuts(void **state)
{
	(void)state;
	check_cuts(ml_parse_pagetypeinfo, sample);
}

/* Neither table may be searched in full for a row of the other. */
static void test_many(void **state)
{
	_outcome_ struct outcome rows = outcome_of_many(ml_parse_pagetypeinfo, "",
							"Node 0, zone A, type T 1\n"
							"Node 1, zone A, type T 1\n");
	_outcome_ struct outcome join = outcome_of_many(
		ml_parse_pagetypeinfo, "Number of blocks type A B C D E F G H\n",
		"Node 0, zone A, type T 1\nNode 1, zone A 1 2 3 4 5 6 7 8\n");
	_outcome_ struct outcome headers = outcome_of_many(ml_parse_pagetypeinfo, "",
							   "Free pages count\n"
							   "Node 0, zone A, type T 1\n"
							   "Number of blocks type T U\n"
							   "Node 0, zone A 1 2\n");

	(void)state;
	assert_true(rows.parsed.rows.n < 1000000);
	assert_true(rows.parsed.bad_lines > 0);
	assert_true(join.parsed.rows.n > 0);
	assert_true(headers.parsed.rows.n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_capped),
		cmocka_unit_test(test_type_without_free_line),
		cmocka_unit_test(test_other_order),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_too_many_types),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
