/* SPDX-License-Identifier: MIT */
/* test_memory_blocks: blocks read file by file, and from the list of a capture. */
#include "machine.h"

#include <errno.h>

#include "model/memory_blocks.h"

#define BLOCKS "sys/devices/system/memory/"

static void test_files(void **state)
{
	struct machine *m = *state;
	struct ml_arena arena = { 0 };
	struct ml_parsed got = { 0 };
	const struct ml_memory_blocks_head *head;
	const struct ml_memory_block *block;

	machine_put(m, BLOCKS "block_size_bytes", "8000000\n");
	machine_put(m, BLOCKS "memory10/state", "offline\n");
	machine_put(m, BLOCKS "memory10/valid_zones", "Normal Movable\n");
	machine_put(m, BLOCKS "memory9/state", "online\n");
	machine_put(m, BLOCKS "memory9/removable", "1\n");
	machine_put(m, BLOCKS "memoryx/state", "online\n");
	machine_put(m, "sys/devices/system/node/node3/memory9/x", "");
	assert_int_equal(ml_memory_blocks_read(m->root, &arena, &got), 0);
	head = got.head;
	assert_int_equal(head->block_size, 0x8000000);
	assert_int_equal(got.rows.n, 2);
	block = ml_rows_at(&got.rows, 0);
	assert_int_equal(block->index, 9);
	assert_int_equal(block->node, 3);
	assert_int_equal(block->removable, 1);
	assert_null(block->zones.p);
	block = ml_rows_at(&got.rows, 1);
	assert_int_equal(block->index, 10);
	assert_true(block->node == ML_NONE);
	assert_bytes(block->zones, "Normal Movable");
	assert_bytes(block->state, "offline");
	ml_arena_deinit(&arena);
}

static void test_list(void **state)
{
	struct machine *m = *state;
	struct ml_arena arena = { 0 };
	struct ml_parsed got = { 0 };
	const struct ml_memory_blocks_head *head;
	const struct ml_memory_block *block;

	machine_put(m, BLOCKS "block_size_bytes", "x\n");
	machine_put(m, BLOCKS ML_MEMORY_BLOCK_LIST,
		    "5 online 1 0 Normal\n2 online 1 0 -\n");
	assert_int_equal(ml_memory_blocks_read(m->root, &arena, &got), 0);
	head = got.head;
	assert_true(head->block_size == ML_NONE);
	assert_int_equal(got.rows.n, 2);
	block = ml_rows_at(&got.rows, 0);
	assert_int_equal(block->index, 2);
	ml_arena_deinit(&arena);
}

static void test_none(void **state)
{
	struct machine *m = *state;
	struct ml_arena arena = { 0 };
	struct ml_parsed got = { 0 };

	assert_int_equal(ml_memory_blocks_read(m->root, &arena, &got), -ENOENT);
	assert_int_equal(got.rows.n, 0);
	ml_arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(test_files),
		MACHINE_TEST(test_list),
		MACHINE_TEST(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
