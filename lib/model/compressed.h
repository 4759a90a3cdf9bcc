/* SPDX-License-Identifier: MIT */
/* compressed: the RAM of compressed memory, zram's and zswap's together. */
#pragma once

#include "model/snap.h"

/* Bytes of RAM that hold compressed memory: zsmalloc, and zswap's pool where that has an
 * allocator of its own. ML_NONE when the kernel tells neither. */
uint64_t ml_compressed_bytes(const struct ml_snap *snap);
