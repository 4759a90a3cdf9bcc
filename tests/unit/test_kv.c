/* SPDX-License-Identifier: MIT */
/* test_kv: named numbers in file order, found by hash. */
#include "unit.h"

#include <errno.h>

#include "base/kv.h"

static void test_set_and_get(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	struct ml_kv kv = { 0 };
	const struct ml_kv_row *row;

	(void)state;
	assert_int_equal(ml_kv_get(&kv, "a"), ML_NONE);
	assert_int_equal(ml_kv_get(NULL, "a"), ML_NONE);
	assert_int_equal(ml_kv_set(&kv, &a, ML_STR("b"), 2, ML_UNIT_COUNT), 0);
	assert_int_equal(ml_kv_set(&kv, &a, ML_STR("a"), 1, ML_UNIT_BYTES), 0);
	assert_int_equal(ml_kv_get(&kv, "a"), 1);
	assert_int_equal(ml_kv_get(&kv, "b"), 2);
	assert_int_equal(ml_kv_get(&kv, "ab"), ML_NONE);
	assert_int_equal(ml_kv_get(&kv, ""), ML_NONE);
	row = ml_rows_at(&kv.rows, 0);
	assert_bytes(row->key, "b");
	row = ml_kv_find(&kv, ML_STR("a"));
	assert_int_equal(row->unit, ML_UNIT_BYTES);
}

static void test_last_holds(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	struct ml_kv kv = { 0 };

	(void)state;
	assert_int_equal(ml_kv_set(&kv, &a, ML_STR("a"), 1, ML_UNIT_BYTES), 0);
	assert_int_equal(ml_kv_set(&kv, &a, ML_STR("b"), 2, ML_UNIT_BYTES), 0);
	assert_int_equal(ml_kv_set(&kv, &a, ML_STR("a"), 3, ML_UNIT_COUNT), 0);
	assert_int_equal(kv.rows.n, 2);
	assert_int_equal(ml_kv_get(&kv, "a"), 3);
	assert_int_equal(ml_kv_find(&kv, ML_STR("a"))->unit, ML_UNIT_COUNT);
}

static void test_any_bytes(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	struct ml_kv kv = { 0 };

	(void)state;
	assert_int_equal(ml_kv_set(&kv, &a, ML_STR("a\0b"), 1, ML_UNIT_COUNT), 0);
	assert_int_equal(ml_kv_set(&kv, &a, ML_STR("a\0c"), 2, ML_UNIT_COUNT), 0);
	assert_int_equal(ml_kv_set(&kv, &a, ML_STR("\xff\x1b"), 3, ML_UNIT_COUNT), 0);
	assert_int_equal(kv.rows.n, 3);
	assert_int_equal(ml_kv_find(&kv, ML_STR("a\0b"))->value, 1);
	assert_int_equal(ml_kv_find(&kv, ML_STR("a\0c"))->value, 2);
	assert_null(ml_kv_find(&kv, ML_STR("a")));
}

static void test_full(void **state)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	struct ml_kv kv = { 0 };
	struct ml_str key = { NULL, 0 };

	(void)state;
	for (unsigned i = 0; i < ML_KV_MAX; i++) {
		key = ml_str_of(ml_arena_printf(&a, "key_%u", i));
		assert_int_equal(ml_kv_set(&kv, &a, key, i, ML_UNIT_COUNT), 0);
	}
	assert_int_equal(ml_kv_set(&kv, &a, ML_STR("more"), 1, ML_UNIT_COUNT), -E2BIG);
	assert_int_equal(ml_kv_set(&kv, &a, key, 7, ML_UNIT_COUNT), 0);
	assert_int_equal(kv.rows.n, ML_KV_MAX);
	assert_int_equal(ml_kv_find(&kv, key)->value, 7);
	for (unsigned i = 0; i + 1 < ML_KV_MAX; i++) {
		key = ml_str_of(ml_arena_printf(&a, "key_%u", i));
		assert_int_equal(ml_kv_find(&kv, key)->value, i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_and_get),
		cmocka_unit_test(test_last_holds),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
