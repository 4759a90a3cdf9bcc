/* SPDX-License-Identifier: MIT */
/* layout: the physical map - ranges of addresses, and what each is for. */
#include "report/layout.h"

#include <errno.h>

#include "model/physical.h"
#include "model/zone.h"
#include "report/physical.h"

/* ---- the map ---- */

struct map_row {
	struct ml_str key, parent, name;
	uint64_t start, end, size;
	struct ml_str kind;
};

static const struct ml_col map_cols[] = {
	ML_LABEL(struct map_row, key, "key", "KEY", "the range, and how deep it lies",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct map_row, parent, "parent", "PARENT", "the range that it lies in",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct map_row, name, "name", "RANGE", "the kernel's name of it"),
	ML_COL(struct map_row, start, ML_UNIT_ADDRESS, ML_SEM_LABEL, "start", "START",
	       "physical address of its first byte"),
	ML_COL(struct map_row, end, ML_UNIT_ADDRESS, ML_SEM_LABEL, "end", "END",
	       "physical address of its last byte"),
	ML_BYTES(struct map_row, size, "size", "SIZE", "its length"),
	ML_LABEL(struct map_row, kind, "kind", "KIND",
		 "ram, kernel, crash kernel, reserved, firmware, persistent, soft reserved, device or "
		 "hole"),
};

static const struct ml_table map_table = {
	.id = "map",
	.help = "ranges of physical addresses, RAM with what lies in it, and the holes between",
	.source = "/proc/iomem",
	ML_TABLE_COLS(map_cols),
	.row_size = sizeof(struct map_row),
	.layout = ML_LAYOUT_TREE,
	.flags = ML_TABLE_DEFAULT,
};

static const struct ml_table all_table = {
	.id = "all",
	.help = "every range, those of devices too",
	.source = "/proc/iomem",
	ML_TABLE_COLS(map_cols),
	.row_size = sizeof(struct map_row),
	.layout = ML_LAYOUT_TREE,
};

/* By how a name begins; the first that fits. What none fits is a device's. */
static const struct {
	const char *begins;
	const char *kind;
} kinds[] = {
	{ "System RAM",        "ram"           },
	{ "Kernel ",           "kernel"        },
	{ "Crash kernel",      "crash kernel"  },
	{ "Reserved",          "reserved"      },
	{ "reserved",          "reserved"      },
	{ "Persistent Memory", "persistent"    },
	{ "Soft Reserved",     "soft reserved" },
	{ "ACPI ",             "firmware"      },
	{ "System ROM",        "firmware"      },
	{ "Video ROM",         "firmware"      },
	{ "Adapter ROM",       "firmware"      },
	{ "Unusable memory",   "unusable"      },
};

static const char *kind_of(struct ml_str name)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(kinds); i++)
		if (ml_str_starts(name, kinds[i].begins))
			return kinds[i].kind;
	return "device";
}

struct map_walk {
	struct ml_build *b;
	struct ml_rows *ret;
	struct ml_str parents[ML_LAYOUT_DEPTH]; /* key of the last range so deep */
	bool memory;     /* the top range is RAM of some kind: what is in it is shown */
	uint64_t next;   /* address after the top ranges so far */
	uint64_t ram_end; /* of the last RAM: beyond it there are no holes */
	bool all;
};

static int add_range(struct map_walk *w, uint64_t depth, uint64_t start, uint64_t end,
		     struct ml_str name, const char *kind)
{
	struct map_row *row = ml_rows_add(w->ret, w->b->arena);

	if (!row)
		return -ENOMEM;
	row->key = ml_str_of(
		ml_arena_printf(w->b->arena, "%llx-%llx/%llu", (unsigned long long)start,
				(unsigned long long)end, (unsigned long long)depth));
	if (!row->key.p)
		return -ENOMEM;
	row->name = name;
	row->start = start;
	row->end = end;
	row->size = ml_add(end - start, 1);
	row->kind = ml_str_of(kind);
	if (depth)
		row->parent = w->parents[depth - 1];
	w->parents[depth] = row->key;
	return 0;
}

/* Between the top ranges, up to where RAM ends. */
static int add_hole(struct map_walk *w, uint64_t start)
{
	if (start <= w->next || w->next > w->ram_end)
		return 0;
	return add_range(w, 0, w->next, start - 1, ML_STR("(nothing)"), "hole");
}

static int add_iomem(struct map_walk *w, const struct ml_iomem_row *r, uint64_t depth)
{
	const char *kind = kind_of(r->name);

	if (!depth) {
		if (add_hole(w, r->start))
			return -ENOMEM;
		w->memory = strcmp(kind, "ram") == 0 || strcmp(kind, "persistent") == 0 ||
			    strcmp(kind, "soft reserved") == 0;
		if (ml_add(r->end, 1) > w->next)
			w->next = ml_add(r->end, 1);
	} else if (!w->all && !w->memory) {
		return 0;
	}
	return add_range(w, depth, r->start, r->end, r->name, kind);
}

static uint64_t end_of_ram(const struct ml_rows *rows)
{
	const struct ml_iomem_row *r;
	uint64_t end = 0;

	ml_for_each_row(r, rows)
		if (ml_iomem_is_ram(r) && r->end > end)
			end = r->end;
	return end;
}

/* A level that a broken file skips is taken for the next one down. */
static int build_ranges(struct ml_build *b, bool all, struct ml_rows *ret)
{
	const struct ml_parsed *iomem = ml_snap_parsed(b->cur, ML_FEED_IOMEM);
	struct map_walk w = { .b = b, .ret = ret, .all = all };
	const struct ml_iomem_row *r;
	uint64_t below = 0;

	if (!iomem)
		return 0;
	ret->size = sizeof(struct map_row);
	w.ram_end = end_of_ram(&iomem->rows);
	ml_for_each_row(r, &iomem->rows) {
		uint64_t depth = r->depth < below ? r->depth : below;

		if (add_iomem(&w, r, depth))
			return -ENOMEM;
		below = depth + 1 < ML_LAYOUT_DEPTH ? depth + 1 : depth;
	}
	return 0;
}

static int build_map(struct ml_build *b, struct ml_rows *ret)
{
	return build_ranges(b, false, ret);
}

static int build_all(struct ml_build *b, struct ml_rows *ret)
{
	return build_ranges(b, true, ret);
}

/* ---- down to MemTotal ---- */

static int add_summary(struct ml_build *b, struct ml_rows *ret, const char *key,
		       const char *parent, const char *name, const char *source,
		       uint64_t bytes, uint64_t whole)
{
	struct ml_account_row *row;

	if (bytes == ML_NONE || !bytes)
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	*row = (struct ml_account_row){
		.key = ml_str_of(key),
		.parent = ml_str_of(parent),
		.name = ml_str_of(name),
		.source = ml_str_of(source),
		.bytes = (int64_t)bytes,
		.share = ml_ratio(bytes, whole),
	};
	return 0;
}

/* Zones tell what iomem does not, but for blocks that are offline. */
static int summary_by_zones(struct ml_build *b, struct ml_rows *ret)
{
	uint64_t total = ml_snap_mem(b->cur, "MemTotal"), present, memmap, rest;
	struct ml_zone_sums zones;

	ml_zone_sums(b->cur, &zones);
	present = ml_snap_pages(b->cur, zones.present);
	memmap = ml_snap_pages(b->cur, ml_snap_vm(b->cur, "nr_memmap_boot_pages"));
	if (present == ML_NONE || total == ML_NONE)
		return 0;
	rest = ml_sub_sat(ml_sub_sat(present, total), ml_or0(memmap));
	if (add_summary(b, ret, "present", NULL, "RAM in zones", "present (zoneinfo)",
			present, present) ||
	    add_summary(b, ret, "mem_total", "present", "MemTotal", "MemTotal", total,
			present) ||
	    add_summary(b, ret, "memmap_boot", "present", "struct pages",
			"nr_memmap_boot_pages", memmap, present) ||
	    add_summary(b, ret, "reserved", "present",
			memmap == ML_NONE
				? "kernel image, struct pages, boot reservations"
				: "kernel image, boot reservations",
			"present - the parts above", rest, present))
		return -ENOMEM;
	return ml_note(b,
		       "the map is not told: by zones, which leave out what is offline");
}

static int build_summary(struct ml_build *b, struct ml_rows *ret)
{
	int rc = ml_build_physical(b, ret);

	ret->size = sizeof(struct ml_account_row);
	return rc || ret->n ? rc : summary_by_zones(b, ret);
}

static const struct ml_part parts[] = {
	{ &ml_summary_table, build_summary, 0, ML_PHYSICAL_FEEDS },
	{ &map_table, build_map, 0, ML_FEED(IOMEM) },
	{ &ml_layout_zone_table, ml_build_layout_zones, ML_FEED(ZONEINFO),
	  ML_FEED(IOMEM) | ML_FEED(MEMINFO) | ML_FEED(VMSTAT) },
	{ &ml_layout_block_table, ml_build_layout_blocks, 0, ML_FEED(MEMORY_BLOCKS) },
	{ &all_table, build_all, 0, ML_FEED(IOMEM) },
};

const struct ml_report ml_report_layout = {
	.id = "layout",
	.title = "the physical map: RAM, reservations, blocks and zones",
	ML_REPORT_PARTS(parts),
};
