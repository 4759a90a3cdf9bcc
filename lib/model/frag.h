/* SPDX-License-Identifier: MIT */
/* frag: external fragmentation of a zone, by the kernel's own integer formulas. */
#pragma once

#include "model/snap.h"
#include "parse/buddyinfo.h"
#include "parse/zoneinfo.h"

/* A zone's free lists, with its watermarks where zoneinfo tells them. */
struct ml_frag_zone {
	const struct ml_buddyinfo_row *buddy;
	const struct ml_zoneinfo_row *zone; /* NULL when zoneinfo has no such zone */
	uint64_t index;                     /* position of the zone in its node */
	uint64_t normal_index, movable_index;
	uint64_t free_pages;  /* on the free lists */
	uint64_t free_blocks; /* of any order */
};

/* The order of a block of so many bytes; ML_NONE when it is none. */
uint64_t ml_frag_order(const struct ml_snap *snap, uint64_t bytes);

/* The order of the default huge page, else of a pageblock; ML_NONE: not known. */
uint64_t ml_frag_huge_order(const struct ml_snap *snap);

/* Every populated zone, in file order. 0 or -ENOMEM; no rows without buddyinfo. */
int ml_frag_zones(const struct ml_snap *snap, struct ml_arena *a, struct ml_rows *ret);

/* Blocks of 2^order pages that the free lists hold, larger blocks cut up. */
uint64_t ml_frag_suitable(const struct ml_frag_zone *z, unsigned order);

/* unusable_free_index() of mm/vmstat.c, 0..1000: the share of free memory that a
 * request of this order cannot use. */
uint64_t ml_frag_unusable(const struct ml_frag_zone *z, unsigned order);

/* __fragmentation_index() of mm/vmstat.c: -1000 when a block is there; else towards 0 an
 * allocation would fail for lack of memory, towards 1000 for fragmentation. */
int64_t ml_frag_index(const struct ml_frag_zone *z, unsigned order);

/* The largest order an ordinary kernel request gets from this zone now, without reclaim
 * or compaction: a block is there, not kept for atomic, contiguous or isolated use, and
 * the zone stays above its min mark. ML_NONE when not even a page is. */
uint64_t ml_frag_largest_order(const struct ml_snap *snap, const struct ml_frag_zone *z);

/* How many huge pages of 2^order pages a movable request gets from this zone: at least
 * `now`, and after perfect compaction at most `upper`. */
void ml_frag_forecast(const struct ml_frag_zone *z, unsigned order, uint64_t *ret_now,
		      uint64_t *ret_upper);
