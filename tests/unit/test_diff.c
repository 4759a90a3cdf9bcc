/* SPDX-License-Identifier: MIT */
/* test_diff: pairing of what two instants have, and what is made of a change. */
#include <math.h>
#include <string.h>

#include "report/diff.h"
#include "unit.h"

struct row {
	struct ml_change c;
	uint64_t key, other;
	uint64_t size;
};

static int by_key(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static int by_other(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->other > y->other) - (x->other < y->other);
}

struct fixture {
	struct ml_arena arena;
	struct ml_query query;
	struct ml_build build;
	struct ml_rows before, after, ret;
	struct ml_level level;
};

static void init(struct fixture *f)
{
	*f = (struct fixture){ .level = { .row_size = sizeof(struct row),
					  .cmp = by_key } };
	f->build = (struct ml_build){ .arena = &f->arena, .query = &f->query };
	f->before = f->after = f->ret = ML_ROWS(struct row);
}

static void deinit(struct fixture *f)
{
	ml_arena_deinit(&f->arena);
}

#define _fixture_ _cleanup_(deinit)

static void add(struct fixture *f, struct ml_rows *rows, uint64_t key, uint64_t other,
		uint64_t size)
{
	struct row *row = ml_rows_add(rows, &f->arena);

	assert_non_null(row);
	row->key = key;
	row->other = other;
	row->size = size;
	row->c.after = ml_diff_size(size);
}

static void diff(struct fixture *f)
{
	f->ret.n = 0;
	assert_int_equal(
		ml_diff_rows(&f->build, &f->level, &f->before, &f->after, &f->ret), 0);
}

/* Row i is of `key`, and what became of it. */
static void check(const struct fixture *f, size_t i, uint64_t key, const char *what,
		  int64_t before, int64_t after, int64_t change)
{
	const struct row *row;

	assert_true(i < f->ret.n);
	row = ml_rows_at(&f->ret, i);
	assert_int_equal(row->key, key);
	assert_true(ml_str_is(row->c.what, what));
	assert_int_equal(row->c.before, before);
	assert_int_equal(row->c.after, after);
	assert_int_equal(row->c.change, change);
}

static const struct row *at(const struct fixture *f, size_t i)
{
	assert_true(i < f->ret.n);
	return ml_rows_at(&f->ret, i);
}

#define NONE INT64_MIN

static void test_kinds(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	add(&f, &f.before, 4, 0, 700);
	add(&f, &f.before, 1, 0, 100);
	add(&f, &f.before, 2, 0, 50);
	add(&f, &f.before, 3, 0, 5);
	add(&f, &f.after, 5, 0, 60);
	add(&f, &f.after, 3, 0, 5);
	add(&f, &f.after, 2, 0, 20);
	add(&f, &f.after, 1, 0, 150);
	diff(&f);
	assert_int_equal(f.ret.n, 4); /* what is the same is left out */
	check(&f, 0, 4, "gone", 700, NONE, -700);
	check(&f, 1, 5, "new", NONE, 60, 60);
	check(&f, 2, 1, "grown", 100, 150, 50);
	check(&f, 3, 2, "shrunk", 50, 20, -30);
	assert_true(at(&f, 0)->c.share == -1);
	assert_true(isnan(at(&f, 1)->c.share));
	assert_true(at(&f, 2)->c.share == 0.5);
	assert_true(at(&f, 3)->c.share == -0.6);
}

static void test_nothing(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	diff(&f);
	assert_int_equal(f.ret.n, 0);
	add(&f, &f.before, 1, 0, 100);
	add(&f, &f.after, 1, 0, 100);
	diff(&f);
	assert_int_equal(f.ret.n, 0);
}

static void test_bound(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	f.query.min = 50;
	add(&f, &f.before, 1, 0, 100);
	add(&f, &f.after, 1, 0, 150); /* just enough */
	add(&f, &f.before, 2, 0, 100);
	add(&f, &f.after, 2, 0, 51); /* not enough */
	add(&f, &f.after, 3, 0, 49);
	add(&f, &f.before, 4, 0, 49);
	diff(&f);
	assert_int_equal(f.ret.n, 1);
	check(&f, 0, 1, "grown", 100, 150, 50);
	f.level.unbounded = true;
	diff(&f);
	assert_int_equal(f.ret.n, 4);
	f.level.unbounded = false;
	f.query.min = 0;
	diff(&f);
	assert_int_equal(f.ret.n, 4);
}

/* Unknown is neither zero nor a change. */
static void test_unknown(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	f.query.min = 10;
	add(&f, &f.before, 1, 0, ML_NONE);
	add(&f, &f.after, 1, 0, 100);
	add(&f, &f.before, 2, 0, 100);
	add(&f, &f.after, 2, 0, ML_NONE);
	add(&f, &f.before, 3, 0, ML_NONE);
	add(&f, &f.after, 4, 0, ML_NONE);
	add(&f, &f.after, 5, 0, 20);
	diff(&f);
	assert_int_equal(f.ret.n, 3);
	check(&f, 0, 5, "new", NONE, 20, 20); /* what has no size comes last */
	check(&f, 1, 3, "gone", NONE, NONE, NONE);
	check(&f, 2, 4, "new", NONE, NONE, NONE);
	assert_true(isnan(at(&f, 1)->c.share));
}

static void test_zero(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	add(&f, &f.before, 1, 0, 0);
	add(&f, &f.after, 1, 0, 30);
	add(&f, &f.after, 2, 0, 0);
	diff(&f);
	assert_int_equal(f.ret.n, 2);
	check(&f, 0, 1, "grown", 0, 30, 30);
	check(&f, 1, 2, "new", NONE, 0, 0);
	assert_true(isnan(at(&f, 0)->c.share)); /* of nothing there is no share */
}

static void test_extremes(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	add(&f, &f.before, 1, 0, 0);
	add(&f, &f.after, 1, 0, ML_U64_MAX);
	add(&f, &f.before, 2, 0, ML_U64_MAX);
	add(&f, &f.after, 2, 0, 0);
	diff(&f);
	assert_int_equal(f.ret.n, 2);
	check(&f, 0, 1, "grown", 0, INT64_MAX, INT64_MAX);
	check(&f, 1, 2, "shrunk", INT64_MAX, 0, -INT64_MAX);
	assert_int_equal(ml_diff_change(INT64_MIN + 1, INT64_MAX), NONE);
	assert_int_equal(ml_diff_change(NONE, 5), NONE);
	assert_int_equal(ml_diff_change(5, NONE), NONE);
	assert_int_equal(ml_diff_change(7, 5), -2);
}

/* One name twice, as merged caches of old kernels have: pairs by turns, none invented. */
static void test_twice(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	add(&f, &f.before, 1, 0, 10);
	add(&f, &f.before, 1, 0, 10);
	add(&f, &f.after, 1, 0, 10);
	diff(&f);
	assert_int_equal(f.ret.n, 1);
	check(&f, 0, 1, "gone", 10, NONE, -10);
}

static void test_lasting(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	f.level.lasting = true;
	add(&f, &f.before, 1, 0, 10);
	add(&f, &f.after, 2, 0, 10);
	add(&f, &f.before, 3, 0, 10);
	add(&f, &f.after, 3, 0, 12);
	diff(&f);
	assert_int_equal(f.ret.n, 1);
	check(&f, 0, 3, "grown", 10, 12, 2);
}

/* What has another key by now may be known by its other one. */
static void test_again(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	f.level.again = by_other;
	add(&f, &f.before, 1, 100, 10);
	add(&f, &f.after, 2, 100, 40);
	add(&f, &f.before, 3, 300, 7);
	add(&f, &f.after, 4, 400, 8);
	add(&f, &f.before, 5, 500, 1);
	add(&f, &f.after, 5, 500, 2);
	diff(&f);
	assert_int_equal(f.ret.n, 4);
	check(&f, 0, 2, "grown", 10, 40, 30);
	check(&f, 1, 4, "new", NONE, 8, 8);
	check(&f, 2, 3, "gone", 7, NONE, -7);
	check(&f, 3, 5, "grown", 1, 2, 1);
}

/* Rows of one size stand in the order of their keys, whatever qsort(3) does. */
static void test_order(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	for (uint64_t i = 200; i--;) {
		add(&f, &f.before, i, 0, 1000);
		add(&f, &f.after, i, 0, i % 2 ? 1000 + 7 : 1000 - 7);
	}
	diff(&f);
	assert_int_equal(f.ret.n, 200);
	for (size_t i = 0; i < f.ret.n; i++)
		assert_int_equal(at(&f, i)->key, i);
}

static void weigh_size(const struct ml_build *b, void *row, const void *before,
		       const void *after)
{
	(void)b;
	ml_diff_weigh(&((struct row *)row)->c,
		      ml_diff_member(before, after, offsetof(struct row, size)));
}

/* A row is kept for another of its changes, and stands by its own. */
static void test_beside(void **state)
{
	_fixture_ struct fixture f;

	(void)state;
	init(&f);
	f.query.min = 100;
	f.level.pair = weigh_size;
	add(&f, &f.before, 1, 0, 10);
	add(&f, &f.after, 1, 0, 1000);
	((struct row *)ml_rows_at(&f.after, 0))->c.after = 10;
	add(&f, &f.before, 2, 0, 10);
	add(&f, &f.after, 2, 0, 300);
	diff(&f);
	assert_int_equal(f.ret.n, 2);
	check(&f, 0, 2, "grown", 10, 300, 290);
	check(&f, 1, 1, "moved", 10, 10, 0);
}

static void test_member(void **state)
{
	struct row was = { .size = 30 }, is = { .size = 10 },
		   unknown = { .size = ML_NONE };
	const size_t size = offsetof(struct row, size);

	(void)state;
	assert_int_equal(ml_diff_member(&was, &is, size), -20);
	assert_int_equal(ml_diff_member(NULL, &is, size), 10);
	assert_int_equal(ml_diff_member(&was, NULL, size), -30);
	assert_int_equal(ml_diff_member(&unknown, &is, size), NONE);
	assert_int_equal(ml_diff_member(&was, &unknown, size), NONE);
	assert_int_equal(ml_diff_member(NULL, &unknown, size), NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),  cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_bound),  cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_zero),   cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_twice),  cmocka_unit_test(test_lasting),
		cmocka_unit_test(test_again),  cmocka_unit_test(test_order),
		cmocka_unit_test(test_beside), cmocka_unit_test(test_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
