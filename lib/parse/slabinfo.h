/* SPDX-License-Identifier: MIT */
/* slabinfo: /proc/slabinfo 2.1 of SLAB and SLUB - one row per cache. */
#pragma once

#include "parse/parse.h"

struct ml_slabinfo_row {
	struct ml_str cache;       /* may hold blanks */
	uint64_t active;           /* objects; SLUB counts per-CPU slabs as fully used */
	uint64_t objects;
	uint64_t object_bytes;     /* with debug padding */
	uint64_t objects_per_slab;
	uint64_t pages_per_slab;
	uint64_t limit, batchcount, sharedfactor; /* tunables; 0 on SLUB */
	uint64_t active_slabs;
	uint64_t slabs;
	uint64_t shared_available;
};

struct ml_slabinfo_head {
	struct ml_str version; /* "2.1"; p is NULL when there was no such line */
};

/* `head` is a struct ml_slabinfo_head. The six-column 1.1 of kernel 2.4 gives rows with
 * ML_NONE in what it does not tell (sharedfactor, active_slabs stays known, ...). */
ml_parse_fn ml_parse_slabinfo;
