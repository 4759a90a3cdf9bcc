/* SPDX-License-Identifier: MIT */
/* free: totals of memory and swap, and what other tools call "used". */
#include <errno.h>

#include "model/node.h"
#include "parse/swaps.h"
#include "report/numa.h"

struct free_row {
	struct ml_str what;
	uint64_t total, used, free, shared, buff_cache, available;
};

static const struct ml_col free_cols[] = {
	ML_LABEL(struct free_row, what, "what", "", "memory or swap"),
	ML_BYTES(struct free_row, total, "total", "TOTAL",
		 "usable RAM, or the size of all swap areas", .source = "MemTotal, SwapTotal"),
	ML_BYTES(struct free_row, used, "used", "USED",
		 "memory that is not available to new programs without swapping",
		 .source = "MemTotal - MemAvailable, SwapTotal - SwapFree"),
	ML_BYTES(struct free_row, free, "free", "FREE", "memory that holds nothing at all",
		 .source = "MemFree, SwapFree"),
	ML_BYTES(struct free_row, shared, "shared", "SHARED",
		 "tmpfs, System V and memfd memory; cannot be dropped, only swapped",
		 .source = "Shmem"),
	ML_BYTES(struct free_row, buff_cache, "buff_cache", "BUFF/CACHE",
		 "page cache and reclaimable slab; contains the shared memory",
		 .source = "Buffers + Cached + SReclaimable"),
	ML_BYTES(struct free_row, available, "available", "AVAILABLE",
		 "what new programs can have without swapping, by the kernel's estimate",
		 .source = "MemAvailable"),
};

static const struct ml_table free_table = {
	.id = "free",
	.help = "memory and swap",
	.source = "/proc/meminfo",
	ML_TABLE_COLS(free_cols),
	.row_size = sizeof(struct free_row),
	.flags = ML_TABLE_DEFAULT,
};

static int build_free(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_snap *s = b->cur;
	uint64_t total = ml_snap_mem(s, "MemTotal"), free = ml_snap_mem(s, "MemFree");
	uint64_t available = ml_snap_mem(s, "MemAvailable");
	uint64_t swap = ml_snap_mem(s, "SwapTotal"),
		 swap_free = ml_snap_mem(s, "SwapFree");
	uint64_t cached = ml_add(ml_snap_mem(s, "Cached"), ml_snap_mem(s, "Buffers"));
	struct free_row *mem = ml_rows_add(ret, b->arena), *sw;

	if (!mem)
		return -ENOMEM;
	cached = ml_add(cached, ml_or0(ml_snap_mem(s, "SReclaimable")));
	*mem = (struct free_row){
		.what = ML_STR("Mem"),
		.total = total,
		/* without MemAvailable (before 3.14): what is neither free nor cache */
		.used = ml_sub_sat(total, available != ML_NONE ? available
							       : ml_add(free, cached)),
		.free = free,
		.shared = ml_snap_mem(s, "Shmem"),
		.buff_cache = cached,
		.available = available,
	};
	sw = ml_rows_add(ret, b->arena);
	if (!sw)
		return -ENOMEM;
	*sw = (struct free_row){
		.what = ML_STR("Swap"),
		.total = swap,
		.used = ml_sub_sat(swap, swap_free),
		.free = swap_free,
		.shared = ML_NONE,
		.buff_cache = ML_NONE,
		.available = ML_NONE,
	};
	if (available == ML_NONE && total != ML_NONE)
		return ml_note(
			b,
			"this kernel has no MemAvailable: used is what is neither free "
			"nor cache");
	return 0;
}

/* ---- what others call used ---- */

struct compare_row {
	struct ml_str tool;
	uint64_t used;
	double share;
	struct ml_str formula;
};

static const struct ml_col compare_cols[] = {
	ML_LABEL(struct compare_row, tool, "tool", "TOOL", "who shows this number"),
	ML_BYTES(struct compare_row, used, "used", "USED", "memory in use as this tool counts it"),
	ML_RATIO(struct compare_row, share, "share", "SHARE", "part of MemTotal"),
	ML_LABEL(struct compare_row, formula, "formula", "FORMULA",
		 "how it comes about, in names of /proc/meminfo", .flags = ML_COL_WIDE),
};

static const struct ml_table compare_table = {
	.id = "compare",
	.title = "\"used\" as others count it",
	.help = "the used memory of other tools side by side, each with its formula",
	.source = "/proc/meminfo",
	ML_TABLE_COLS(compare_cols),
	.row_size = sizeof(struct compare_row),
};

/* MemTotal less these; a term that this kernel lacks counts as nothing. */
struct formula {
	const char *tool;
	const char *text;
	const char *plus[4];
	const char *minus[8];
};

static const struct formula formulas[] = {
	{ "free, top (procps 4)", "MemTotal - MemAvailable", { "MemTotal" }, { "MemAvailable" } },
	{ "free, top (procps 3.3)",
	  "MemTotal - MemFree - Buffers - Cached - SReclaimable",
	  { "MemTotal" },
	  { "MemFree", "Buffers", "Cached", "SReclaimable" } },
	{ "htop",
	  "MemTotal - MemFree - Buffers - Cached - SReclaimable (shared memory shown apart)",
	  { "MemTotal" },
	  { "MemFree", "Buffers", "Cached", "SReclaimable" } },
	{ "node_exporter, alerts", "MemTotal - MemAvailable", { "MemTotal" }, { "MemAvailable" } },
	{ "node_exporter, graphs",
	  "MemTotal - MemFree - Buffers - Cached",
	  { "MemTotal" },
	  { "MemFree", "Buffers", "Cached" } },
	{ "kubelet working set",
	  "AnonPages + Cached + Buffers + SwapCached - Inactive(file)",
	  { "AnonPages", "Cached", "Buffers", "SwapCached" },
	  { "Inactive(file)" } },
	{ "memlens", "MemTotal - MemAvailable", { "MemTotal" }, { "MemAvailable" } },
};

static uint64_t evaluate(const struct ml_snap *s, const struct formula *f)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(f->plus) && f->plus[i]; i++)
		sum = ml_add(sum, ml_snap_mem(s, f->plus[i]));
	for (size_t i = 0; i < ML_ARRAY_SIZE(f->minus) && f->minus[i]; i++) {
		uint64_t term = ml_snap_mem(s, f->minus[i]);

		if (term == ML_NONE && strcmp(f->minus[i], "MemAvailable") == 0)
			return ML_NONE;
		sum = ml_sub_sat(sum, ml_or0(term));
	}
	return sum;
}

static int build_compare(struct ml_build *b, struct ml_rows *ret)
{
	uint64_t total = ml_snap_mem(b->cur, "MemTotal");

	for (size_t i = 0; i < ML_ARRAY_SIZE(formulas); i++) {
		struct compare_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		row->tool = ml_str_of(formulas[i].tool);
		row->formula = ml_str_of(formulas[i].text);
		row->used = evaluate(b->cur, &formulas[i]);
		row->share = ml_ratio(row->used, total);
	}
	return 0;
}

static int build_swaps(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *swaps = ml_snap_parsed(b->cur, ML_FEED_SWAPS);
	const struct ml_swaps_row *area;

	if (!swaps || !swaps->rows.n)
		return ml_note(b, "there is no swap area");
	ml_for_each_row(area, &swaps->rows) {
		struct ml_swaps_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		*row = *area;
	}
	return 0;
}

/* ---- by node ---- */

struct node_row {
	uint64_t node, total, used, free, shared, buff_cache;
};

static const struct ml_col node_cols[] = {
	ML_LABEL(struct node_row, node, "node", "NODE", "number of the NUMA node"),
	ML_BYTES(struct node_row, total, "total", "TOTAL", "memory of the node",
		 .source = "MemTotal"),
	ML_BYTES(struct node_row, used, "used", "USED",
		 "what is neither free nor cache: no node tells what is available",
		 .source = "MemTotal - free - buff_cache"),
	ML_BYTES(struct node_row, free, "free", "FREE", "memory that holds nothing at all",
		 .source = "MemFree"),
	ML_BYTES(struct node_row, shared, "shared", "SHARED",
		 "tmpfs, System V and memfd memory; cannot be dropped, only swapped",
		 .source = "Shmem"),
	ML_BYTES(struct node_row, buff_cache, "buff_cache", "BUFF/CACHE",
		 "page cache and reclaimable slab; contains the shared memory",
		 .source = "FilePages - SwapCached + SReclaimable"),
};

static const struct ml_table node_table = {
	.id = "nodes",
	.title = "by NUMA node",
	.help = "memory of each NUMA node",
	.source = "/sys/devices/system/node/node*/meminfo",
	ML_TABLE_COLS(node_cols),
	.row_size = sizeof(struct node_row),
};

static void fill_node(const struct ml_node *node, struct node_row *row)
{
	const struct ml_kv *m = &node->meminfo;
	uint64_t cache =
		ml_sub_sat(ml_kv_get(m, "FilePages"), ml_or0(ml_kv_get(m, "SwapCached")));

	*row = (struct node_row){
		.node = node->id,
		.total = ml_kv_get(m, "MemTotal"),
		.free = ml_kv_get(m, "MemFree"),
		.shared = ml_kv_get(m, "Shmem"),
		.buff_cache = ml_add(cache, ml_or0(ml_kv_get(m, "SReclaimable"))),
	};
	row->used = ml_sub_sat(row->total, ml_add(row->free, row->buff_cache));
}

static int build_nodes(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *nodes = ml_snap_parsed(b->cur, ML_FEED_NODES);
	const struct ml_node *node;

	if (!nodes)
		return ml_note(b, "this kernel does not tell of nodes");
	ml_for_each_row(node, &nodes->rows) {
		struct node_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		fill_node(node, row);
	}
	return ml_note_nodes(b);
}

static const struct ml_part parts[] = {
	{ &free_table, build_free, ML_FEED(MEMINFO), 0 },
	{ &compare_table, build_compare, ML_FEED(MEMINFO), 0 },
	{ &ml_swaps_table, build_swaps, 0, ML_FEED(SWAPS) },
	{ &node_table, build_nodes, 0, ML_FEED(NODES) | ML_FEED(MEMINFO) },
};

const struct ml_report ml_report_free = {
	.id = "free",
	.title = "memory and swap in total",
	ML_REPORT_PARTS(parts),
};
