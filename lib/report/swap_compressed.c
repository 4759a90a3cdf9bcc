/* SPDX-License-Identifier: MIT */
/* swap_compressed: zram devices and zswap - what they hold, and what they take. */
#include <errno.h>
#include <math.h>

#include "model/swap.h"
#include "model/zswap.h"
#include "report/rates.h"
#include "report/swap.h"

/* ---- zram ---- */

struct zram_row {
	struct ml_zram z;
	struct ml_str use;
	uint64_t same, whole, compacted;      /* bytes */
	uint64_t backed, backed_in, backed_out; /* bytes */
	double ratio;
};

static const struct ml_col zram_cols[] = {
	ML_LABEL(struct zram_row, z.name, "name", "ZRAM", "the device"),
	ML_LABEL(struct zram_row, use, "use", "USE", "swap, where it is mounted, or other"),
	ML_BYTES(struct zram_row, z.disksize, "disksize", "DISK", "size that it shows as a disk",
		 .source = "disksize"),
	ML_BYTES(struct zram_row, z.mm.orig, "orig", "DATA", "what was stored, uncompressed",
		 .source = "orig_data_size (mm_stat)"),
	ML_BYTES(struct zram_row, z.mm.compressed, "compressed", "COMPR", "what that became",
		 .source = "compr_data_size (mm_stat)", .flags = ML_COL_MINOR),
	ML_BYTES(struct zram_row, z.mm.used, "used", "RAM",
		 "RAM that it takes: compressed data, and what its allocator loses",
		 .source = "mem_used_total (mm_stat)"),
	ML_COL(struct zram_row, ratio, ML_UNIT_NONE, ML_SEM_GAUGE, "ratio", "RATIO",
	       "data / RAM: what compression saves; near 1 it saves nothing",
	       .source = "orig_data_size / mem_used_total"),
	ML_BYTES(struct zram_row, same, "same", "SAME",
		 "data of one repeated word: it takes no RAM", .source = "same_pages (mm_stat)"),
	ML_BYTES(struct zram_row, whole, "huge", "HUGE",
		 "data that is incompressible: stored whole", .source = "huge_pages (mm_stat)"),
	ML_BYTES(struct zram_row, backed, "backed", "BACKED",
		 "data that was written back to a disk", .source = "bd_count (bd_stat)",
		 .flags = ML_COL_MINOR),
	ML_BYTES(struct zram_row, z.mm.peak, "peak", "PEAK", "the most RAM it ever took",
		 .source = "mem_used_max (mm_stat)", .flags = ML_COL_MINOR),
	ML_BYTES(struct zram_row, z.mm.limit, "limit", "LIMIT",
		 "the most RAM it may take; unknown: no limit", .source = "mem_limit (mm_stat)",
		 .flags = ML_COL_HIDDEN),
	ML_COL(struct zram_row, z.mm.huge_since, ML_UNIT_COUNT, ML_SEM_COUNTER, "huge_since",
	       "HUGEALL", "incompressible pages since it was set up",
	       .source = "huge_pages_since (mm_stat)", .flags = ML_COL_HIDDEN),
	ML_COL(struct zram_row, compacted, ML_UNIT_BYTES, ML_SEM_COUNTER, "compacted",
	       "COMPACTED", "freed by moving its data together",
	       .source = "pages_compacted (mm_stat)", .flags = ML_COL_HIDDEN),
	ML_COL(struct zram_row, z.io.failed_reads, ML_UNIT_COUNT, ML_SEM_COUNTER,
	       "failed_reads", "BADREAD", "reads that failed", .source = "io_stat",
	       .flags = ML_COL_HIDDEN),
	ML_COL(struct zram_row, z.io.failed_writes, ML_UNIT_COUNT, ML_SEM_COUNTER,
	       "failed_writes", "BADWRITE", "writes that failed, as for want of memory",
	       .source = "io_stat", .flags = ML_COL_HIDDEN),
	ML_COL(struct zram_row, z.io.freed, ML_UNIT_COUNT, ML_SEM_COUNTER, "freed", "FREED",
	       "pages that swap gave back", .source = "notify_free (io_stat)",
	       .flags = ML_COL_HIDDEN),
	ML_COL(struct zram_row, backed_in, ML_UNIT_BYTES, ML_SEM_COUNTER, "backed_in",
	       "BACKIN", "read from the backing device", .source = "bd_reads (bd_stat)",
	       .flags = ML_COL_HIDDEN),
	ML_COL(struct zram_row, backed_out, ML_UNIT_BYTES, ML_SEM_COUNTER, "backed_out",
	       "BACKOUT", "written to the backing device", .source = "bd_writes (bd_stat)",
	       .flags = ML_COL_HIDDEN),
	ML_LABEL(struct zram_row, z.backing, "backing", "BACKING",
		 "device that it writes back to", .source = "backing_dev",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct zram_row, z.algorithm, "algorithm", "ALGORITHM", "how it compresses",
		 .source = "comp_algorithm"),
};

const struct ml_table ml_swap_zram_table = {
	.id = "zram",
	.help = "one row per zram device that is set up: what it holds, and what that takes",
	.source = "/sys/block/zram*",
	ML_TABLE_COLS(zram_cols),
	.row_size = sizeof(struct zram_row),
	.flags = ML_TABLE_DEFAULT,
};

static bool is_swap(const struct ml_snap *snap, const struct ml_zram *z)
{
	const struct ml_parsed *swaps = ml_snap_parsed(snap, ML_FEED_SWAPS);
	const struct ml_swaps_row *area;

	if (!swaps)
		return false;
	ml_for_each_row(area, &swaps->rows)
		if (ml_zram_find(snap, area->path) == z)
			return true;
	return false;
}

static struct ml_str use_of(const struct ml_snap *snap, const struct ml_zram *z)
{
	const struct ml_mount_row *mount;

	if (is_swap(snap, z))
		return ML_STR("swap");
	mount = ml_zram_mount(snap, z);
	return mount ? mount->point : ML_STR("other");
}

static bool is_set_up(const struct ml_zram *z)
{
	return ml_or0(z->disksize) || ml_or0(z->mm.orig) || ml_or0(z->mm.used);
}

int ml_build_swap_zram(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *feed = ml_snap_parsed(b->cur, ML_FEED_ZRAM);
	const struct ml_zram *z;

	if (!feed)
		return 0;
	ml_for_each_row(z, &feed->rows) {
		struct zram_row *row;

		if (!is_set_up(z))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		*row = (struct zram_row){
			.z = *z,
			.use = use_of(b->cur, z),
			.same = ml_snap_pages(b->cur, z->mm.same_pages),
			.whole = ml_snap_pages(b->cur, z->mm.huge_pages),
			.compacted = ml_snap_pages(b->cur, z->mm.compacted),
			.backed = ml_mul(z->bd.stored, ML_ZRAM_BD_UNIT),
			.backed_in = ml_mul(z->bd.reads, ML_ZRAM_BD_UNIT),
			.backed_out = ml_mul(z->bd.writes, ML_ZRAM_BD_UNIT),
			.ratio = ml_ratio(z->mm.orig, z->mm.used),
		};
		if (!row->z.mm.limit)
			row->z.mm.limit = ML_NONE;
	}
	return 0;
}

/* ---- zswap ---- */

struct zswap_row {
	struct ml_zswap z;
	uint64_t stored, pool, whole, same;
	double ratio, share, limit;
	double in, out, back; /* bytes a second */
};

static const struct ml_col zswap_cols[] = {
	ML_LABEL(struct zswap_row, z.enabled, "enabled", "zswap enabled", "Y or N",
		 .source = "enabled (parameters)"),
	ML_BYTES(struct zswap_row, stored, "stored", "holds", "what was stored, uncompressed",
		 .source = "Zswapped, or stored_pages of debugfs"),
	ML_BYTES(struct zswap_row, pool, "pool", "in", "RAM that its pool takes",
		 .source = "Zswap, or pool_total_size of debugfs"),
	ML_COL(struct zswap_row, ratio, ML_UNIT_NONE, ML_SEM_GAUGE, "ratio", "ratio",
	       "stored / pool"),
	ML_RATIO(struct zswap_row, share, "share", "of memory", "pool as part of MemTotal",
		 .flags = ML_COL_HIDDEN),
	ML_RATIO(struct zswap_row, limit, "limit", "at most", "share of memory its pool may take",
		 .source = "max_pool_percent (parameters)"),
	ML_BYTE_RATE(struct zswap_row, in, "in", "loads", "taken from it", .source = "zswpin",
		     .flags = ML_COL_DELTA),
	ML_BYTE_RATE(struct zswap_row, out, "out", "stores", "put into it", .source = "zswpout",
		     .flags = ML_COL_DELTA),
	ML_BYTE_RATE(struct zswap_row, back, "back", "writes back",
		     "written from it to the device", .source = "zswpwb", .flags = ML_COL_DELTA),
	ML_LABEL(struct zswap_row, z.compressor, "compressor", "by", "how it compresses",
		 .source = "compressor (parameters)"),
	ML_LABEL(struct zswap_row, z.zpool, "zpool", "allocator", "its allocator",
		 .source = "zpool (parameters)", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct zswap_row, z.shrinker, "shrinker", "shrinker",
		 "Y: writes back under pressure, before the pool is full",
		 .source = "shrinker_enabled (parameters)", .flags = ML_COL_HIDDEN),
	ML_BYTES(struct zswap_row, same, "same", "same-filled", "of the data, one repeated word",
		 .source = "same_filled_pages (debugfs)", .flags = ML_COL_HIDDEN),
	ML_BYTES(struct zswap_row, whole, "huge", "incompressible", "of the data, stored whole",
		 .source = "stored_incompressible_pages (debugfs)", .flags = ML_COL_HIDDEN),
	ML_COL(struct zswap_row, z.written_back, ML_UNIT_COUNT, ML_SEM_COUNTER,
	       "written_back", "written back", "pages written to the device since boot",
	       .source = "zswpwb, or written_back_pages of debugfs", .flags = ML_COL_HIDDEN),
	ML_COL(struct zswap_row, z.limit_hits, ML_UNIT_COUNT, ML_SEM_COUNTER, "limit_hits",
	       "was full", "how often its pool was full", .source = "pool_limit_hit (debugfs)",
	       .flags = ML_COL_HIDDEN),
	ML_COL(struct zswap_row, z.rejected, ML_UNIT_COUNT, ML_SEM_COUNTER, "rejected",
	       "rejected", "pages that it did not take", .source = "reject_* (debugfs)",
	       .flags = ML_COL_HIDDEN),
};

const struct ml_table ml_swap_zswap_table = {
	.id = "zswap",
	.help = "the compressed cache before swap devices",
	.source = "/sys/module/zswap, /proc/meminfo, /sys/kernel/debug/zswap",
	ML_TABLE_COLS(zswap_cols),
	.row_size = sizeof(struct zswap_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static const struct ml_rate_cell zswap_cells[] = {
	{ offsetof(struct zswap_row, in),   { "zswpin" },  .pages = true },
	{ offsetof(struct zswap_row, out),  { "zswpout" }, .pages = true },
	{ offsetof(struct zswap_row, back), { "zswpwb" },  .pages = true },
};

/* A kernel without it has no row; one in which it is off has one that says so. */
int ml_build_swap_zswap(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_zswap *z = ml_zswap_of(b->cur);
	uint64_t stored = ml_zswap_stored(b->cur), pool = ml_zswap_pool(b->cur);
	struct zswap_row *row;

	if (!z || (!z->enabled.p && stored == ML_NONE && pool == ML_NONE))
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	*row = (struct zswap_row){
		.z = *z,
		.stored = stored,
		.pool = pool,
		.ratio = ml_ratio(stored, pool),
		.share = ml_ratio(pool, ml_snap_mem(b->cur, "MemTotal")),
		.limit = ml_ratio(z->max_pool_percent, 100),
		.same = ml_snap_pages(b->cur, z->same_pages),
		.whole = ml_snap_pages(b->cur, z->whole_pages),
	};
	if (row->z.written_back == ML_NONE)
		row->z.written_back = ml_snap_vm(b->cur, "zswpwb");
	ml_rate_cells(b, row, zswap_cells, ML_ARRAY_SIZE(zswap_cells));
	if (!b->prev)
		row->in = row->out = row->back = NAN;
	return 0;
}
