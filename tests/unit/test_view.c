/* SPDX-License-Identifier: MIT */
/* test_view: filter, sort and top over a flat table and over a tree. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "report/view.h"
#include "unit.h"

struct row {
	struct ml_str key, parent;
	uint64_t bytes;
};

static const struct ml_col cols[] = {
	ML_LABEL(struct row, key, "key", "KEY", "key"),
	ML_LABEL(struct row, parent, "parent", "PARENT", "parent"),
	ML_BYTES(struct row, bytes, "bytes", "SIZE", "size"),
};

static const struct ml_table tree_table = { .id = "tree",
					    ML_TABLE_COLS(cols),
					    .row_size = sizeof(struct row),
					    .layout = ML_LAYOUT_TREE };
static const struct ml_table flat_table = { .id = "flat",
					    ML_TABLE_COLS(cols),
					    .row_size = sizeof(struct row) };

/* root { a 1 { a1 5, a2 9 }, b 7, c unknown } */
static struct row rows[] = {
	{ ML_STR("root"), { NULL, 0 }, 20 },  { ML_STR("a"), ML_STR("root"), 1 },
	{ ML_STR("a1"), ML_STR("a"), 5 },     { ML_STR("a2"), ML_STR("a"), 9 },
	{ ML_STR("b"), ML_STR("root"), 7 },   { ML_STR("c"), ML_STR("root"), ML_NONE },
};

struct fixture {
	struct ml_result result;
	struct ml_result_table table;
	size_t order[ML_ARRAY_SIZE(rows)];
	struct ml_ctx ctx;
};

static void init(struct fixture *f, const struct ml_table *table)
{
	*f = (struct fixture){ .table = { .table = table, .n = ML_ARRAY_SIZE(rows) } };
	f->table.rows = (struct ml_rows){ (char *)rows, ML_ARRAY_SIZE(rows),
					  ML_ARRAY_SIZE(rows), sizeof(rows[0]) };
	for (size_t i = 0; i < ML_ARRAY_SIZE(rows); i++)
		f->order[i] = i;
	f->table.order = f->order;
	f->result.tables = &f->table;
	f->result.ntables = 1;
	assert_int_equal(ml_view_place(&f->result), 0);
}

/* The shown keys with their depth: "root0 a1 ...". */
static void check(struct fixture *f, const char *expected)
{
	char got[128] = "";

	for (size_t i = 0; i < ml_result_nrows(&f->result, 0); i++) {
		const struct row *row = ml_result_row(&f->result, 0, i);
		bool last;
		unsigned depth = ml_result_depth(&f->result, 0, i, &last);
		size_t n = strlen(got);

		snprintf(got + n, sizeof(got) - n, "%s%.*s/%u%s", i ? " " : "",
			 (int)row->key.n, row->key.p, depth, last ? "." : "");
	}
	assert_string_equal(got, expected);
	ml_arena_deinit(&f->result.arena);
}

static void test_places(void **state)
{
	struct fixture f;

	(void)state;
	init(&f, &tree_table);
	check(&f, "root/0. a/1 a1/2 a2/2. b/1 c/1.");
}

static void test_tree_sort(void **state)
{
	struct fixture f;

	(void)state;
	init(&f, &tree_table);
	assert_int_equal(ml_result_sort(&f.ctx, &f.result, "bytes"), 0);
	check(&f, "root/0. b/1 a/1 a2/2 a1/2. c/1.");
	init(&f, &tree_table);
	assert_int_equal(ml_result_sort(&f.ctx, &f.result, "bytes:asc"), 0);
	check(&f, "root/0. a/1 a1/2 a2/2. b/1 c/1."); /* unknown is last both ways */
}

static void test_flat_sort(void **state)
{
	struct fixture f;

	(void)state;
	init(&f, &flat_table);
	assert_int_equal(ml_result_sort(&f.ctx, &f.result, "bytes"), 0);
	check(&f, "root/0. a2/0. b/0. a1/0. a/0. c/0.");
	init(&f, &flat_table);
	assert_int_equal(ml_result_sort(&f.ctx, &f.result, "key:desc"), 0);
	check(&f, "root/0. c/0. b/0. a2/0. a1/0. a/0.");
}

static void test_tree_filter(void **state)
{
	struct fixture f;

	(void)state;
	init(&f, &tree_table);
	assert_int_equal(ml_result_filter(&f.ctx, &f.result, "key = a2"), 0);
	check(&f, "root/0. a/1. a2/2.");
	init(&f, &flat_table);
	assert_int_equal(ml_result_filter(&f.ctx, &f.result, "key = a2"), 0);
	check(&f, "a2/0.");
}

static void test_top(void **state)
{
	struct fixture f;

	(void)state;
	init(&f, &tree_table);
	ml_result_top(&f.result, 1);
	assert_int_equal(ml_result_omitted(&f.result, 0), 3);
	check(&f, "root/0. a/1. a1/2.");
	init(&f, &flat_table);
	ml_result_top(&f.result, 2);
	assert_int_equal(ml_result_omitted(&f.result, 0), 4);
	check(&f, "root/0. a/0.");
}

static void test_errors(void **state)
{
	struct fixture f;

	(void)state;
	init(&f, &tree_table);
	assert_int_equal(ml_result_sort(&f.ctx, &f.result, "colour"), -EINVAL);
	assert_non_null(strstr(f.ctx.error, "colour"));
	assert_int_equal(ml_result_sort(&f.ctx, &f.result, "bytes:up"), -EINVAL);
	assert_int_equal(ml_result_filter(&f.ctx, &f.result, "colour = red"), -EINVAL);
	assert_non_null(strstr(f.ctx.error, "colour"));
	check(&f, "root/0. a/1 a1/2 a2/2. b/1 c/1.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),	    cmocka_unit_test(test_tree_sort),
		cmocka_unit_test(test_flat_sort),   cmocka_unit_test(test_tree_filter),
		cmocka_unit_test(test_top),	    cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
