/* SPDX-License-Identifier: MIT */
/* test_parse_iomem: ranges that lie in one another, withheld addresses, broken lines. */
#include "unit.h"

#include "model/physical.h"
#include "parse/iomem.h"

static const char sample[] = "00000000-00000fff : Reserved\n"
			     "00100000-1ffd6fff : System RAM\n"
			     "  16000000-172ca8df : Kernel code\n"
			     "20000000-febfffff : PCI Bus 0000:00\n"
			     "  fe000000-fe003fff : 0000:00:03.0\n"
			     "    fe000000-fe003fff : virtio: a - b\n"
			     "fd00000000-ffffffffffffffff : Reserved\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_iomem, sample);
	const struct ml_iomem_row *code = row_at(&o, 2), *virtio = row_at(&o, 5),
				  *last = row_at(&o, 6);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 7);
	assert_int_equal(code->depth, 1);
	assert_int_equal(code->start, 0x16000000);
	assert_int_equal(code->end, 0x172ca8df);
	assert_bytes(code->name, "Kernel code");
	assert_int_equal(virtio->depth, 2);
	assert_bytes(virtio->name, "virtio: a - b");
	assert_true(last->end == ML_U64_MAX);
	assert_false(ml_iomem_hidden(&o.parsed));
}

static void test_hidden(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_iomem, "00000000-00000000 : System RAM\n"
					   "  00000000-00000000 : Kernel code\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 2);
	assert_true(ml_iomem_hidden(&o.parsed));
}

/* Memory that a device driver added lies deeper; an alias is the same memory again. */
static void test_what_is_ram(void **state)
{
	static const struct {
		const char *line;
		bool ram;
	} cases[] = {
		{ "1000-1fff : System RAM\n",                     true  },
		{ "      1000-1fff : System RAM (kmem)\n",        true  },
		{ "  1000-1fff : System RAM\n",                   false },
		{ "1000-1fff : System RAM (boot alias)\n",        false },
		{ "1000-1fff : System RAMdisk\n",                 false },
		{ "1000-1fff : Persistent Memory\n",              false },
		{ "1000-1fff : \n",                               false },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		_outcome_ struct outcome o = outcome_of(ml_parse_iomem, cases[i].line);

		assert_int_equal(ml_iomem_is_ram(row_at(&o, 0)), cases[i].ram);
	}
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_iomem, "1000-1fff\n"
					   "1000 : System RAM\n"
					   "2000-1fff : System RAM\n"
					   "1000-1ffg : System RAM\n"
					   "-1fff : System RAM\n"
					   "1000-1fff : System RAM\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 5);
	assert_int_equal(o.parsed.rows.n, 1);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_iomem);
	check_junk(ml_parse_iomem);
	check_dress(ml_parse_iomem, sample);
	check_huge_line(ml_parse_iomem, "1000-1fff : System RAM");
	check_huge_line(ml_parse_iomem, "1000-");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o =
		outcome_of_many(ml_parse_iomem, "", "1000-1fff : System RAM\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),	    cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_what_is_ram), cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_hostile),	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
