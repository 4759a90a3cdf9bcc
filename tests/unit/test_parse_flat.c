/* SPDX-License-Identifier: MIT */
/* test_parse_flat: names are kept once for all files, in any order, and bounded. */
#include "unit.h"

#include <stdio.h>

#include "parse/flat.h"

static const char sample[] = "anon 9760768\nfile 0\nkernel_stack 16384\n"
			     "workingset_refault_anon 19544\n";

/* As a parser of one file: its pairs are those of the values. */
static int parse(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_flat_names names = { 0 };
	struct ml_flat flat;
	int rc = ml_parse_flat(text, a, &names, ret, &flat);

	assert_int_equal(flat.n, names.kv.rows.n);
	for (size_t i = 0; i < flat.n; i++)
		assert_true(flat.at[i] != ML_NONE);
	ret->kv = names.kv;
	return rc;
}

struct files {
	struct ml_arena arena;
	struct ml_flat_names names;
	struct ml_parsed count;
};

static void files_deinit(struct files *f)
{
	ml_arena_deinit(&f->arena);
}

#define _files_ _cleanup_(files_deinit)

/* The text goes: names must not lie in it. */
static struct ml_flat take(struct files *f, const char *text)
{
	char *copy = strdup(text);
	struct ml_flat ret;

	assert_non_null(copy);
	assert_int_equal(
		ml_parse_flat(ml_str_of(copy), &f->arena, &f->names, &f->count, &ret), 0);
	memset(copy, 'x', strlen(copy));
	free(copy);
	return ret;
}

static void test_golden(void **state)
{
	_files_ struct files f = { 0 };
	struct ml_flat flat = take(&f, sample);

	(void)state;
	assert_int_equal(flat.n, 4);
	assert_int_equal(f.count.bad_lines, 0);
	assert_int_equal(ml_flat_get(&f.names, &flat, "anon"), 9760768);
	assert_int_equal(ml_flat_get(&f.names, &flat, "file"), 0);
	assert_int_equal(ml_flat_get(&f.names, &flat, "workingset_refault_anon"), 19544);
	assert_true(ml_flat_get(&f.names, &flat, "ano") == ML_NONE);
	assert_true(ml_flat_get(&f.names, &flat, "slab") == ML_NONE);
	assert_bytes(ml_flat_name(&f.names, 2), "kernel_stack");
}

static void test_several_files(void **state)
{
	_files_ struct files f = { 0 };
	struct ml_flat a = take(&f, "anon 1\nfile 2\n");
	struct ml_flat b = take(&f, "file 3\nslab 4\nanon 5\n");
	struct ml_flat c = take(&f, "");

	(void)state;
	assert_int_equal(f.names.kv.rows.n, 3);
	assert_int_equal(ml_flat_get(&f.names, &a, "anon"), 1);
	assert_true(ml_flat_get(&f.names, &a, "slab") == ML_NONE);
	assert_int_equal(ml_flat_get(&f.names, &b, "file"), 3);
	assert_int_equal(ml_flat_get(&f.names, &b, "slab"), 4);
	assert_int_equal(ml_flat_get(&f.names, &b, "anon"), 5);
	assert_true(ml_flat_get(&f.names, &c, "anon") == ML_NONE);
	assert_true(ml_flat_at(&(struct ml_flat){ 0 }, 0) == ML_NONE);
}

static void test_last_holds(void **state)
{
	_files_ struct files f = { 0 };
	struct ml_flat flat = take(&f, "anon 1\nfile 2\nanon 3\n");

	(void)state;
	assert_int_equal(flat.n, 2);
	assert_int_equal(ml_flat_get(&f.names, &flat, "anon"), 3);
}

static void test_malformed(void **state)
{
	_files_ struct files f = { 0 };
	struct ml_flat flat = take(&f, "anon max\nfile\nkernel 1 2\nsock -1\nslab 7\n");

	(void)state;
	assert_int_equal(f.count.bad_lines, 4);
	assert_int_equal(flat.n, 1);
	assert_int_equal(ml_flat_get(&f.names, &flat, "slab"), 7);
}

static void test_bound(void **state)
{
	_files_ struct files f = { 0 };
	struct ml_flat flat;
	char text[ML_FLAT_MAX * 2 * 16] = "", *end = text;

	(void)state;
	for (int i = 0; i < ML_FLAT_MAX + 10; i++)
		end += snprintf(end, 16, "k%d %d\n", i, i);
	flat = take(&f, text);
	assert_int_equal(flat.n, ML_FLAT_MAX);
	assert_int_equal(f.count.bad_lines, 10);
	assert_int_equal(ml_flat_get(&f.names, &flat, "k255"), 255);
	assert_true(ml_flat_get(&f.names, &flat, "k256") == ML_NONE);
	/* those that are known are still read */
	flat = take(&f, "k9 5\nnew 1\n");
	assert_int_equal(ml_flat_get(&f.names, &flat, "k9"), 5);
}

static void test_hostile(void **state)
{
	(void)state;
	check_nothing(parse);
	check_junk(parse);
	check_dress(parse, sample);
	check_numbers(parse, "anon ", "\n");
	check_huge_line(parse, "anon 1");
	check_huge_line(parse, "");
}

static void test_many(void **state)
{
	_outcome_ struct outcome o = outcome_of_many(parse, "", "anon 1\n");

	(void)state;
	assert_int_equal(o.parsed.kv.rows.n, 1);
	assert_int_equal(o.parsed.bad_lines, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),    cmocka_unit_test(test_several_files),
		cmocka_unit_test(test_last_holds), cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_bound),     cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
