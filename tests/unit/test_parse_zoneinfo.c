/* SPDX-License-Identifier: MIT */
/* test_parse_zoneinfo: the shapes of 2.6.16, 3.2 and 7.2, and blocks that are none. */
#include "unit.h"

#include "parse/zoneinfo.h"

static const char sample[] = "Node 0, zone      DMA\n"
			     "  per-node stats\n"
			     "      nr_inactive_anon 72717\n"
			     "      nr_dirty     18446744073709551604\n"
			     "  pages free     3979\n"
			     "        boost    5\n"
			     "        min      196\n"
			     "        low      245\n"
			     "        high     294\n"
			     "        promo    343\n"
			     "        spanned  4095\n"
			     "        present  3998\n"
			     "        managed  3840\n"
			     "        cma      16\n"
			     "        protection: (0, 828, 1360, 1487)\n"
			     "      nr_free_pages 3979\n"
			     "      numa_hit     12\n"
			     "  pagesets\n"
			     "    cpu: 0\n"
			     "              count:    205\n"
			     "              high:     378\n"
			     "              batch:    63\n"
			     "              high_min: 10\n"
			     "  vm stats threshold: 4\n"
			     "    cpu: 1\n"
			     "              count:    318\n"
			     "              high:     377\n"
			     "              batch:    63\n"
			     "              high_min: 20\n"
			     "  vm stats threshold: 4\n"
			     "  node_unreclaimable:  1\n"
			     "  start_pfn:           4096\n"
			     "  reserved_highatomic: 7\n"
			     "Node 2, zone   Device\n"
			     "  pages free     0\n"
			     "        high     0\n"
			     "        protection: (0, 0, 0, 0, 0)\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_zoneinfo, sample);
	const struct ml_zoneinfo_row *z = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 2);
	assert_int_equal(z->node, 0);
	assert_bytes(z->zone, "DMA");
	assert_int_equal(z->free, 3979);
	assert_int_equal(z->boost, 5);
	assert_int_equal(z->min, 196);
	assert_int_equal(z->low, 245);
	assert_int_equal(z->high, 294);
	assert_int_equal(z->promo, 343);
	assert_int_equal(z->spanned, 4095);
	assert_int_equal(z->present, 3998);
	assert_int_equal(z->managed, 3840);
	assert_int_equal(z->cma, 16);
	assert_int_equal(z->start_pfn, 4096);
}

static void test_golden_lists(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_zoneinfo, sample);
	const struct ml_zoneinfo_row *z = row_at(&o, 0);

	(void)state;
	assert_int_equal(z->nr_protection, 4);
	assert_int_equal(z->protection[1], 828);
	assert_int_equal(z->protection[3], 1487);
	assert_int_equal(z->nr_pagesets, 2);
	assert_int_equal(z->pcp_count, 205 + 318);
	assert_int_equal(z->pcp_high, 378 + 377);
	assert_int_equal(z->pcp_batch, 126);
	assert_int_equal(z->node_stats.rows.n, 2);
	assert_int_equal(ml_kv_get(&z->node_stats, "nr_inactive_anon"), 72717);
	assert_int_equal(ml_kv_get(&z->node_stats, "nr_dirty"), 0);
	assert_int_equal(ml_kv_get(&z->stats, "nr_free_pages"), 3979);
	assert_int_equal(ml_kv_get(&z->stats, "numa_hit"), 12);
	assert_int_equal(ml_kv_get(&z->stats, "high_min"), 30);
	assert_int_equal(ml_kv_get(&z->stats, "vm stats threshold"), 4);
	assert_int_equal(ml_kv_get(&z->stats, "node_unreclaimable"), 1);
	assert_int_equal(ml_kv_get(&z->stats, "reserved_highatomic"), 7);
}

static void test_empty_zone(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_zoneinfo, sample);
	const struct ml_zoneinfo_row *z = row_at(&o, 1);

	(void)state;
	assert_int_equal(z->node, 2);
	assert_bytes(z->zone, "Device");
	assert_int_equal(z->free, 0);
	assert_int_equal(z->min, ML_NONE);
	assert_int_equal(z->managed, ML_NONE);
	assert_int_equal(z->start_pfn, ML_NONE);
	assert_int_equal(z->nr_protection, 5);
	assert_int_equal(z->nr_pagesets, ML_NONE);
	assert_int_equal(z->pcp_count, ML_NONE);
	assert_int_equal(z->stats.rows.n, 0);
	assert_int_equal(z->node_stats.rows.n, 0);
}

static void test_2_6_16(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_zoneinfo, "Node 0, zone      DMA\n"
					      "  pages free     5410\n"
					      "        min      181\n"
					      "        active   367\n"
					      "        scanned  9 (a: 0 i: 0)\n"
					      "        spanned  8192\n"
					      "        protection: (0, 0, 0, 0)\n"
					      "  pagesets\n"
					      "    cpu: 0 pcp: 0\n"
					      "              count: 2\n"
					      "              high:  6\n"
					      "    cpu: 0 pcp: 1\n"
					      "              count: 1\n"
					      "              high:  2\n"
					      "  all_unreclaimable: 0\n"
					      "  prev_priority:     12\n"
					      "  start_pfn:         196608\n");
	const struct ml_zoneinfo_row *z = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(z->nr_pagesets, 2);
	assert_int_equal(z->pcp_count, 3);
	assert_int_equal(z->pcp_batch, ML_NONE);
	assert_int_equal(z->managed, ML_NONE);
	assert_int_equal(z->start_pfn, 196608);
	assert_int_equal(ml_kv_get(&z->stats, "scanned"), 9);
	assert_int_equal(ml_kv_get(&z->stats, "active"), 367);
	assert_int_equal(ml_kv_get(&z->stats, "prev_priority"), 12);
	assert_int_equal(z->node_stats.rows.n, 0);
}

/* 3.2 has the counters before "protection" and all of them in the zone. */
static void test_3_2(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_zoneinfo, "Node 0, zone      DMA\n"
				   "  pages free     3960\n"
				   "        scanned  0\n"
				   "        present  3900\n"
				   "    nr_free_pages 3960\n"
				   "    nr_slab_unreclaimable 4\n"
				   "        protection: (0, 3237, 7994, 7994)\n"
				   "  pagesets\n"
				   "  all_unreclaimable: 1\n"
				   "  start_pfn:         16\n"
				   "  inactive_ratio:    1\n");
	const struct ml_zoneinfo_row *z = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(z->protection[1], 3237);
	assert_int_equal(ml_kv_get(&z->stats, "nr_slab_unreclaimable"), 4);
	assert_int_equal(ml_kv_get(&z->stats, "inactive_ratio"), 1);
	assert_int_equal(z->nr_pagesets, ML_NONE);
}

static void test_same_zone_twice(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_zoneinfo, "Node 0, zone Normal\n  pages free 1\n"
					      "Node 0, zone Normal\n  pages free 2\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 2);
	assert_int_equal(((struct ml_zoneinfo_row *)row_at(&o, 0))->free, 1);
	assert_int_equal(((struct ml_zoneinfo_row *)row_at(&o, 1))->free, 2);
}

/* After a heading that is not understood, lines must not go to the zone before it. */
static void test_bad_heading(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_zoneinfo, "  pages free 9\n"
					      "Node 0, zone Normal\n"
					      "  pages free 1\n"
					      "Node x, zone Movable\n"
					      "  pages free 2\n"
					      "    cpu: 0\n"
					      "        protection: (1)\n");
	const struct ml_zoneinfo_row *z = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1);
	assert_int_equal(o.parsed.bad_lines, 5);
	assert_int_equal(z->free, 1);
	assert_int_equal(z->nr_pagesets, ML_NONE);
	assert_int_equal(z->nr_protection, 0);
}

static void test_protection(void **state)
{
	static const struct {
		const char *line;
		uint64_t n;
		uint64_t bad;
	} cases[] = {
		{ "protection: ()",                                      0,  0 },
		{ "protection: (7)",                                     1,  0 },
		{ "protection: (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16)", 16, 0 },
		{ "protection: (1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17)", 0, 1 },
		{ "protection: (1, 2",                                   0,  1 },
		{ "protection: 1, 2)",                                   0,  1 },
		{ "protection: (1, -2)",                                 0,  1 },
		{ "protection: (1,, 2)",                                 0,  1 },
		{ "protection:",                                         0,  1 },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		char s[256] = "Node 0, zone DMA\n";
		_outcome_ struct outcome o =
			outcome_of(ml_parse_zoneinfo, strcat(s, cases[i].line));
		const struct ml_zoneinfo_row *z = row_at(&o, 0);

		assert_int_equal(o.parsed.bad_lines, cases[i].bad);
		assert_int_equal(z->nr_protection, cases[i].n);
	}
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_zoneinfo);
	check_junk(ml_parse_zoneinfo);
	check_dress(ml_parse_zoneinfo, sample);
	check_cuts(ml_parse_zoneinfo, sample);
	check_numbers(ml_parse_zoneinfo, "Node 0, zone DMA\n  pages free ", "\n");
	check_numbers(ml_parse_zoneinfo, "Node 0, zone DMA\n  cpu: 0\n count: ", "\n");
	check_numbers(ml_parse_zoneinfo, "Node ", ", zone DMA\n");
	check_huge_line(ml_parse_zoneinfo, "Node 0, zone DMA");
	check_huge_line(ml_parse_zoneinfo, "Node 0, zone DMA\nprotection: (1");
	check_huge_line(ml_parse_zoneinfo, "Node 0, zone DMA\nnr_mlock 1");
}

static void test_many(void **state)
{
	_outcome_ struct outcome zones =
		outcome_of_many(ml_parse_zoneinfo, "", "Node 0, zone A\nx 1\n");
	_outcome_ struct outcome cpus = outcome_of_many(
		ml_parse_zoneinfo, "Node 0, zone A\n", "cpu: 1\ncount: 2\n");
	const struct ml_zoneinfo_row *z = row_at(&cpus, 0);

	(void)state;
	assert_int_equal(zones.parsed.lines, 2000000);
	assert_int_equal(zones.parsed.rows.n, 1024 * ML_ZONES_MAX);
	assert_int_equal(z->nr_pagesets, 1000000);
	assert_int_equal(z->pcp_count, 2000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_golden_lists),
		cmocka_unit_test(test_empty_zone),
		cmocka_unit_test(test_2_6_16),
		cmocka_unit_test(test_3_2),
		cmocka_unit_test(test_same_zone_twice),
		cmocka_unit_test(test_bad_heading),
		cmocka_unit_test(test_protection),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
