/* SPDX-License-Identifier: MIT */
/* diff_swap: what changed of swap areas and zram devices. */
#include <errno.h>
#include <stddef.h>

#include "model/zram.h"
#include "parse/swaps.h"
#include "report/diff.h"

struct device_row {
	struct ml_change c;
	struct ml_str name;
	uint64_t other; /* the size of the area; the data in zram */
	int64_t other_change;
};

static int by_name(const void *a, const void *b)
{
	return ml_str_cmp(((const struct device_row *)a)->name,
			  ((const struct device_row *)b)->name);
}

static int add(struct ml_build *b, struct ml_rows *ret, struct ml_str name, uint64_t size,
	       uint64_t other)
{
	struct device_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	row->name = name;
	row->c.after = ml_diff_size(size);
	row->other = other;
	return 0;
}

static void pair_other(const struct ml_build *b, void *data, const void *before,
		       const void *after)
{
	struct device_row *row = data;

	(void)b;
	row->other_change =
		ml_diff_member(before, after, offsetof(struct device_row, other));
	ml_diff_weigh(&row->c, row->other_change);
}

/* ---- areas ---- */

static const struct ml_col swap_cols[] = {
	ML_CHANGE_COLS(struct device_row, ML_UNIT_BYTES, "what is used of it"),
	ML_COL(struct device_row, other_change, ML_UNIT_BYTES, ML_SEM_GAUGE, "size_change",
	       "SIZE+", "change of its size"),
	ML_LABEL(struct device_row, name, "path", "PATH", "device or file that is swapped to",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_swap_table = {
	.id = "swaps",
	.title = "swap",
	.help = "swap devices and files of which more or less is used",
	.source = "/proc/swaps",
	ML_TABLE_COLS(swap_cols),
	.row_size = sizeof(struct device_row),
	.flags = ML_TABLE_DEFAULT,
};

static int collect_swaps(struct ml_build *b, const struct ml_snap *snap,
			 struct ml_rows *ret)
{
	const struct ml_swaps_row *area;

	ml_for_each_row(area, &ml_snap_parsed(snap, ML_FEED_SWAPS)->rows)
		if (add(b, ret, area->path, area->used, area->bytes))
			return -ENOMEM;
	return 0;
}

static const struct ml_level swaps = {
	.need = ML_FEED(SWAPS),
	.row_size = sizeof(struct device_row),
	.collect = collect_swaps,
	.cmp = by_name,
	.pair = pair_other,
};

int ml_diff_build_swaps(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &swaps, ret);
}

/* ---- zram ---- */

static const struct ml_col zram_cols[] = {
	ML_CHANGE_COLS(struct device_row, ML_UNIT_BYTES, "the RAM that it takes"),
	ML_COL(struct device_row, other_change, ML_UNIT_BYTES, ML_SEM_GAUGE, "data_change",
	       "DATA+", "change of what is stored in it, uncompressed"),
	ML_LABEL(struct device_row, name, "name", "ZRAM", "the device", .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_zram_table = {
	.id = "zram",
	.title = "zram",
	.help = "zram devices that take more or less RAM",
	.source = "mm_stat of /sys/block/zram*",
	ML_TABLE_COLS(zram_cols),
	.row_size = sizeof(struct device_row),
	.flags = ML_TABLE_DEFAULT,
};

static int collect_zram(struct ml_build *b, const struct ml_snap *snap,
			struct ml_rows *ret)
{
	const struct ml_zram *z;

	ml_for_each_row(z, &ml_snap_parsed(snap, ML_FEED_ZRAM)->rows)
		if (add(b, ret, z->name, z->mm.used, z->mm.orig))
			return -ENOMEM;
	return 0;
}

static const struct ml_level zram = {
	.need = ML_FEED(ZRAM),
	.row_size = sizeof(struct device_row),
	.collect = collect_zram,
	.cmp = by_name,
	.pair = pair_other,
};

int ml_diff_build_zram(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &zram, ret);
}
