/* SPDX-License-Identifier: MIT */
/* slab: the caches of kernel objects. */
#include "model/slab.h"

#include <errno.h>

#include "report/report.h"

static const struct ml_col slab_cols[] = {
	ML_BYTES(struct ml_slab_row, bytes, "bytes", "SIZE",
		 "RAM that the cache takes: its slabs, full or not"),
	ML_COUNT(struct ml_slab_row, objects, "objects", "OBJECTS", "objects there is room for"),
	ML_COUNT(struct ml_slab_row, active, "active", "ACTIVE",
		 "objects in use; on SLUB an upper bound, since per-CPU slabs count as full"),
	ML_RATIO(struct ml_slab_row, use, "use", "USE", "active / objects"),
	ML_BYTES(struct ml_slab_row, object_bytes, "object_bytes", "OBJSIZE",
		 "size of one object, debugging padding included"),
	ML_COUNT(struct ml_slab_row, objects_per_slab, "objects_per_slab", "OBJ/SLAB",
		 "objects in one slab", .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ml_slab_row, slab_bytes, "slab_bytes", "SLABSIZE",
		 "size of one slab: a block of pages that must be found at once",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(struct ml_slab_row, slabs, "slabs", "SLABS", "slabs of the cache",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ml_slab_row, waste, "waste", "WASTE",
		 "size less active objects; on SLUB a lower bound"),
	ML_BYTES(struct ml_slab_row, growth, "growth", "GROWTH",
		 "change of the size since the sample before", .flags = ML_COL_DELTA),
	ML_LABEL(struct ml_slab_row, cache, "cache", "CACHE",
		 "name of the cache; one name may stand for several merged ones",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table slab_table = {
	.id = "slab",
	.help = "one row per slab cache, largest first",
	.source = "/proc/slabinfo",
	ML_TABLE_COLS(slab_cols),
	.row_size = sizeof(struct ml_slab_row),
	.flags = ML_TABLE_DEFAULT,
};

static int build_slab(struct ml_build *b, struct ml_rows *ret)
{
	return ml_slab_caches(b->prev, b->cur, b->arena, ret);
}

struct totals_row {
	uint64_t slab, reclaimable, unreclaimable;
};

static const struct ml_col totals_cols[] = {
	ML_BYTES(struct totals_row, slab, "slab", "slab", "RAM in all slab caches",
		 .source = "Slab"),
	ML_BYTES(struct totals_row, reclaimable, "reclaimable", "reclaimable",
		 "the part the kernel gives back under pressure: dentries, inodes",
		 .source = "SReclaimable"),
	ML_BYTES(struct totals_row, unreclaimable, "unreclaimable", "unreclaimable",
		 "the part that stays until its users free it", .source = "SUnreclaim"),
};

static const struct ml_table totals_table = {
	.id = "totals",
	.help = "all caches together, also readable without privileges",
	.source = "/proc/meminfo",
	ML_TABLE_COLS(totals_cols),
	.row_size = sizeof(struct totals_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static int build_totals(struct ml_build *b, struct ml_rows *ret)
{
	struct totals_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	row->slab = ml_snap_mem(b->cur, "Slab");
	row->reclaimable = ml_snap_mem(b->cur, "SReclaimable");
	row->unreclaimable = ml_snap_mem(b->cur, "SUnreclaim");
	return 0;
}

static const struct ml_part parts[] = {
	{ &totals_table, build_totals, 0, ML_FEED(MEMINFO) },
	{ &slab_table, build_slab, ML_FEED(SLABINFO), 0 },
};

const struct ml_report ml_report_slab = {
	.id = "slab",
	.title = "kernel objects by slab cache",
	ML_REPORT_PARTS(parts),
};
