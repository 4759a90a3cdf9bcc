/* SPDX-License-Identifier: MIT */
/* test_parse_swaps: escaped paths, negative priorities, and the columns of a swap. */
#include "unit.h"

#include "parse/swaps.h"

static const char sample[] =
	"Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
	"/data/swap\\040file                      file\t\t16356\t\t0\t\t-2\n"
	"/dev/zram0                              partition\t65532\t\t45824\t\t100\n";

static void test_golden(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_swaps, sample);
	const struct ml_swaps_row *file = row_at(&o, 0), *zram = row_at(&o, 1);

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 0);
	assert_int_equal(o.parsed.rows.n, 2);
	assert_bytes(file->path, "/data/swap file");
	assert_bytes(file->type, "file");
	assert_int_equal(file->bytes, 16356 * 1024);
	assert_int_equal(file->used, 0);
	assert_int_equal(file->priority, -2);
	assert_bytes(zram->path, "/dev/zram0");
	assert_bytes(zram->type, "partition");
	assert_int_equal(zram->used, 45824 * 1024);
	assert_int_equal(zram->priority, 100);
}

static void test_no_swap(void **state)
{
	_outcome_ struct outcome o =
		outcome_of(ml_parse_swaps, "Filename\tType\tSize\tUsed\tPriority\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 0);
	assert_int_equal(o.parsed.bad_lines, 0);
}

static void test_paths(void **state)
{
	static const struct {
		const char *raw;
		struct ml_str path;
	} cases[] = {
		{ "/a\\040b\\011c\\012d\\134e", ML_STR("/a b\tc\nd\\e")      },
		{ "/a\\040(deleted)",           ML_STR("/a (deleted)")       },
		{ "/a b",                       ML_STR("/a b")               },
		{ "/\\",                        ML_STR("/\\")                },
		{ "/\\04",                      ML_STR("/\\04")              },
		{ "/\\048\\400\\x20",           ML_STR("/\\048\\400\\x20")   },
		{ "/\\000\\377",                ML_STR("/\0\xff")            },
		{ "/\x1b[31m\xff",              ML_STR("/\x1b[31m\xff")      },
		{ "\\134\\134040",              ML_STR("\\\\040")            },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		char s[128] = "";
		const struct ml_swaps_row *row;

		strcat(strcat(s, cases[i].raw), " file 1 2 3\n");
		_outcome_ struct outcome o = outcome_of(ml_parse_swaps, s);

		row = row_at(&o, 0);
		assert_int_equal(row->path.n, cases[i].path.n);
		assert_memory_equal(row->path.p, cases[i].path.p, row->path.n);
	}
}

static void test_priorities(void **state)
{
	static const struct {
		const char *line;
		int64_t priority;
	} cases[] = {
		{ "/a file 1 2 32767",                 32767     },
		{ "/a file 1 2 -1",                    -1        },
		{ "/a file 1 2 9223372036854775808",   INT64_MAX },
		{ "/a file 1 2 -99999999999999999999", -INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(cases); i++) {
		_outcome_ struct outcome o = outcome_of(ml_parse_swaps, cases[i].line);
		const struct ml_swaps_row *row = row_at(&o, 0);

		assert_true(row->priority == cases[i].priority);
	}
}

static void test_malformed(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_swaps, "/a file 1 2\n"
								"/a file 1 2 3 -\n"
								"/a file 1 2 +3\n"
								"file 1 2 3\n"
								"/a file 1 2 3\n");

	(void)state;
	assert_int_equal(o.parsed.bad_lines, 4);
	assert_int_equal(o.parsed.rows.n, 1);
}

static void test_columns(void **state)
{
	_outcome_ struct outcome o = outcome_of(ml_parse_swaps, sample);
	const struct ml_swaps_row *zram = row_at(&o, 1);
	static const char *const keys[] = { "path", "type", "size", "used", "priority" };
	struct ml_value v;

	(void)state;
	assert_string_equal(ml_swaps_table.id, "swaps");
	assert_int_equal(ml_swaps_table.row_size, sizeof(*zram));
	assert_int_equal(ml_swaps_table.ncols, ML_ARRAY_SIZE(keys));
	for (size_t i = 0; i < ML_ARRAY_SIZE(keys); i++)
		assert_string_equal(ml_swaps_table.cols[i].key, keys[i]);
	ml_value_of(&ml_swaps_table.cols[2], zram, &v);
	assert_true(v.known);
	assert_int_equal(v.u64, 65532 * 1024);
	ml_value_of(&ml_swaps_table.cols[4], zram, &v);
	assert_int_equal(v.s64, 100);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(ml_parse_swaps);
	check_junk(ml_parse_swaps);
	check_dress(ml_parse_swaps, sample);
	check_cuts(ml_parse_swaps, sample);
	check_numbers(ml_parse_swaps, "/a file ", " 2 3\n");
	check_numbers(ml_parse_swaps, "/a file 1 ", " 3\n");
	check_huge_line(ml_parse_swaps, "/a file 1 2 3");
	check_huge_line(ml_parse_swaps, "/a\\");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o =
		outcome_of_many(ml_parse_swaps, "", "/\\040 file 1 2 3\n");

	(void)state;
	assert_int_equal(o.parsed.rows.n, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_no_swap),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
