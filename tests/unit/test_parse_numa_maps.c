/* SPDX-License-Identifier: MIT */
/* test_parse_numa_maps: policies of two words, units, escaped names, and nodes. */
#include "unit.h"

#include "parse/numa_maps.h"

static const char sample[] =
	"00400000 default file=/bin/w\\040l\n"
	"004d0000 default file=/bin/wl anon=2 dirty=4 mapmax=31 active=2 N0=1 N1=3 "
	"kernelpagesize_kB=4\n"
	"27752000 default heap anon=34 dirty=34 active=0 N0=34 kernelpagesize_kB=4\n"
	"7f6c64990000 interleave:0-1 anon=1024 N0=512 N1=512 kernelpagesize_kB=4\n"
	"7f6c64800000 prefer (many):0,2 file=/anon_hugepage\\040(deleted) huge dirty=1 N2=1 "
	"kernelpagesize_kB=2048\n"
	"7f6c64900000 weighted interleave:0-1 anon=1 N0=1 kernelpagesize_kB=4\n"
	"7fffdbc68000 bind=static:1 stack anon=3 swapcache=1 writeback=2 mapped=5 N1=3\n";

static const struct ml_numa_pages *pages_at(const struct outcome *o, size_t row, size_t i)
{
	const struct ml_numa_maps_head *head = o->parsed.head;
	const struct ml_numa_maps_row *m = row_at(o, row);

	assert_true(i < m->n && m->first + i < head->nodes.n);
	return ml_rows_at(&head->nodes, m->first + i);
}

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_numa_maps, sample);
	const struct ml_numa_maps_row *none = row_at(&o, 0), *file = row_at(&o, 1),
				      *heap = row_at(&o, 2), *many = row_at(&o, 4),
				      *weighted = row_at(&o, 5), *stack = row_at(&o, 6);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 7);
	assert_int_equal(none->start, 0x400000);
	assert_bytes(none->file, "/bin/w l");
	assert_int_equal(none->n, 0);
	assert_int_equal(none->page_size, ML_NONE);
	assert_int_equal(file->n, 2);
	assert_int_equal(pages_at(&o, 1, 1)->node, 1);
	assert_int_equal(pages_at(&o, 1, 1)->pages, 3);
	assert_int_equal(file->anon, 2);
	assert_int_equal(file->mapmax, 31);
	assert_int_equal(file->mapped, ML_NONE);
	assert_int_equal(heap->heap, 1);
	assert_int_equal(heap->stack, ML_NONE);
	assert_null(heap->file.p);
	assert_bytes(many->policy, "prefer (many):0,2");
	assert_bytes(many->file, "/anon_hugepage (deleted)");
	assert_int_equal(many->huge, 1);
	assert_int_equal(many->page_size, 2 << 20);
	assert_int_equal(pages_at(&o, 4, 0)->node, 2);
	assert_bytes(weighted->policy, "weighted interleave:0-1");
	assert_int_equal(stack->stack, 1);
	assert_int_equal(stack->swapcache, 1);
	assert_int_equal(stack->writeback, 2);
	assert_int_equal(stack->mapped, 5);
	assert_int_equal(stack->page_size, ML_NONE);
}

static void test_modes(void **state)
{
	(void)state;
	assert_bytes(ml_numa_mode(ML_STR("default")), "default");
	assert_bytes(ml_numa_mode(ML_STR("bind:0-1")), "bind");
	assert_bytes(ml_numa_mode(ML_STR("bind=static:0-1")), "bind");
	assert_bytes(ml_numa_mode(ML_STR("prefer (many):0")), "prefer (many)");
	assert_bytes(ml_numa_mode(ML_STR("weighted interleave:0")),
		     "weighted interleave");
	assert_int_equal(ml_numa_mode(ML_STR("")).n, 0);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_numa_maps, "1000\n"
				    "xyz default\n"
				    "1000 default N0=x\n"
				    "1000 default N0=1 anon=\n"
				    "1000 default Nx=1 new=7 word N4096=1 N0=2\n");
	const struct ml_numa_maps_row *last = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 4);
	assert_int_equal(o.parsed.rows.n, 1);
	assert_int_equal(last->n, 1);
	assert_int_equal(pages_at(&o, 0, 0)->pages, 2);
}

/* A name cannot pass for a key: its blanks and equals signs are escaped. */
static void test_names(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_numa_maps,
		"1000 default file=/a\\040N0\\0759\\012b\\011 N1=4 kernelpagesize_kB=4\n"
		"2000 default file= N1=4\n"
		"3000 default file=/\x1b[31m\xff N1=4\n");
	const struct ml_numa_maps_row *escaped = row_at(&o, 0), *raw = row_at(&o, 2);

	(void)state;
	assert_bytes(escaped->file, "/a N0=9\nb\t");
	assert_int_equal(escaped->n, 1);
	assert_bytes(raw->file, "/\x1b[31m\xff");
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_numa_maps);
	check_dress(ml_parse_numa_maps, sample);
	check_cuts(ml_parse_numa_maps, sample);
	check_numbers(ml_parse_numa_maps, "1000 default N0=", " kernelpagesize_kB=4\n");
	check_numbers(ml_parse_numa_maps, "1000 default N0=1 kernelpagesize_kB=", "\n");
	check_huge_line(ml_parse_numa_maps, "1000 default file=/");
	check_huge_line(ml_parse_numa_maps, "1000 default N0=1 N1=");
	check_huge_line(ml_parse_numa_maps, "1000 prefer ");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o =
		outcome_of_many(ml_parse_numa_maps, "", "1000 default N0=1 N1=2\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
	assert_int_equal(pages_at(&o, 999999, 1)->pages, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden), cmocka_unit_test(test_modes),
		cmocka_unit_test(test_malformed), cmocka_unit_test(test_names),
		cmocka_unit_test(test_hostile), cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
