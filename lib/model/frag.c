/* SPDX-License-Identifier: MIT */
/* frag: external fragmentation of a zone, by the kernel's own integer formulas. */
#include "model/frag.h"

#include <errno.h>

#include "base/cleanup.h"
#include "parse/pagetypeinfo.h"

/* Zone lists are short; a hostile tree's are not worth more. */
#define ZONES_MAX 4096

uint64_t ml_frag_order(const struct ml_snap *snap, uint64_t bytes)
{
	uint64_t page = snap->page_size, pages;

	if (bytes == ML_NONE || page == ML_NONE || bytes < page)
		return ML_NONE;
	pages = bytes / page;
	return pages & (pages - 1) ? ML_NONE : (uint64_t)__builtin_ctzll(pages);
}

uint64_t ml_frag_huge_order(const struct ml_snap *snap)
{
	uint64_t order = ml_frag_order(snap, ml_snap_mem(snap, "Hugepagesize"));
	const struct ml_parsed *types = ml_snap_parsed(snap, ML_FEED_PAGETYPEINFO);
	const struct ml_pagetype_head *head = types ? types->head : NULL;

	if (order == ML_NONE && head)
		order = head->pageblock_order;
	return order < 63 ? order : ML_NONE;
}

static void count_free(struct ml_frag_zone *z)
{
	for (unsigned o = 0; o < z->buddy->norders; o++) {
		uint64_t pages =
			o < 63 ? ml_mul(z->buddy->blocks[o], 1ull << o) : ML_U64_MAX;

		z->free_blocks = ml_add(z->free_blocks, z->buddy->blocks[o]);
		z->free_pages = ml_add(z->free_pages, z->buddy->blocks[o] ? pages : 0);
	}
}

/* protection[] is indexed by the zone's place among all zone kinds of the kernel, which
 * is its place among the node's blocks in zoneinfo (empty zones included). */
static void find_zone(struct ml_frag_zone *z, const struct ml_parsed *zoneinfo)
{
	const struct ml_zoneinfo_row *zone;
	uint64_t i = 0;

	z->normal_index = z->movable_index = ML_NONE;
	if (!zoneinfo)
		return;
	ml_for_each_row(zone, &zoneinfo->rows) {
		if (zone->node != z->buddy->node)
			continue;
		if (ml_str_is(zone->zone, "Normal"))
			z->normal_index = i;
		if (ml_str_is(zone->zone, "Movable"))
			z->movable_index = i;
		if (!z->zone && ml_str_eq(zone->zone, z->buddy->zone)) {
			z->zone = zone;
			z->index = i;
		}
		i++;
	}
}

int ml_frag_zones(const struct ml_snap *snap, struct ml_arena *a, struct ml_rows *ret)
{
	const struct ml_parsed *buddyinfo = ml_snap_parsed(snap, ML_FEED_BUDDYINFO);
	const struct ml_parsed *zoneinfo = ml_snap_parsed(snap, ML_FEED_ZONEINFO);
	const struct ml_buddyinfo_row *buddy;

	ret->size = sizeof(struct ml_frag_zone);
	if (!buddyinfo)
		return 0;
	ml_for_each_row(buddy, &buddyinfo->rows) {
		struct ml_frag_zone *z = ret->n < ZONES_MAX ? ml_rows_add(ret, a) : NULL;

		if (!z)
			return ret->n < ZONES_MAX ? -ENOMEM : 0;
		z->buddy = buddy;
		count_free(z);
		find_zone(z, zoneinfo && zoneinfo->rows.n <= ZONES_MAX ? zoneinfo : NULL);
	}
	return 0;
}

uint64_t ml_frag_suitable(const struct ml_frag_zone *z, unsigned order)
{
	uint64_t sum = 0;

	for (unsigned o = order; o < z->buddy->norders; o++)
		sum = ml_add(sum, ml_mul(z->buddy->blocks[o], 1ull << (o - order)));
	return sum;
}

uint64_t ml_frag_unusable(const struct ml_frag_zone *z, unsigned order)
{
	uint64_t usable = ml_mul(ml_frag_suitable(z, order), 1ull << order);

	if (!z->free_pages)
		return 1000;
	return ml_mul(ml_sub_sat(z->free_pages, usable), 1000) / z->free_pages;
}

int64_t ml_frag_index(const struct ml_frag_zone *z, unsigned order)
{
	uint64_t per_block;

	if (!z->free_blocks)
		return 0;
	if (ml_frag_suitable(z, order))
		return -1000;
	per_block = ml_mul(z->free_pages, 1000) / (1ull << order);
	return 1000 - (int64_t)(ml_add(1000, per_block) / z->free_blocks);
}

static uint64_t protection(const struct ml_frag_zone *z, uint64_t class_index)
{
	const struct ml_zoneinfo_row *zone = z->zone;

	if (!zone || !zone->nr_protection)
		return 0;
	if (class_index >= zone->nr_protection) /* ML_NONE: the highest class there is */
		class_index = zone->nr_protection - 1;
	return zone->protection[class_index];
}

/* Types whose free blocks an ordinary request does not get. */
static bool is_set_aside(struct ml_str type)
{
	static const char *const names[] = { "HighAtomic", "CMA", "Isolate", "Reserve" };

	for (size_t i = 0; i < ML_ARRAY_SIZE(names); i++)
		if (ml_str_is(type, names[i]))
			return true;
	return false;
}

/* Free blocks of this order in the lists an ordinary request may take from; all of them
 * when pagetypeinfo was not read. */
static uint64_t ordinary_blocks(const struct ml_snap *snap, const struct ml_frag_zone *z,
				unsigned order)
{
	const struct ml_parsed *types = ml_snap_parsed(snap, ML_FEED_PAGETYPEINFO);
	uint64_t aside = 0, blocks = z->buddy->blocks[order];
	const struct ml_pagetype_row *row;

	if (types && types->rows.n <= ZONES_MAX)
		ml_for_each_row(row, &types->rows)
			if (order < row->norders && row->node == z->buddy->node &&
			    ml_str_eq(row->zone, z->buddy->zone) &&
			    is_set_aside(row->type))
				aside = ml_add(aside, row->blocks[order]);
	return ml_sub_sat(blocks, aside);
}

uint64_t ml_frag_largest_order(const struct ml_snap *snap, const struct ml_frag_zone *z)
{
	uint64_t normal = z->normal_index == ML_NONE ? 0 : z->normal_index;
	uint64_t class_index = z->index > normal ? z->index : normal;
	uint64_t keep = protection(z, class_index) + (z->zone ? ml_or0(z->zone->min) : 0);
	uint64_t cma = z->zone ? ml_or0(ml_kv_get(&z->zone->stats, "nr_free_cma")) : 0;
	uint64_t free = ml_sub_sat(z->free_pages, cma);

	for (unsigned order = (unsigned)z->buddy->norders; order--;) {
		if (order > 62 || !ordinary_blocks(snap, z, order))
			continue;
		/* a smaller order may still pass where a larger one left too little */
		for (unsigned o = order + 1; o--;)
			if (ml_sub_sat(free, (1ull << o) - 1) > keep)
				return o;
		break;
	}
	return ML_NONE;
}

void ml_frag_forecast(const struct ml_frag_zone *z, unsigned order, uint64_t *ret_now,
		      uint64_t *ret_upper)
{
	uint64_t size = 1ull << order;
	uint64_t keep =
		protection(z, z->movable_index) + (z->zone ? ml_or0(z->zone->min) : 0);
	uint64_t suitable = ml_frag_suitable(z, order);
	uint64_t takes = 0;

	/* the allocator wants free - (2^order - 1) above the mark before each take */
	if (z->free_pages >= size + keep)
		takes = (z->free_pages - size - keep) / size + 1;
	*ret_now = takes < suitable ? takes : suitable;
	*ret_upper = ml_sub_sat(z->free_pages, keep) / size;
}
