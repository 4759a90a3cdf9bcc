/* SPDX-License-Identifier: MIT */
/* compressed: what decides whether zswap's memory is inside nr_zspages. */
#pragma once

#include "model/snap.h"

/* One row. */
struct ml_compressed {
	struct ml_str zpool;  /* zswap's allocator; p NULL: the kernel has but zsmalloc */
	uint64_t zram;        /* bytes that zram devices hold, all from zsmalloc */
	uint64_t debug_zswap; /* zswap's pool by debugfs, for kernels before 5.19 */
};

ml_gather_fn ml_compressed_gather;

/* Bytes of RAM that hold compressed memory: zsmalloc, and zswap's pool where that has an
 * allocator of its own. ML_NONE when the kernel tells neither. */
uint64_t ml_compressed_bytes(const struct ml_snap *snap);
