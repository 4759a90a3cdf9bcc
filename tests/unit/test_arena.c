/* SPDX-License-Identifier: MIT */
/* test_arena: zeroed, aligned memory that goes all at once, and rows that grow in it. */
#include <errno.h>

#include "unit.h"

#include "base/arena.h"

static bool is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i])
			return false;
	}
	return true;
}

/* Blocks of all sizes around that of a chunk keep their bytes. */
static void test_blocks(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	char *blocks[400];

	(void)state;
	for (size_t i = 0; i < ML_ARRAY_SIZE(blocks); i++) {
		size_t n = i * 97 + 1;

		blocks[i] = ml_arena_calloc(&a, n, 1);
		assert_non_null(blocks[i]);
		assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
		assert_true(is_zero(blocks[i], n));
		memset(blocks[i], (int)(i % 255) + 1, n);
	}
	for (size_t i = 0; i < ML_ARRAY_SIZE(blocks); i++) {
		assert_int_equal((unsigned char)blocks[i][0], i % 255 + 1);
		assert_int_equal((unsigned char)blocks[i][i * 97], i % 255 + 1);
	}
}

static void test_too_much(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };

	(void)state;
	assert_null(ml_arena_calloc(&a, SIZE_MAX, 1));
	assert_null(ml_arena_calloc(&a, SIZE_MAX / 2, 3));
	assert_null(ml_arena_calloc(&a, 1ull << 32, 1ull << 32));
	assert_null(ml_arena_calloc(&a, PTRDIFF_MAX, 1));
	assert_non_null(ml_arena_calloc(&a, 0, 8));
	assert_non_null(ml_arena_calloc(&a, 8, 8));
}

static void test_strings(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	char *big = ml_arena_printf(&a, "%0100000d", 7);

	(void)state;
	assert_string_equal(ml_arena_strndup(&a, "abcdef", 3), "abc");
	assert_string_equal(ml_arena_strndup(&a, "", 0), "");
	assert_string_equal(ml_arena_printf(&a, "%s-%d", "node", 3), "node-3");
	assert_int_equal(strlen(big), 100000);
	assert_int_equal(big[99999], '7');
}

static void test_deinit(void **state)
{
	struct ml_arena a = { 0 };

	(void)state;
	ml_arena_deinit(&a);
	assert_non_null(ml_arena_calloc(&a, 1, 100000));
	assert_non_null(ml_arena_calloc(&a, 1, 10));
	ml_arena_deinit(&a);
	assert_null(a.last);
	ml_arena_deinit(&a);
}

static void test_rows(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	struct ml_rows rows = ML_ROWS(uint64_t[3]);
	uint64_t *row, sum = 0;

	(void)state;
	for (uint64_t i = 0; i < 10000; i++) {
		row = ml_rows_add(&rows, &a);
		assert_non_null(row);
		assert_true(row[0] == 0 && row[1] == 0 && row[2] == 0);
		row[0] = i;
		row[2] = ~i;
	}
	assert_int_equal(rows.n, 10000);
	ml_for_each_row(row, &rows) {
		assert_int_equal(row[0], row_i);
		assert_int_equal(row[2], ~(uint64_t)row_i);
		sum += row[0];
	}
	assert_int_equal(sum, 10000ull * 9999 / 2);
}

static void test_no_rows(void **state)
{
	struct ml_rows rows = ML_ROWS(uint64_t);
	uint64_t *row, n = 0;

	(void)state;
	ml_for_each_row(row, &rows)
		n += *row + 1;
	assert_int_equal(n, 0);
}

/* What one arena had is freed with the other, and the bytes stay where they are. */
static void test_adopt(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 }, b = { 0 };
	char *mine = ml_arena_strndup(&a, "mine", 4), *theirs = NULL;

	(void)state;
	for (size_t i = 0; i < 5000; i++)
		theirs = ml_arena_printf(&b, "theirs %zu", i);
	assert_non_null(ml_arena_calloc(&b, 1, 100000));
	ml_arena_adopt(&a, &b);
	assert_null(b.last);
	ml_arena_deinit(&b);
	assert_string_equal(mine, "mine");
	assert_string_equal(theirs, "theirs 4999");
	assert_non_null(ml_arena_calloc(&a, 1, 10));
	assert_non_null(ml_arena_calloc(&b, 1, 10)); /* goes on by itself */
}

static void test_adopt_nothing(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 }, b = { 0 };
	char *s;

	(void)state;
	ml_arena_adopt(&a, &b);
	assert_null(a.last);
	s = ml_arena_strndup(&b, "s", 1);
	ml_arena_adopt(&a, &b); /* into an empty one */
	ml_arena_adopt(&a, &b);
	assert_string_equal(s, "s");
}

/* Rows that are there stay; none moves while there is room. */
static void test_reserve(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	struct ml_rows rows = ML_ROWS(uint64_t);
	const char *at;

	(void)state;
	*(uint64_t *)ml_rows_add(&rows, &a) = 7;
	assert_int_equal(ml_rows_reserve(&rows, &a, 1000), 0);
	assert_int_equal(rows.n, 1);
	assert_int_equal(*(uint64_t *)ml_rows_at(&rows, 0), 7);
	at = rows.at;
	for (uint64_t i = 1; i < 1000; i++)
		*(uint64_t *)ml_rows_add(&rows, &a) = 7 + i;
	assert_ptr_equal(rows.at, at);
	assert_int_equal(ml_rows_reserve(&rows, &a, 10), 0); /* never less */
	assert_int_equal(rows.cap, 1000);
	assert_non_null(ml_rows_add(&rows, &a));
	assert_int_equal(*(uint64_t *)ml_rows_at(&rows, 999), 1006);
	assert_int_equal(ml_rows_reserve(&rows, &a, SIZE_MAX / 4), -ENOMEM);
	assert_int_equal(rows.n, 1001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),  cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_strings), cmocka_unit_test(test_deinit),
		cmocka_unit_test(test_rows),    cmocka_unit_test(test_no_rows),
		cmocka_unit_test(test_adopt),   cmocka_unit_test(test_adopt_nothing),
		cmocka_unit_test(test_reserve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
