/* SPDX-License-Identifier: MIT */
/* frag: which block sizes free memory has, and which huge pages it can give. */
#include "model/frag.h"

#include <errno.h>
#include <math.h>

#include "model/zone.h"
#include "parse/pagetypeinfo.h"
#include "report/report.h"

/* ---- zones ---- */

struct zones_row {
	uint64_t node;
	struct ml_str zone;
	uint64_t free;
	uint64_t largest_order;
	uint64_t largest_bytes;
	uint64_t huge_blocks;
	double unusable;
	struct ml_str state;
};

static const struct ml_col zones_cols[] = {
	ML_LABEL(struct zones_row, node, "node", "NODE", "NUMA node"),
	ML_LABEL(struct zones_row, zone, "zone", "ZONE", "range of physical memory"),
	ML_BYTES(struct zones_row, free, "free", "FREE", "on the free lists",
		 .source = "sum of blocks x size (/proc/buddyinfo)"),
	ML_LABEL(struct zones_row, largest_order, "largest_order", "ORDER",
		 "largest order an ordinary kernel request gets now, above the min mark"),
	ML_BYTES(struct zones_row, largest_bytes, "largest_bytes", "LARGEST",
		 "the same as a block size"),
	ML_COUNT(struct zones_row, huge_blocks, "huge_blocks", "HUGE",
		 "blocks of the default huge page size on the free lists"),
	ML_RATIO(struct zones_row, unusable, "unusable", "UNUSABLE",
		 "part of free memory in pieces too small for such a block"),
	ML_LABEL(struct zones_row, state, "state", "STATE", "the same in words",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table zones_table = {
	.id = "zones",
	.help = "one row per zone: the largest block it can give now",
	.source = "/proc/buddyinfo, /proc/zoneinfo, /proc/pagetypeinfo",
	ML_TABLE_COLS(zones_cols),
	.row_size = sizeof(struct zones_row),
	.flags = ML_TABLE_DEFAULT,
};

static const char *state_of(const struct zones_row *row, uint64_t order)
{
	if (!row->free)
		return "nothing free";
	if (row->largest_order == ML_NONE)
		return "kept back from ordinary requests";
	if (order == ML_NONE)
		return NULL;
	if (!row->huge_blocks)
		return "no huge page without compaction or reclaim";
	if (row->largest_order < order)
		return "huge pages are there, but kept back from ordinary requests";
	return row->unusable < 0.5 ? "mostly in large blocks" : "mostly in small pieces";
}

static int build_zones(struct ml_build *b, struct ml_rows *ret)
{
	uint64_t order = ml_frag_huge_order(b->cur);
	struct ml_rows zones = { 0 };
	const struct ml_frag_zone *z;

	if (ml_frag_zones(b->cur, b->arena, &zones))
		return -ENOMEM;
	ml_for_each_row(z, &zones) {
		struct zones_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		*row = (struct zones_row){
			.node = z->buddy->node,
			.zone = z->buddy->zone,
			.free = ml_snap_pages(b->cur, z->free_pages),
			.largest_order = ml_frag_largest_order(b->cur, z),
			.largest_bytes = ML_NONE,
			.huge_blocks = ML_NONE,
			.unusable = NAN,
		};
		if (row->largest_order != ML_NONE)
			row->largest_bytes =
				ml_snap_pages(b->cur, 1ull << row->largest_order);
		if (order != ML_NONE) {
			row->huge_blocks = ml_frag_suitable(z, (unsigned)order);
			row->unusable =
				(double)ml_frag_unusable(z, (unsigned)order) / 1000;
		}
		row->state = ml_str_of(state_of(row, order));
	}
	return 0;
}

/* ---- orders ---- */

struct frag_row {
	uint64_t node;
	struct ml_str zone;
	uint64_t order;
	uint64_t block_bytes;
	uint64_t free_blocks;
	double unusable;
	double index;
};

static const struct ml_col frag_cols[] = {
	ML_LABEL(struct frag_row, node, "node", "NODE", "NUMA node"),
	ML_LABEL(struct frag_row, zone, "zone", "ZONE", "range of physical memory"),
	ML_LABEL(struct frag_row, order, "order", "ORDER", "blocks of 2^order pages"),
	ML_BYTES(struct frag_row, block_bytes, "block_bytes", "BLOCK", "size of one such block"),
	ML_COUNT(struct frag_row, free_blocks, "free_blocks", "FREE",
		 "free blocks of just this size"),
	ML_INDEX(struct frag_row, unusable, "unusable", "UNUSABLE",
		 "part of free memory that a request of this order cannot use",
		 .source = "unusable_free_index() of mm/vmstat.c over /proc/buddyinfo"),
	ML_INDEX(struct frag_row, index, "index", "INDEX",
		 "-1: a block is there; near 0 memory lacks; near 1 it is in pieces",
		 .source = "fragmentation_index() of mm/vmstat.c over /proc/buddyinfo"),
};

static const struct ml_table frag_table = {
	.id = "frag",
	.title = "free blocks by order",
	.help = "one row per zone and order, with the kernel's own indices",
	.source = "/proc/buddyinfo",
	ML_TABLE_COLS(frag_cols),
	.row_size = sizeof(struct frag_row),
	.flags = ML_TABLE_DEFAULT,
};

static int build_frag(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_rows zones = { 0 };
	const struct ml_frag_zone *z;

	if (ml_frag_zones(b->cur, b->arena, &zones))
		return -ENOMEM;
	ml_for_each_row(z, &zones)
		for (unsigned order = 0; order < z->buddy->norders && order < 63;
		     order++) {
			struct frag_row *row = ml_rows_add(ret, b->arena);

			if (!row)
				return -ENOMEM;
			*row = (struct frag_row){
				.node = z->buddy->node,
				.zone = z->buddy->zone,
				.order = order,
				.block_bytes = ml_snap_pages(b->cur, 1ull << order),
				.free_blocks = z->buddy->blocks[order],
				.unusable = (double)ml_frag_unusable(z, order) / 1000,
				.index = (double)ml_frag_index(z, order) / 1000,
			};
		}
	return 0;
}

/* ---- migrate types ---- */

struct types_row {
	uint64_t node;
	struct ml_str zone;
	struct ml_str type;
	uint64_t free;
	struct ml_str bound;
	uint64_t pageblocks;
	double share;
	uint64_t mixed;
};

static const struct ml_col types_cols[] = {
	ML_LABEL(struct types_row, node, "node", "NODE", "NUMA node"),
	ML_LABEL(struct types_row, zone, "zone", "ZONE", "range of physical memory"),
	ML_LABEL(struct types_row, type, "type", "TYPE",
		 "Movable can be compacted; Unmovable and Reclaimable pin their block"),
	ML_BYTES(struct types_row, free, "free", "FREE", "free memory on the lists of this type"),
	ML_COUNT(struct types_row, pageblocks, "pageblocks", "BLOCKS",
		 "pageblocks marked with this type"),
	ML_RATIO(struct types_row, share, "share", "SHARE", "part of the zone's pageblocks"),
	ML_COUNT(struct types_row, mixed, "mixed", "MIXED",
		 "blocks that hold pages of another type as well (needs page_owner)"),
	ML_LABEL(struct types_row, bound, "bound", "",
		 "the kernel stops counting at 100000 blocks of an order", .flags = ML_COL_WIDE),
};

static const struct ml_table types_table = {
	.id = "types",
	.title = "migrate types",
	.help = "one row per zone and migrate type",
	.source = "/proc/pagetypeinfo",
	ML_TABLE_COLS(types_cols),
	.row_size = sizeof(struct types_row),
	.flags = ML_TABLE_DEFAULT,
};

static uint64_t free_of_type(const struct ml_pagetype_row *t)
{
	uint64_t pages = 0;

	for (unsigned o = 0; o < t->norders && o < 63; o++)
		pages = ml_add(pages, ml_mul(t->blocks[o], 1ull << o));
	return t->norders ? pages : ML_NONE;
}

/* Rows of one zone stand together. */
static uint64_t zone_pageblocks(const struct ml_rows *types, size_t from)
{
	const struct ml_pagetype_row *first = ml_rows_at(types, from), *t;
	uint64_t sum = 0;

	for (size_t i = from; i < types->n; i++) {
		t = ml_rows_at(types, i);
		if (t->node != first->node || !ml_str_eq(t->zone, first->zone))
			break;
		sum = ml_add(sum, ml_or0(t->pageblocks));
	}
	return sum;
}

static int build_types(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *types = ml_snap_parsed(b->cur, ML_FEED_PAGETYPEINFO);
	const struct ml_pagetype_row *t, *zone = NULL;
	uint64_t all = 0;

	if (!types)
		return 0;
	ml_for_each_row(t, &types->rows) {
		struct types_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		if (!zone || t->node != zone->node || !ml_str_eq(t->zone, zone->zone)) {
			zone = t;
			all = zone_pageblocks(&types->rows, t_i);
		}
		*row = (struct types_row){
			.node = t->node,
			.zone = t->zone,
			.type = t->type,
			.free = ml_snap_pages(b->cur, free_of_type(t)),
			.pageblocks = t->pageblocks,
			.share = ml_ratio(t->pageblocks, all),
			.mixed = t->mixed_pageblocks,
			.bound = ml_str_of(t->capped ? "free is a lower bound" : NULL),
		};
	}
	return 0;
}

/* ---- forecast ---- */

struct forecast_row {
	uint64_t node;
	uint64_t page_bytes;
	uint64_t now;
	uint64_t upper;
	struct ml_str note;
};

static const struct ml_col forecast_cols[] = {
	ML_LABEL(struct forecast_row, node, "node", "NODE", "NUMA node"),
	ML_BYTES(struct forecast_row, page_bytes, "page_bytes", "PAGE", "size of a huge page"),
	ML_COUNT(struct forecast_row, now, "now", "NOW",
		 "huge pages to be had at once, without compaction: what is there, less one"),
	ML_COUNT(struct forecast_row, upper, "upper", "UPPER",
		 "the most after perfect compaction; beyond it memory must be freed first"),
	ML_LABEL(struct forecast_row, note, "note", "", "what the interval means here",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table forecast_table = {
	.id = "forecast",
	.title = "huge pages to be had",
	.help = "one row per node and huge page size: an interval, since compaction may fail",
	.source = "/proc/buddyinfo, /proc/zoneinfo, /sys/kernel/mm/hugepages",
	ML_TABLE_COLS(forecast_cols),
	.row_size = sizeof(struct forecast_row),
	.flags = ML_TABLE_DEFAULT,
};

struct forecast {
	struct ml_build *b;
	struct ml_rows zones;
	struct ml_rows *out;
	size_t nnodes;
};

/* Frames that are not initialised yet become free blocks when they are needed; of which
 * node is known only when there is but one. */
static uint64_t uninitialised_pages(const struct forecast *f)
{
	uint64_t bytes = f->nnodes == 1 ? ml_uninitialised(f->b->cur) : ML_NONE;

	return ml_or0(bytes) / f->b->cur->page_size;
}

static const char *forecast_note(const struct forecast *f, uint64_t order, uint64_t now,
				 uint64_t upper, uint64_t max_order)
{
	uint64_t ok = ml_snap_vm(f->b->cur, "compact_success");
	uint64_t all = ml_add(ok, ml_snap_vm(f->b->cur, "compact_fail"));

	if (order > max_order)
		return "beyond the allocator's blocks: a bound only, reserve at boot";
	if (!upper)
		return "none without freeing memory";
	if (now == upper || all == ML_NONE || !all)
		return NULL;
	return ml_arena_printf(
		f->b->arena, "beyond now: compaction, which succeeded %llu of %llu times",
		(unsigned long long)ok, (unsigned long long)all);
}

static int add_forecast(struct forecast *f, uint64_t node, uint64_t bytes)
{
	uint64_t order = ml_frag_order(f->b->cur, bytes), now = 0, upper = 0,
		 max_order = 0;
	const struct ml_frag_zone *z;
	struct forecast_row *row;

	if (order > 40) /* ML_NONE too */
		return 0;
	ml_for_each_row(z, &f->zones) {
		uint64_t zone_now, zone_upper;

		if (z->buddy->node != node)
			continue;
		if (z->buddy->norders > max_order + 1)
			max_order = z->buddy->norders - 1;
		ml_frag_forecast(z, (unsigned)order, &zone_now, &zone_upper);
		now = ml_add(now, zone_now);
		upper = ml_add(upper, zone_upper);
	}
	upper = ml_add(upper, uninitialised_pages(f) >> order);
	row = ml_rows_add(f->out, f->b->arena);
	if (!row)
		return -ENOMEM;
	*row = (struct forecast_row){
		.node = node,
		.page_bytes = bytes,
		.now = ml_sub_sat(now, 1), /* measured: a take may miss by one page */
		.upper = upper,
	};
	row->note = ml_str_of(forecast_note(f, order, row->now, upper, max_order));
	return 0;
}

static int forecast_node(struct forecast *f, uint64_t node)
{
	const struct ml_parsed *sizes = ml_snap_parsed(f->b->cur, ML_FEED_HUGEPAGE_SIZES);
	uint64_t standard = ml_snap_mem(f->b->cur, "Hugepagesize");
	const uint64_t *bytes;

	if (!sizes || !sizes->rows.n)
		return standard == ML_NONE ? 0 : add_forecast(f, node, standard);
	ml_for_each_row(bytes, &sizes->rows)
		if (add_forecast(f, node, *bytes))
			return -ENOMEM;
	return 0;
}

/* Zones of one node stand together. */
static bool starts_node(const struct ml_rows *zones, size_t i)
{
	const struct ml_frag_zone *z = ml_rows_at(zones, i);
	const struct ml_frag_zone *before = i ? ml_rows_at(zones, i - 1) : NULL;

	return !before || before->buddy->node != z->buddy->node;
}

static int build_forecast(struct ml_build *b, struct ml_rows *ret)
{
	struct forecast f = { .b = b, .out = ret };
	const struct ml_frag_zone *z;

	if (ml_frag_zones(b->cur, b->arena, &f.zones))
		return -ENOMEM;
	for (size_t i = 0; i < f.zones.n; i++)
		f.nnodes += starts_node(&f.zones, i);
	for (size_t i = 0; i < f.zones.n; i++) {
		z = ml_rows_at(&f.zones, i);
		if (starts_node(&f.zones, i) && forecast_node(&f, z->buddy->node))
			return -ENOMEM;
	}
	return 0;
}

#define ZONE_FEEDS (ML_FEED(ZONEINFO) | ML_FEED(MEMINFO))

static const struct ml_part parts[] = {
	{ &zones_table, build_zones, ML_FEED(BUDDYINFO),
	  ZONE_FEEDS | ML_FEED(PAGETYPEINFO) },
	{ &frag_table, build_frag, ML_FEED(BUDDYINFO), 0 },
	{ &types_table, build_types, 0, ML_FEED(PAGETYPEINFO) },
	{ &forecast_table, build_forecast, ML_FEED(BUDDYINFO),
	  ZONE_FEEDS | ML_FEED(VMSTAT) | ML_FEED(HUGEPAGE_SIZES) },
};

const struct ml_report ml_report_frag = {
	.id = "frag",
	.title = "free memory by block size, and the huge pages it can give",
	ML_REPORT_PARTS(parts),
};
