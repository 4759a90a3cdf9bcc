/* SPDX-License-Identifier: MIT */
/* memory_blocks: the blocks in which memory goes on and off line. */
#pragma once

#include "model/snap.h"
#include "parse/memory_blocks.h"

/*
 * A machine has a folder of small files for each block, and thousands of blocks. A
 * capture has one file of a line each instead, in this place.
 */
#define ML_MEMORY_BLOCKS "/sys/devices/system/memory"
#define ML_MEMORY_BLOCK_LIST "blocks.txt"

/* The feed's parsed.head. */
struct ml_memory_blocks_head {
	uint64_t block_size; /* bytes; ML_NONE: not told */
};

/* Rows of struct ml_memory_block in the order of their addresses. */
ml_gather_fn ml_memory_blocks_gather;

/* The same beside a snapshot. 0 or -errno of listing; `ret` is zeroed by the caller. */
int ml_memory_blocks_read(const struct ml_root *root, struct ml_arena *a,
			  struct ml_parsed *ret);
