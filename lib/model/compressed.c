/* SPDX-License-Identifier: MIT */
/* compressed: the RAM of compressed memory, zram's and zswap's together. */
#include "model/compressed.h"

#include "model/zram.h"
#include "model/zswap.h"

/* zbud and z3fold take pages of their own. Where the allocator is not told, zsmalloc that
 * holds no more than the zram devices do has no room for zswap's pool in it. */
static bool is_apart(const struct ml_snap *snap, uint64_t zspages, uint64_t zswap)
{
	const struct ml_zswap *z = ml_zswap_of(snap);

	if (z && z->zpool.p)
		return !ml_str_is(z->zpool, "zsmalloc");
	return zspages == ML_NONE ||
	       zspages < ml_add(ml_or0(ml_zram_bytes(snap)), zswap / 2);
}

uint64_t ml_compressed_bytes(const struct ml_snap *snap)
{
	uint64_t zspages = ml_snap_pages(snap, ml_snap_vm(snap, "nr_zspages"));
	uint64_t zswap = ml_zswap_pool(snap);

	if (zswap == ML_NONE || !is_apart(snap, zspages, zswap))
		return zspages;
	return ml_add(ml_or0(zspages), zswap);
}
