/* SPDX-License-Identifier: MIT */
/* test_inode_set: each file is new once, however many there are. */
#include "unit.h"

#include "base/inode_set.h"

static void test_once(void **state)
{
	struct ml_inode_set set = { 0 };

	(void)state;
	assert_int_equal(ml_inode_set_add(&set, 1, 7), 0);
	assert_int_equal(ml_inode_set_add(&set, 1, 7), 1);
	assert_int_equal(ml_inode_set_add(&set, 2, 7), 0);
	assert_int_equal(ml_inode_set_add(&set, 7, 1), 0);
	assert_int_equal(ml_inode_set_add(&set, 7, 1), 1);
	assert_int_equal(set.n, 3);
	ml_inode_set_deinit(&set);
}

static void test_no_inode(void **state)
{
	struct ml_inode_set set = { 0 };

	(void)state;
	assert_int_equal(ml_inode_set_add(&set, 1, 0), 0);
	assert_int_equal(ml_inode_set_add(&set, 1, 0), 1);
	ml_inode_set_deinit(&set);
}

static void test_many(void **state)
{
	struct ml_inode_set set = { 0 };

	(void)state;
	for (uint64_t pass = 0; pass < 2; pass++)
		for (uint64_t i = 0; i < 100000; i++)
			assert_int_equal(ml_inode_set_add(&set, i % 3, i * 4096 + 1),
					 (int)pass);
	assert_int_equal(set.n, 100000);
	assert_true(set.cap <= 262144);
	ml_inode_set_deinit(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_no_inode),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
