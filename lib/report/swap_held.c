/* SPDX-License-Identifier: MIT */
/* swap_held: where the pages are that have a slot in swap, and the RAM these take. */
#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "model/swap.h"
#include "report/swap.h"

struct held_row {
	struct ml_str key, parent, name;
	uint64_t swapped, ram;
	double ratio;
	struct ml_str note;
};

static const struct ml_col held_cols[] = {
	ML_LABEL(struct held_row, key, "key", "KEY", "stable name of the part",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct held_row, parent, "parent", "PARENT",
		 "the part that this one is a part of", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct held_row, name, "name", "SWAPPED PAGES ARE", "where they are"),
	ML_BYTES(struct held_row, swapped, "swapped", "SIZE",
		 "what the pages are in memory; parts of one parent count no page twice"),
	ML_BYTES(struct held_row, ram, "ram", "RAM", "RAM that they take there"),
	ML_COL(struct held_row, ratio, ML_UNIT_NONE, ML_SEM_GAUGE, "ratio", "RATIO",
	       "size / RAM: how much smaller they became"),
	ML_LABEL(struct held_row, note, "note", "", "what to know about it",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_swap_held_table = {
	.id = "held",
	.help = "where the pages are that swap has a slot for, and the RAM they still take",
	.source = "/proc/swaps, mm_stat of zram, Zswapped, Zswap",
	ML_TABLE_COLS(held_cols),
	.row_size = sizeof(struct held_row),
	.layout = ML_LAYOUT_TREE,
	.flags = ML_TABLE_DEFAULT,
};

/* Without zram and zswap there is nothing to divide. */
static bool is_plain(const struct ml_swap_held *h)
{
	return !h->zram && !h->zram_ram && !ml_or0(h->zswap) && !ml_or0(h->zswap_ram);
}

static int add(struct ml_build *b, struct ml_rows *ret, struct held_row row)
{
	struct held_row *at = ml_rows_add(ret, b->arena);

	if (!at)
		return -ENOMEM;
	row.ratio = row.ram ? ml_ratio(row.swapped, row.ram) : (double)NAN;
	*at = row;
	return 0;
}

/* What zram does not compress. */
static int add_kinds(struct ml_build *b, const struct ml_swap_held *h,
		     struct ml_rows *ret)
{
	const struct held_row kinds[] = {
		{ ML_STR("same"), ML_STR("zram"), ML_STR("same-filled"), h->same, 0, NAN,
		  ML_STR("one word repeated: they take none") },
		{ ML_STR("whole"), ML_STR("zram"), ML_STR("incompressible"), h->whole,
		  h->whole, NAN, ML_STR("stored as they are") },
		{ ML_STR("backing"), ML_STR("zram"), ML_STR("written back"), h->backing,
		  0, NAN, ML_STR("on the backing device") },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].swapped && add(b, ret, kinds[i]))
			return -ENOMEM;
	return 0;
}

/* What is in neither is on a disk, or has a slot and no copy. */
static int add_rest(struct ml_build *b, const struct ml_swap_held *h, struct ml_rows *ret)
{
	struct held_row row = {
		.key = ML_STR("rest"),
		.parent = ML_STR("used"),
		.name = h->on_disk ? ML_STR("on disks") : ML_STR("not stored"),
		.swapped = h->rest,
		.note = h->on_disk ? ML_STR("less zeroes that are only noted, and pages in RAM again")
				   : ML_STR("zeroes that are only noted, and pages in RAM again"),
	};

	return h->rest ? add(b, ret, row) : 0;
}

int ml_build_swap_held(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_swap_held h;

	if (!ml_has_swap(b->cur))
		return 0;
	ml_swap_held(b->cur, &h);
	if (is_plain(&h))
		return 0;
	if (add(b, ret,
		(struct held_row){
			.key = ML_STR("used"),
			.name = ML_STR("in swap"),
			.swapped = h.used,
			.ram = ml_add(h.zram_ram, ml_or0(h.zswap_ram)),
			.note = ML_STR("slots in use, as free counts them"),
		}))
		return -ENOMEM;
	if ((h.zram || h.zram_ram) &&
	    (add(b, ret,
		 (struct held_row){
			 .key = ML_STR("zram"),
			 .parent = ML_STR("used"),
			 .name = ML_STR("in zram"),
			 .swapped = h.zram,
			 .ram = h.zram_ram,
			 .note = h.stale ? ML_STR("more than has slots: freed, or being freed")
					 : (struct ml_str){ 0 },
		 }) ||
	     add_kinds(b, &h, ret)))
		return -ENOMEM;
	if ((ml_or0(h.zswap) || ml_or0(h.zswap_ram)) &&
	    add(b, ret,
		(struct held_row){
			.key = ML_STR("zswap"),
			.parent = ML_STR("used"),
			.name = ML_STR("in zswap"),
			.swapped = h.zswap,
			.ram = h.zswap_ram,
			.note = ML_STR("not written to their device yet"),
		}))
		return -ENOMEM;
	return add_rest(b, &h, ret);
}
