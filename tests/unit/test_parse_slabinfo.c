/* SPDX-License-Identifier: MIT */
/* test_parse_slabinfo: SLUB, SLAB with statistics, kernel 2.4, and names of any bytes. */
#include "unit.h"

#include "parse/slabinfo.h"

#define TAIL " : tunables    0    0    0 : slabdata     20     19      1"

static const char sample[] =
	"slabinfo - version: 2.1\n"
	"# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>"
	" : tunables <limit> <batchcount> <sharedfactor>"
	" : slabdata <active_slabs> <num_slabs> <sharedavail>\n"
	"zs_handle          10239  10240      8  512    1" TAIL "\n"
	"biovec-(256)          40     41   4096    8    8"
	" : tunables   54   27    8 : slabdata      5      6      7\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_slabinfo, sample);
	const struct ml_slabinfo_head *head = o.parsed.head;
	const struct ml_slabinfo_row *row = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 2);
	assert_bytes(head->version, "2.1");
	assert_bytes(row->cache, "zs_handle");
	assert_int_equal(row->active, 10239);
	assert_int_equal(row->objects, 10240);
	assert_int_equal(row->object_bytes, 8);
	assert_int_equal(row->objects_per_slab, 512);
	assert_int_equal(row->pages_per_slab, 1);
	assert_int_equal(row->active_slabs, 20);
	assert_int_equal(row->slabs, 19);
	assert_int_equal(row->shared_available, 1);
}

static void test_tunables(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_slabinfo, sample);
	const struct ml_slabinfo_row *row = row_at(&o, 1);

	(void)state;
	assert_bytes(row->cache, "biovec-(256)");
	assert_int_equal(row->limit, 54);
	assert_int_equal(row->batchcount, 27);
	assert_int_equal(row->sharedfactor, 8);
	assert_int_equal(row->shared_available, 7);
}

/* CONFIG_DEBUG_SLAB of SLAB appends two more groups. */
static void test_statistics(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_slabinfo,
			   "slabinfo - version: 2.1 (statistics)\n"
			   "TIPC  1 2 320 12 1 : tunables 54 27 0 : slabdata 3 4 5"
			   " : globalstat 1 2 3 4 5 6 7 8 9 : cpustat 1 2 3 4\n");
	const struct ml_slabinfo_head *head = o.parsed.head;
	const struct ml_slabinfo_row *row = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_bytes(head->version, "2.1");
	assert_bytes(row->cache, "TIPC");
	assert_int_equal(row->shared_available, 5);
}

static void test_kernel_2_4(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_slabinfo,
		"slabinfo - version: 1.1 (SMP)\n"
		"kmem_cache            64     70    112    2    3    1 :  252  126\n"
		"fib6_nodes             9    113     32    1    1    1\n");
	const struct ml_slabinfo_row *row = row_at(&o, 0), *plain = row_at(&o, 1);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_bytes(row->cache, "kmem_cache");
	assert_int_equal(row->active, 64);
	assert_int_equal(row->objects, 70);
	assert_int_equal(row->object_bytes, 112);
	assert_int_equal(row->active_slabs, 2);
	assert_int_equal(row->slabs, 3);
	assert_int_equal(row->pages_per_slab, 1);
	assert_int_equal(row->limit, 252);
	assert_int_equal(row->batchcount, 126);
	assert_int_equal(row->objects_per_slab, ML_NONE);
	assert_int_equal(plain->limit, ML_NONE);
	assert_int_equal(plain->sharedfactor, ML_NONE);
}

static void test_names(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_slabinfo,
			   "fat cache 7  1 2 3 4 5" TAIL "\n"
			   "a : tunables 0 0 0 : slabdata 0 0 0  1 2 3 4 5" TAIL "\n"
			   "\x1b[31m\xff\xfe  1 2 3 4 5" TAIL "\n"
			   "page->ptl  1 2 3 4 5" TAIL "\n"
			   "  1 2 3 4 5" TAIL "\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 4);
	assert_int_equal(o.parsed.bad_lines, 1);
	assert_bytes(((struct ml_slabinfo_row *)row_at(&o, 0))->cache, "fat cache 7");
	assert_bytes(((struct ml_slabinfo_row *)row_at(&o, 1))->cache,
		     "a : tunables 0 0 0 : slabdata 0 0 0");
	assert_bytes(((struct ml_slabinfo_row *)row_at(&o, 2))->cache,
		     "\x1b[31m\xff\xfe");
	assert_bytes(((struct ml_slabinfo_row *)row_at(&o, 3))->cache, "page->ptl");
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_slabinfo,
			   "slabinfo - version: 2.1\n"
			   "kmalloc-8  1 2 3 4 5\n"
			   "kmalloc-8  1 2 3 4 5 6\n"
			   "kmalloc-8  1 2 3 4 5 : tunables 0 0 0\n"
			   "kmalloc-8  1 2 3 4 5 : tunables 0 0 0 : slabdata 1 2\n"
			   "kmalloc-8  1 2 3 4 5 : tunables 0 0 0 : slabs 1 2 3\n"
			   "kmalloc-8  1 2 3 4 : tunables 0 0 0 : slabdata 1 2 3\n"
			   "kmalloc-8  1 2 3 0 5 : tunables 0 0 0 : slabdata 1 2 3\n");
	const struct ml_slabinfo_row *row = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 6);
	assert_int_equal(o.parsed.rows.n, 1);
	assert_int_equal(row->objects_per_slab, 0);
}

static void test_no_version(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_slabinfo, "");
	const struct ml_slabinfo_head *head = o.parsed.head;

	(void)state;
	assert_non_null(head);
	assert_null(head->version.p);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_slabinfo);
	check_junk(ml_parse_slabinfo);
	check_dress(ml_parse_slabinfo, sample);
	check_cuts(ml_parse_slabinfo, sample);
	check_numbers(ml_parse_slabinfo, "a 1 2 3 4 ", TAIL "\n");
	check_numbers(ml_parse_slabinfo, "a 1 ", " 3 4 5" TAIL "\n");
	check_numbers(ml_parse_slabinfo, "a 1 2 3 4 5 : tunables 1 ",
		      " 3 : slabdata 1 2 3\n");
	check_huge_line(ml_parse_slabinfo, "a 1 2 3 4 5" TAIL);
	check_huge_line(ml_parse_slabinfo, "slabinfo - version: 1.1\na");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o =
		outcome_of_many(ml_parse_slabinfo, "", "a 1 2 3 4 5" TAIL "\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_tunables),
		cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_kernel_2_4),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_no_version),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
