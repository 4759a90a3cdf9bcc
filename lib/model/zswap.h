/* SPDX-License-Identifier: MIT */
/* zswap: the compressed cache before swap devices - how it is set, and what it did. */
#pragma once

#include "model/snap.h"

/* One row. Numbers are ML_NONE, words p NULL, where the kernel does not tell. What stands
 * in debugfs is for root alone. */
struct ml_zswap {
	struct ml_str enabled; /* "Y" or "N"; p NULL: not in this kernel */
	struct ml_str compressor;
	struct ml_str zpool;    /* its allocator; p NULL: the kernel has but zsmalloc */
	struct ml_str shrinker;       /* "Y": writes back before the pool is full */
	uint64_t max_pool_percent;    /* of memory */
	/* of debugfs */
	uint64_t pool;         /* bytes */
	uint64_t stored_pages;
	uint64_t same_pages;   /* of one repeated word; before 6.12 */
	uint64_t whole_pages;  /* incompressible, stored whole */
	uint64_t written_back; /* pages, since boot */
	uint64_t limit_hits;   /* how often the pool was full */
	uint64_t rejected;     /* pages that it did not take */
};

ml_gather_fn ml_zswap_gather;

/* NULL when it was not read. */
const struct ml_zswap *ml_zswap_of(const struct ml_snap *snap);

/* Bytes of RAM that its pool takes, and what was stored in it; ML_NONE when unknown. */
uint64_t ml_zswap_pool(const struct ml_snap *snap);
uint64_t ml_zswap_stored(const struct ml_snap *snap);
