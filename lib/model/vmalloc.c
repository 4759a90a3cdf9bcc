/* SPDX-License-Identifier: MIT */
/* vmalloc: areas added up by the function that asked for them. */
#include "model/vmalloc.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "parse/vmallocinfo.h"

bool ml_vmalloc_is_stack(struct ml_str caller)
{
	static const char *const names[] = {
		"kernel_clone",	    "_do_fork",		       "copy_process",
		"dup_task_struct",  "alloc_thread_stack_node",
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(names); i++)
		if (ml_str_is(caller, names[i]))
			return true;
	return false;
}

static int by_caller(const void *a, const void *b)
{
	const struct ml_vmallocinfo_row *x = *(void *const *)a, *y = *(void *const *)b;
	int c = ml_str_cmp(x->caller, y->caller);

	if (!c)
		c = ml_str_cmp(x->module, y->module);
	return c ? c : ml_str_cmp(x->kind, y->kind);
}

static int by_bytes(const void *a, const void *b)
{
	const struct ml_vmalloc_row *x = a, *y = b;
	uint64_t xb = ml_or0(x->bytes), yb = ml_or0(y->bytes);

	if (xb != yb)
		return xb < yb ? 1 : -1;
	if (x->space != y->space)
		return x->space < y->space ? 1 : -1;
	return ml_str_cmp(x->caller, y->caller);
}

static void add_area(struct ml_vmalloc_row *row, const struct ml_vmallocinfo_row *area)
{
	row->areas++;
	row->space = ml_add(row->space, ml_or0(area->bytes));
	if (area->pages != ML_NONE)
		row->pages = ml_add(ml_or0(row->pages), area->pages);
}

static int add_up(const struct ml_vmallocinfo_row *const *areas, size_t n,
		  struct ml_arena *a, struct ml_rows *ret)
{
	struct ml_vmalloc_row *row = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!i || by_caller(&areas[i - 1], &areas[i])) {
			row = ml_rows_add(ret, a);
			if (!row)
				return -ENOMEM;
			row->kind = areas[i]->kind;
			row->caller = areas[i]->caller.p ? areas[i]->caller : row->kind;
			row->module = areas[i]->module;
			row->pages = ML_NONE;
		}
		add_area(row, areas[i]);
	}
	return 0;
}

int ml_vmalloc_by_caller(const struct ml_snap *snap, struct ml_arena *a,
			 struct ml_rows *ret)
{
	const struct ml_parsed *info = ml_snap_parsed(snap, ML_FEED_VMALLOCINFO);
	const struct ml_vmallocinfo_row **areas, *area;
	struct ml_vmalloc_row *row;
	size_t n = 0;

	ret->size = sizeof(struct ml_vmalloc_row);
	if (!info || !info->rows.n)
		return 0;
	areas = ml_arena_calloc(a, info->rows.n, sizeof(*areas));
	if (!areas)
		return -ENOMEM;
	ml_for_each_row(area, &info->rows)
		areas[n++] = area;
	qsort(areas, n, sizeof(*areas), by_caller);
	if (add_up(areas, n, a, ret))
		return -ENOMEM;
	ml_for_each_row(row, ret)
		row->bytes = ml_snap_pages(snap, row->pages);
	qsort(ret->at, ret->n, ret->size, by_bytes);
	return 0;
}
