/* SPDX-License-Identifier: MIT */
/* swap: the swap areas joined with what they lie on, where swapped pages are, and how
 * swapping is set. */
#pragma once

#include "model/zram.h"
#include "parse/diskstats.h"
#include "parse/mountinfo.h"
#include "parse/swaps.h"

/* One device or file that is swapped to. */
struct ml_swap_area {
	struct ml_swaps_row area;
	struct ml_str kind;         /* "zram", "partition" or "file" */
	struct ml_str disk;         /* block device that holds it; p NULL: unknown */
	const struct ml_zram *zram; /* NULL: it is none */
	/* Of the block device, where nothing but swap is on it; NULL: not told. */
	const struct ml_diskstats_row *traffic;
};

/* Rows of struct ml_swap_area in the order of /proc/swaps. 0 or -ENOMEM. */
int ml_swap_areas(const struct ml_snap *snap, struct ml_arena *a, struct ml_rows *ret);

/* The mount that is on a zram device; NULL when none is, or that cannot be told. */
const struct ml_mount_row *ml_zram_mount(const struct ml_snap *snap,
					 const struct ml_zram *z);

/* Where the pages that swap has a slot for are. Bytes; ML_NONE when unknown. */
struct ml_swap_held {
	uint64_t used;       /* slots of all areas */
	uint64_t zram;       /* in zram devices that are swapped to */
	uint64_t zram_ram;   /* what that takes */
	uint64_t same;       /* of these, pages of one repeated word: they take nothing */
	uint64_t whole;      /* incompressible ones: stored as they are */
	uint64_t backing;    /* written back to a disk by zram */
	uint64_t zswap;      /* in zswap's pool */
	uint64_t zswap_ram;  /* what that takes */
	uint64_t on_disk;    /* slots of areas that are no zram */
	uint64_t rest;       /* neither in zram nor in zswap */
	uint64_t stale;      /* what zram holds beyond the slots */
};

void ml_swap_held(const struct ml_snap *snap, struct ml_swap_held *ret);

/* One row of the feed; ML_NONE where the kernel does not tell. */
struct ml_swap_settings {
	uint64_t swappiness;
	uint64_t page_cluster;    /* pages read at once, as a power of two */
	uint64_t min_free;     /* bytes */
	uint64_t watermark_scale; /* of 10,000: distance of the marks of zones */
};

ml_gather_fn ml_swap_settings_gather;
