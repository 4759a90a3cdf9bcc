/* SPDX-License-Identifier: MIT */
/* diff_kernel: what changed of the kernel's own memory - slab caches, vmalloc, zones. */
#include <errno.h>
#include <stddef.h>

#include "model/frag.h"
#include "model/slab.h"
#include "model/vmalloc.h"
#include "parse/zoneinfo.h"
#include "report/diff.h"

/* ---- slab caches ---- */

struct slab_row {
	struct ml_change c;
	struct ml_str cache;
	uint64_t active, objects;
	int64_t active_change, objects_change;
};

static const struct ml_col slab_cols[] = {
	ML_CHANGE_COLS(struct slab_row, ML_UNIT_BYTES, "the RAM of the cache"),
	ML_COL(struct slab_row, active_change, ML_UNIT_COUNT, ML_SEM_GAUGE, "active_change",
	       "ACTIVE+", "change of the objects in use"),
	ML_COL(struct slab_row, objects_change, ML_UNIT_COUNT, ML_SEM_GAUGE,
	       "objects_change", "OBJECTS+", "change of the objects there is room for",
	       .flags = ML_COL_HIDDEN),
	ML_LABEL(struct slab_row, cache, "cache", "CACHE", "name of the cache",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_slab_table = {
	.id = "slab",
	.title = "slab caches",
	.help = "slab caches that changed",
	.source = "/proc/slabinfo",
	ML_TABLE_COLS(slab_cols),
	.row_size = sizeof(struct slab_row),
	.flags = ML_TABLE_DEFAULT,
};

static int collect_slab(struct ml_build *b, const struct ml_snap *snap,
			struct ml_rows *ret)
{
	struct ml_rows caches = { 0 };
	const struct ml_slab_row *cache;

	if (ml_slab_caches(NULL, snap, b->arena, &caches))
		return -ENOMEM;
	ml_for_each_row(cache, &caches) {
		struct slab_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		row->cache = cache->cache;
		row->active = cache->active;
		row->objects = cache->objects;
		row->c.after = ml_diff_size(cache->bytes);
	}
	return 0;
}

static int by_cache(const void *a, const void *b)
{
	return ml_str_cmp(((const struct slab_row *)a)->cache,
			  ((const struct slab_row *)b)->cache);
}

static void pair_slab(const struct ml_build *b, void *data, const void *before,
		      const void *after)
{
	struct slab_row *row = data;

	(void)b;
	row->active_change =
		ml_diff_member(before, after, offsetof(struct slab_row, active));
	row->objects_change =
		ml_diff_member(before, after, offsetof(struct slab_row, objects));
}

static const struct ml_level slab = {
	.need = ML_FEED(SLABINFO),
	.row_size = sizeof(struct slab_row),
	.collect = collect_slab,
	.cmp = by_cache,
	.pair = pair_slab,
};

int ml_diff_build_slab(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &slab, ret);
}

/* ---- vmalloc ---- */

struct vmalloc_row {
	struct ml_change c;
	struct ml_str caller, module, kind;
	uint64_t areas, space;
	int64_t areas_change, space_change;
};

static const struct ml_col vmalloc_cols[] = {
	ML_CHANGE_COLS(struct vmalloc_row, ML_UNIT_BYTES, "the RAM of the caller's areas"),
	ML_COL(struct vmalloc_row, areas_change, ML_UNIT_COUNT, ML_SEM_GAUGE, "areas_change",
	       "AREAS+", "change of the number of areas"),
	ML_COL(struct vmalloc_row, space_change, ML_UNIT_BYTES, ML_SEM_GAUGE, "space_change",
	       "SPACE+", "change of the addresses they take", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct vmalloc_row, kind, "kind", "KIND", "vmalloc, vmap, ioremap, ..."),
	ML_LABEL(struct vmalloc_row, module, "module", "MODULE", "module of the caller",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct vmalloc_row, caller, "caller", "CALLER",
		 "function that asked for the areas", .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_vmalloc_table = {
	.id = "vmalloc",
	.title = "vmalloc",
	.help = "callers of vmalloc whose areas changed",
	.source = "/proc/vmallocinfo",
	ML_TABLE_COLS(vmalloc_cols),
	.row_size = sizeof(struct vmalloc_row),
	.flags = ML_TABLE_DEFAULT,
};

static int collect_vmalloc(struct ml_build *b, const struct ml_snap *snap,
			   struct ml_rows *ret)
{
	struct ml_rows callers = { 0 };
	const struct ml_vmalloc_row *caller;

	if (ml_vmalloc_by_caller(snap, b->arena, &callers))
		return -ENOMEM;
	ml_for_each_row(caller, &callers) {
		struct vmalloc_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		row->caller = caller->caller;
		row->module = caller->module;
		row->kind = caller->kind;
		row->areas = caller->areas;
		row->space = caller->space;
		row->c.after = ml_diff_size(caller->bytes);
	}
	return 0;
}

static int by_caller(const void *a, const void *b)
{
	const struct vmalloc_row *x = a, *y = b;
	int order = ml_str_cmp(x->caller, y->caller);

	if (!order)
		order = ml_str_cmp(x->module, y->module);
	return order ? order : ml_str_cmp(x->kind, y->kind);
}

static void pair_vmalloc(const struct ml_build *b, void *data, const void *before,
			 const void *after)
{
	struct vmalloc_row *row = data;

	(void)b;
	row->areas_change =
		ml_diff_member(before, after, offsetof(struct vmalloc_row, areas));
	row->space_change =
		ml_diff_member(before, after, offsetof(struct vmalloc_row, space));
}

static const struct ml_level vmalloc = {
	.need = ML_FEED(VMALLOCINFO),
	.row_size = sizeof(struct vmalloc_row),
	.collect = collect_vmalloc,
	.cmp = by_caller,
	.pair = pair_vmalloc,
};

int ml_diff_build_vmalloc(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &vmalloc, ret);
}

/* ---- zones ---- */

struct zone_row {
	struct ml_change c;
	uint64_t node;
	struct ml_str zone, name;
};

static const struct ml_col zone_cols[] = {
	ML_CHANGE_COLS(struct zone_row, ML_UNIT_BYTES, "it"),
	ML_LABEL(struct zone_row, node, "node", "NODE", "NUMA node"),
	ML_LABEL(struct zone_row, zone, "zone", "ZONE", "range of physical memory"),
	ML_LABEL(struct zone_row, name, "name", "OF IT",
		 "free, a mark, pcp, managed, present, or largest: the largest block to be had",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_zone_table = {
	.id = "zones",
	.title = "zones",
	.help = "free memory, watermarks and largest blocks of the zones that changed",
	.source = "/proc/zoneinfo, /proc/buddyinfo",
	ML_TABLE_COLS(zone_cols),
	.row_size = sizeof(struct zone_row),
	.flags = ML_TABLE_DEFAULT,
};

static int add_of_zone(struct ml_build *b, struct ml_rows *ret, uint64_t node,
		       struct ml_str zone, const char *name, uint64_t bytes)
{
	struct zone_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	row->node = node;
	row->zone = zone;
	row->name = ml_str_of(name);
	row->c.after = ml_diff_size(bytes);
	return 0;
}

static int collect_marks(struct ml_build *b, const struct ml_snap *snap,
			 const struct ml_zoneinfo_row *z, struct ml_rows *ret)
{
	const struct {
		const char *name;
		uint64_t nr_pages;
	} marks[] = {
		{ "free", z->free },       { "min", z->min },         { "low", z->low },
		{ "high", z->high },       { "boost", z->boost },     { "pcp", z->pcp_count },
		{ "managed", z->managed }, { "present", z->present },
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(marks); i++)
		if (add_of_zone(b, ret, z->node, z->zone, marks[i].name,
				ml_snap_pages(snap, marks[i].nr_pages)))
			return -ENOMEM;
	return 0;
}

/* Only where both instants tell: with zoneinfo the marks are held against it. */
static int collect_largest(struct ml_build *b, const struct ml_snap *snap,
			   struct ml_rows *ret)
{
	struct ml_rows zones = { 0 };
	const struct ml_frag_zone *z;

	if (!ml_snap_parsed(b->prev, ML_FEED_BUDDYINFO) ||
	    !ml_snap_parsed(b->cur, ML_FEED_BUDDYINFO))
		return 0;
	if (ml_frag_zones(snap, b->arena, &zones))
		return -ENOMEM;
	ml_for_each_row(z, &zones) {
		uint64_t order = ml_frag_largest_order(snap, z);
		uint64_t pages = order == ML_NONE ? 0 : 1ull << order;

		if (add_of_zone(b, ret, z->buddy->node, z->buddy->zone, "largest",
				ml_snap_pages(snap, pages)))
			return -ENOMEM;
	}
	return 0;
}

static int collect_zones(struct ml_build *b, const struct ml_snap *snap,
			 struct ml_rows *ret)
{
	const struct ml_parsed *zoneinfo = ml_snap_parsed(snap, ML_FEED_ZONEINFO);
	const struct ml_zoneinfo_row *z;

	ml_for_each_row(z, &zoneinfo->rows)
		if (collect_marks(b, snap, z, ret))
			return -ENOMEM;
	return collect_largest(b, snap, ret);
}

static int by_zone(const void *a, const void *b)
{
	const struct zone_row *x = a, *y = b;
	int order = (x->node > y->node) - (x->node < y->node);

	if (!order)
		order = ml_str_cmp(x->zone, y->zone);
	return order ? order : ml_str_cmp(x->name, y->name);
}

static const struct ml_level zones = {
	.need = ML_FEED(ZONEINFO),
	.use = ML_FEED(BUDDYINFO),
	.row_size = sizeof(struct zone_row),
	.lasting = true,
	.collect = collect_zones,
	.cmp = by_zone,
};

int ml_diff_build_zones(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &zones, ret);
}
