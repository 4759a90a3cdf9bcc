/* SPDX-License-Identifier: MIT */
/* test_parse_zram: seven to nine numbers and more, and what is no number. */
#include "unit.h"

#include "parse/zram.h"

static const char mm[] =
	"20975616  8786540  9277440        0 11063296       12        3        7        9\n";

static void test_mm(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_zram_mm, mm);
	const struct ml_zram_mm *row = row_at(&o, 0);

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1);
	assert_int_equal(row->orig, 20975616);
	assert_int_equal(row->compressed, 8786540);
	assert_int_equal(row->used, 9277440);
	assert_int_equal(row->limit, 0);
	assert_int_equal(row->peak, 11063296);
	assert_int_equal(row->same_pages, 12);
	assert_int_equal(row->compacted, 3);
	assert_int_equal(row->huge_pages, 7);
	assert_int_equal(row->huge_since, 9);
}

/* Linux 4.1, 4.19 and 5.12 print 7, 8 and 9; what is not printed is unknown. */
static void test_lengths(void **state)
{
	static const struct {
		const char *text;
		size_t rows;
		uint64_t huge, since;
	} cases[] = {
		{ "1 2 3 4 5 6\n",             0, 0,       0       },
		{ "1 2 3 4 5 6 7\n",           1, ML_NONE, ML_NONE },
		{ "1 2 3 4 5 6 7 8\n",         1, 8,       ML_NONE },
		{ "1 2 3 4 5 6 7 8 9\n",       1, 8,       9       },
		{ "1 2 3 4 5 6 7 8 9 10 x\n",  1, 8,       9       },
		{ "1 2 3 4 5 6 7 x\n",         0, 0,       0       },
		{ "1 2 3 -4 5 6 7 8 9\n",      0, 0,       0       },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		_outcome_ struct outcome o = outcome_of(ml_parse_zram_mm, cases[i].text);
		const struct ml_zram_mm *row;

		assert_int_equal(o.parsed.rows.n, cases[i].rows);
		assert_int_equal(o.parsed.bad_lines, 1 - cases[i].rows);
		if (!cases[i].rows)
			continue;
		row = row_at(&o, 0);
		assert_true(row->compacted == 7);
		assert_true(row->huge_pages == cases[i].huge);
		assert_true(row->huge_since == cases[i].since);
	}
}

static void test_io_and_bd(void **state)
{
	_outcome_ struct outcome io =
		outcome_of(ml_parse_zram_io, "       1        2 0    29487\n");
	_outcome_ struct outcome bd =
		outcome_of(ml_parse_zram_bd, "      11       22       33\n");
	const struct ml_zram_io *i = row_at(&io, 0);
	const struct ml_zram_bd *b = row_at(&bd, 0);

	(void)state;
	assert_int_equal(i->failed_reads, 1);
	assert_int_equal(i->failed_writes, 2);
	assert_int_equal(i->invalid, 0);
	assert_int_equal(i->freed, 29487);
	assert_int_equal(b->stored, 11);
	assert_int_equal(b->reads, 22);
	assert_int_equal(b->writes, 33);
}

static void test_hostile(void **state)
{
	ml_parse_fn *const parsers[] = { ml_parse_zram_mm, ml_parse_zram_io,
					 ml_parse_zram_bd };

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(parsers); i++) {
		check_nothing(parsers[i]);
		check_junk(parsers[i]);
		check_dress(parsers[i], mm);
		check_numbers(parsers[i], "1 2 ", " 4 5 6 7 8 9\n");
		check_huge_line(parsers[i], "1 2 3 4 5 6 7 8 9");
		check_huge_line(parsers[i], "1 2 ");
	}
	check_cuts(ml_parse_zram_mm, mm);
}

static void test_many(void **state)
{
	_outcome_ struct outcome o = outcome_of_many(ml_parse_zram_bd, "", "1 2 3\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mm),	cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_io_and_bd), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
