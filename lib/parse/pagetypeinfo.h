/* SPDX-License-Identifier: MIT */
/* pagetypeinfo: /proc/pagetypeinfo - free blocks and pageblocks by migrate type. */
#pragma once

#include "parse/buddyinfo.h"

/* One migrate type of one zone, joined from the file's two or three tables. */
struct ml_pagetype_row {
	uint64_t node;
	struct ml_str zone;
	struct ml_str type; /* "Unmovable", ... by the file's own names */
	uint64_t norders;   /* 0 when only the block table names this type */
	uint64_t *blocks;   /* [norders] free blocks; a capped count is its lower bound */
	uint64_t capped;    /* bit i: order i was printed as ">100000" */
	uint64_t pageblocks;       /* of this type; ML_NONE when not printed */
	uint64_t mixed_pageblocks; /* with PAGE_OWNER; else ML_NONE */
};

struct ml_pagetype_head {
	uint64_t pageblock_order; /* ML_NONE when not printed */
	uint64_t pages_per_block;
};

/* Rows in file order; `head` is a struct ml_pagetype_head. */
ml_parse_fn ml_parse_pagetypeinfo;
