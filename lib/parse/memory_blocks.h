/* SPDX-License-Identifier: MIT */
/* memory_blocks: the list of memory blocks that a capture holds, a line each. */
#pragma once

#include "parse/parse.h"

/* Memory goes on and off line in such blocks; their size is in block_size_bytes. */
struct ml_memory_block {
	uint64_t index;      /* of the block: its address is that times the size */
	struct ml_str state; /* "online", "offline", "going-offline"; p NULL: unknown */
	struct ml_str zones; /* of an online block its zone, "none" if these are several;
				else those it can be put into; p NULL: unknown */
	uint64_t node;       /* ML_NONE: unknown */
	uint64_t removable;  /* 1, 0, ML_NONE */
};

/* "32 online 1 0 Normal Movable": index, state, removable, node, zones; "-" is unknown. */
ml_parse_fn ml_parse_memory_blocks;
