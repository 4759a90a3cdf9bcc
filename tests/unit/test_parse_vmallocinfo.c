/* SPDX-License-Identifier: MIT */
/* test_parse_vmallocinfo: areas as several kernels print them, and words nobody knows. */
#include "unit.h"

#include "parse/vmallocinfo.h"

#define RANGE "0x00000000df3617bf-0x0000000041bac1f0 "

static const char sample[] = RANGE
	"  20480 load_module+0xcec/0x2300 pages=4 vmalloc vpages N0=3 N1=1\n" RANGE
	"   8192 zram_meta_alloc+0x2d/0xa0 [zram] pages=1 vmalloc N0=1\n" RANGE
	"   8192 hpet_enable+0xbc/0x3db phys=0x00000000fed00000 ioremap\n"
	"0xf0000000-0xf0002000    8192 of_iomap+0x30/0x44 phys=fffc0000 ioremap\n" RANGE
	"  12288 unpurged vm_area\n" RANGE "   4096 0xffffffffc088c0d3 vmap\n" RANGE
	"4194304 vm_map_ram\n" RANGE "   8192 start_kernel+0x1/0x2\n"
	"0x(____ptrval____)-0x(____ptrval____)    8192 a+0x1/0x2 [b] pages=1 vmalloc user\n";

static const struct ml_vmallocinfo_row *area(const struct outcome *o, size_t i)
{
	return row_at(o, i);
}

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_vmallocinfo, sample);
	const struct ml_vmallocinfo_row *row = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 9);
	assert_int_equal(row->bytes, 20480);
	assert_bytes(row->caller, "load_module");
	assert_null(row->module.p);
	assert_int_equal(row->pages, 4);
	assert_int_equal(row->phys, ML_NONE);
	assert_bytes(row->kind, "vmalloc");
	assert_int_equal(row->vpages, 1);
	assert_bytes(area(&o, 1)->caller, "zram_meta_alloc");
	assert_bytes(area(&o, 1)->module, "zram");
	assert_int_equal(area(&o, 1)->vpages, 0);
}

static void test_shapes(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_vmallocinfo, sample);

	(void)state;
	assert_int_equal(area(&o, 2)->phys, 0xfed00000);
	assert_int_equal(area(&o, 2)->pages, ML_NONE);
	assert_int_equal(area(&o, 3)->phys, 0xfffc0000);
	assert_null(area(&o, 4)->caller.p);
	assert_bytes(area(&o, 4)->kind, "unpurged");
	assert_bytes(area(&o, 5)->caller, "0xffffffffc088c0d3");
	assert_bytes(area(&o, 5)->kind, "vmap");
	assert_null(area(&o, 6)->caller.p);
	assert_bytes(area(&o, 6)->kind, "vm_map_ram");
	assert_null(area(&o, 7)->kind.p);
	assert_bytes(area(&o, 8)->module, "b");
	assert_bytes(area(&o, 8)->kind, "vmalloc");
}

static void test_odd(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_vmallocinfo,
		"0x2000-0x1000 0 a+0x1/0x2 some_new_kind new=thing\n" RANGE
		"8192 \x1b[31m\xff+0x1/0x2 [] vmalloc\n" RANGE
		"18446744073709551616 a+0x1/0x2 phys=10000000000000000 vmap\n" RANGE
		"8192 [m] vmalloc\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(area(&o, 0)->bytes, 0);
	assert_bytes(area(&o, 0)->kind, "some_new_kind");
	assert_bytes(area(&o, 1)->caller, "\x1b[31m\xff");
	assert_int_equal(area(&o, 1)->module.n, 0);
	assert_int_equal(area(&o, 2)->bytes, ML_U64_MAX);
	assert_int_equal(area(&o, 2)->phys, ML_U64_MAX);
	assert_null(area(&o, 3)->module.p);
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o = outcome_of(
		ml_parse_vmallocinfo, RANGE
		"\n" RANGE "size a+0x1/0x2 vmalloc\n" RANGE
		"8192 a+0x1/0x2 pages= vmalloc\n" RANGE
		"8192 a+0x1/0x2 phys=zz ioremap\n" RANGE "8192 a+0x1/0x2 vmalloc N0=\n"
		"0x1000 8192 a+0x1/0x2 vmalloc\n"
		"1000-2000 8192 a+0x1/0x2 vmalloc\n" RANGE "8192 a+0x1/0x2 vmalloc\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 7);
	assert_int_equal(o.parsed.rows.n, 1);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_vmallocinfo);
	check_junk(ml_parse_vmallocinfo);
	check_dress(ml_parse_vmallocinfo, sample);
	check_cuts(ml_parse_vmallocinfo, sample);
	check_numbers(ml_parse_vmallocinfo, RANGE, " a+0x1/0x2 vmalloc\n");
	check_numbers(ml_parse_vmallocinfo, RANGE "8192 a+0x1/0x2 pages=", " vmalloc\n");
	check_huge_line(ml_parse_vmallocinfo, RANGE "8192 a");
	check_huge_line(ml_parse_vmallocinfo, RANGE "8192 a+0x1/0x2 [");
	check_huge_line(ml_parse_vmallocinfo, RANGE "8192 a+0x1/0x2 pages=1");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o = outcome_of_many(
		ml_parse_vmallocinfo, "", RANGE "1 a+0x1/0x2 pages=1 vmalloc\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
