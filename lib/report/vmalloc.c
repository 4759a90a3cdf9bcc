/* SPDX-License-Identifier: MIT */
/* vmalloc: virtually contiguous kernel memory by the function that asked for it. */
#include "model/vmalloc.h"

#include <errno.h>

#include "report/report.h"

static const struct ml_col vmalloc_cols[] = {
	ML_BYTES(struct ml_vmalloc_row, bytes, "bytes", "SIZE",
		 "RAM behind the areas; unknown for mappings of devices, which take none"),
	ML_COUNT(struct ml_vmalloc_row, areas, "areas", "AREAS", "areas of this caller"),
	ML_COUNT(struct ml_vmalloc_row, pages, "pages", "PAGES", "pages behind them",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ml_vmalloc_row, space, "space", "SPACE",
		 "address range they take, guard pages included"),
	ML_LABEL(struct ml_vmalloc_row, kind, "kind", "KIND",
		 "vmalloc, vmap, ioremap, user, ...; unpurged: freed and not yet returned"),
	ML_LABEL(struct ml_vmalloc_row, module, "module", "MODULE",
		 "module of the caller; unknown: the kernel itself"),
	ML_LABEL(struct ml_vmalloc_row, caller, "caller", "CALLER",
		 "function that asked for the memory", .flags = ML_COL_WIDE),
};

static const struct ml_table vmalloc_table = {
	.id = "vmalloc",
	.help = "one row per caller, module and kind, most RAM first",
	.source = "/proc/vmallocinfo",
	ML_TABLE_COLS(vmalloc_cols),
	.row_size = sizeof(struct ml_vmalloc_row),
	.flags = ML_TABLE_DEFAULT,
};

static int build_vmalloc(struct ml_build *b, struct ml_rows *ret)
{
	return ml_vmalloc_by_caller(b->cur, b->arena, ret);
}

struct totals_row {
	uint64_t used, stacks;
};

static const struct ml_col totals_cols[] = {
	ML_BYTES(struct totals_row, used, "used", "vmalloc",
		 "RAM behind all areas; 0 on kernels 4.4 to 5.2, which did not count",
		 .source = "VmallocUsed"),
	ML_BYTES(struct totals_row, stacks, "stacks", "of it kernel stacks",
		 "where the kernel takes stacks from vmalloc (CONFIG_VMAP_STACK)",
		 .source = "KernelStack"),
};

static const struct ml_table totals_table = {
	.id = "totals",
	.help = "all areas together, also readable without privileges",
	.source = "/proc/meminfo",
	ML_TABLE_COLS(totals_cols),
	.row_size = sizeof(struct totals_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static int build_totals(struct ml_build *b, struct ml_rows *ret)
{
	struct totals_row *row = ml_rows_add(ret, b->arena);
	const struct ml_vmalloc_row *caller;
	struct ml_rows callers = { 0 };
	bool stacks = false;

	if (!row)
		return -ENOMEM;
	row->used = ml_snap_mem(b->cur, "VmallocUsed");
	row->stacks = ml_snap_mem(b->cur, "KernelStack");
	if (ml_vmalloc_by_caller(b->cur, b->arena, &callers))
		return -ENOMEM;
	ml_for_each_row(caller, &callers)
		stacks |= ml_vmalloc_is_stack(caller->caller);
	if (callers.n && !stacks) /* they come from elsewhere (i386, ppc64) */
		row->stacks = 0;
	return 0;
}

static const struct ml_part parts[] = {
	{ &totals_table, build_totals, 0, ML_FEED(MEMINFO) | ML_FEED(VMALLOCINFO) },
	{ &vmalloc_table, build_vmalloc, ML_FEED(VMALLOCINFO), ML_FEED(MEMINFO) },
};

const struct ml_report ml_report_vmalloc = {
	.id = "vmalloc",
	.title = "kernel memory from vmalloc by caller",
	ML_REPORT_PARTS(parts),
};
