/* SPDX-License-Identifier: MIT */
/* layout_parts: how the kernel divides the physical map - zones, and memory blocks. */
#include <errno.h>

#include "model/memory_blocks.h"
#include "model/physical.h"
#include "model/zone.h"
#include "parse/zoneinfo.h"
#include "report/layout.h"

/* ---- zones ---- */

struct zone_row {
	uint64_t node;
	struct ml_str zone;
	uint64_t start, end;
	uint64_t spanned, ram, present, managed, reserved, uninitialised, hole;
};

static const struct ml_col zone_cols[] = {
	ML_LABEL(struct zone_row, node, "node", "NODE", "NUMA node"),
	ML_LABEL(struct zone_row, zone, "zone", "ZONE", "range of physical memory"),
	ML_COL(struct zone_row, start, ML_UNIT_ADDRESS, ML_SEM_LABEL, "start", "START",
	       "physical address of its first byte", .source = "start_pfn (zoneinfo)"),
	ML_COL(struct zone_row, end, ML_UNIT_ADDRESS, ML_SEM_LABEL, "end", "END",
	       "physical address of its last byte", .source = "start_pfn + spanned"),
	ML_BYTES(struct zone_row, spanned, "spanned", "SPANNED", "from start to end"),
	ML_BYTES(struct zone_row, hole, "hole", "HOLES",
		 "of that, what is no memory of this zone", .source = "spanned - present"),
	ML_BYTES(struct zone_row, ram, "ram", "RAM",
		 "System RAM of the map within its span; other zones may lie there too",
		 .source = "/proc/iomem", .flags = ML_COL_HIDDEN),
	ML_BYTES(struct zone_row, present, "present", "PRESENT", "memory that is there"),
	ML_BYTES(struct zone_row, reserved, "reserved", "RESERVED",
		 "of that, what was kept at boot: the allocator never has it",
		 .source = "present - managed - uninitialised"),
	ML_BYTES(struct zone_row, uninitialised, "uninitialised", "NOT INIT",
		 "of that, what is free but not initialised yet; MemTotal counts it",
		 .source = "MemFree - nr_free_pages", .flags = ML_COL_SPARSE),
	ML_BYTES(struct zone_row, managed, "managed", "MANAGED", "memory the allocator has to give"),
};

const struct ml_table ml_layout_zone_table = {
	.id = "zones",
	.help = "where zones lie on the map",
	.source = "/proc/zoneinfo",
	ML_TABLE_COLS(zone_cols),
	.row_size = sizeof(struct zone_row),
	.flags = ML_TABLE_DEFAULT,
};

static uint64_t ram_within(const struct ml_snap *snap, uint64_t start, uint64_t end)
{
	const struct ml_parsed *iomem = ml_snap_parsed(snap, ML_FEED_IOMEM);
	const struct ml_iomem_row *r;
	uint64_t sum = 0;

	if (!iomem || !iomem->rows.n || start == ML_NONE || end == ML_NONE)
		return ML_NONE;
	ml_for_each_row(r, &iomem->rows) {
		uint64_t from = r->start > start ? r->start : start;
		uint64_t to = r->end < end ? r->end : end;

		if (ml_iomem_is_ram(r) && from <= to)
			sum = ml_add(sum, ml_add(to - from, 1));
	}
	return sum;
}

/* Initialisation lags in the last zone of a node alone (mm/mm_init.c, defer_init()). Of
 * which node is known only when there is but one: with more, it stays in what is
 * reserved, and a note says so. */
static int part_uninitialised(struct ml_build *b, struct ml_rows *zones)
{
	uint64_t bytes = ml_or0(ml_uninitialised(b->cur));
	struct zone_row *row, *last = NULL;
	bool one_node = true;

	ml_for_each_row(row, zones) {
		row->uninitialised = 0;
		one_node &= !last || last->node == row->node;
		if (ml_or0(row->present))
			last = row;
	}
	if (!bytes || !last)
		return 0;
	if (one_node && last->reserved != ML_NONE && bytes <= last->reserved) {
		last->uninitialised = bytes;
		last->reserved -= bytes;
		return 0;
	}
	for (size_t i = 0; i < zones->n; i++)
		((struct zone_row *)ml_rows_at(zones, i))->uninitialised = ML_NONE;
	return ml_note(b, "reserved holds memory that is free but not initialised yet, "
			  "which MemTotal counts");
}

int ml_build_layout_zones(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *zoneinfo = ml_snap_parsed(b->cur, ML_FEED_ZONEINFO);
	const struct ml_zoneinfo_row *z;

	if (!zoneinfo)
		return 0;
	ml_for_each_row(z, &zoneinfo->rows) {
		struct zone_row *row;

		if (!ml_or0(z->spanned) && !ml_or0(z->present))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		*row = (struct zone_row){
			.node = z->node,
			.zone = z->zone,
			.start = ml_snap_pages(b->cur, z->start_pfn),
			.spanned = ml_snap_pages(b->cur, z->spanned),
			.present = ml_snap_pages(b->cur, z->present),
			.managed = ml_snap_pages(b->cur, z->managed),
		};
		row->end = ml_sub_sat(ml_add(row->start, row->spanned), 1);
		row->hole = ml_sub_sat(row->spanned, row->present);
		row->reserved = ml_sub_sat(row->present, row->managed);
		row->ram = ram_within(b->cur, row->start, row->end);
	}
	return part_uninitialised(b, ret);
}

/* ---- blocks ---- */

/* Neighbours that differ in nothing. */
struct block_row {
	struct ml_memory_block first;
	uint64_t last, count;
	uint64_t start, end, size;
};

static const struct ml_col block_cols[] = {
	ML_LABEL(struct block_row, first.index, "first", "BLOCK", "number of the first block"),
	ML_LABEL(struct block_row, last, "last", "LAST", "number of the last one"),
	ML_COUNT(struct block_row, count, "count", "BLOCKS", "how many these are"),
	ML_COL(struct block_row, start, ML_UNIT_ADDRESS, ML_SEM_LABEL, "start", "START",
	       "physical address of the first byte", .source = "number x block_size_bytes"),
	ML_COL(struct block_row, end, ML_UNIT_ADDRESS, ML_SEM_LABEL, "end", "END",
	       "physical address of the last byte"),
	ML_BYTES(struct block_row, size, "size", "SIZE",
		 "their length; firmware may have given less of it"),
	ML_LABEL(struct block_row, first.state, "state", "STATE", "online, offline or going-offline",
		 .source = "state"),
	ML_LABEL(struct block_row, first.node, "node", "NODE", "NUMA node", .source = "node*/memory*"),
	ML_LABEL(struct block_row, first.removable, "removable", "REMOVABLE",
		 "1: the kernel can try to take it offline", .source = "removable",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct block_row, first.zones, "zones", "ZONES",
		 "zone of an online block, none if it lies in several; else those it can go to",
		 .source = "valid_zones", .flags = ML_COL_WIDE),
};

const struct ml_table ml_layout_block_table = {
	.id = "blocks",
	.help = "memory blocks, in which memory goes on and off line; neighbours alike as one row",
	.source = "/sys/devices/system/memory",
	ML_TABLE_COLS(block_cols),
	.row_size = sizeof(struct block_row),
	.flags = ML_TABLE_DEFAULT,
};

static bool goes_on(const struct block_row *row, const struct ml_memory_block *block)
{
	const struct ml_memory_block *first = &row->first;

	return block->index == row->last + 1 && block->node == first->node &&
	       block->removable == first->removable &&
	       ml_str_eq(block->state, first->state) &&
	       ml_str_eq(block->zones, first->zones);
}

static void measure(struct block_row *row, uint64_t block_size)
{
	row->count = row->last - row->first.index + 1;
	row->size = ml_mul(row->count, block_size);
	row->start = ml_mul(row->first.index, block_size);
	row->end = ml_sub_sat(ml_add(row->start, row->size), 1);
}

int ml_build_layout_blocks(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *feed = ml_snap_parsed(b->cur, ML_FEED_MEMORY_BLOCKS);
	const struct ml_memory_blocks_head *head = feed ? feed->head : NULL;
	const struct ml_memory_block *block;
	struct block_row *row = NULL;

	if (!feed)
		return 0;
	ml_for_each_row(block, &feed->rows) {
		if (!row || !goes_on(row, block)) {
			row = ml_rows_add(ret, b->arena);
			if (!row)
				return -ENOMEM;
			row->first = *block;
		}
		row->last = block->index;
		measure(row, head ? head->block_size : ML_NONE);
	}
	return 0;
}
