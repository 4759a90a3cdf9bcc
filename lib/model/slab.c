/* SPDX-License-Identifier: MIT */
/* slab: the slab caches with what follows from their numbers. */
#include "model/slab.h"

#include <errno.h>
#include <stdlib.h>

#include "parse/slabinfo.h"

static uint64_t bytes_of(const struct ml_snap *snap, const struct ml_slabinfo_row *raw)
{
	return ml_mul(raw->slabs, ml_snap_pages(snap, raw->pages_per_slab));
}

static int by_name(const void *a, const void *b)
{
	const struct ml_slabinfo_row *x = *(void *const *)a, *y = *(void *const *)b;

	return ml_str_cmp(x->cache, y->cache);
}

/* The caches of the earlier instant by name. */
struct earlier {
	const struct ml_snap *snap;
	const struct ml_slabinfo_row **rows;
	size_t n;
};

static int index_earlier(const struct ml_snap *prev, struct ml_arena *a,
			 struct earlier *ret)
{
	const struct ml_parsed *info =
		prev ? ml_snap_parsed(prev, ML_FEED_SLABINFO) : NULL;
	const struct ml_slabinfo_row *row;

	*ret = (struct earlier){ .snap = prev };
	if (!info || !info->rows.n)
		return 0;
	ret->rows = ml_arena_calloc(a, info->rows.n, sizeof(*ret->rows));
	if (!ret->rows)
		return -ENOMEM;
	ml_for_each_row(row, &info->rows)
		ret->rows[ret->n++] = row;
	qsort(ret->rows, ret->n, sizeof(*ret->rows), by_name);
	return 0;
}

/* A cache that was not there has grown from nothing. */
static int64_t growth_of(const struct earlier *e, const struct ml_slabinfo_row *raw,
			 uint64_t bytes)
{
	const struct ml_slabinfo_row **was;
	uint64_t before;

	if (!e->n || bytes == ML_NONE)
		return INT64_MIN;
	was = bsearch(&raw, e->rows, e->n, sizeof(*e->rows), by_name);
	before = was ? bytes_of(e->snap, *was) : 0;
	return before == ML_NONE ? INT64_MIN : (int64_t)(bytes - before);
}

static void fill(struct ml_slab_row *row, const struct ml_snap *snap,
		 const struct ml_slabinfo_row *raw)
{
	uint64_t used = ml_mul(raw->active, raw->object_bytes);

	*row = (struct ml_slab_row){
		.cache = raw->cache,
		.objects = raw->objects,
		.active = raw->active,
		.use = ml_ratio(raw->active, raw->objects),
		.object_bytes = raw->object_bytes,
		.objects_per_slab = raw->objects_per_slab,
		.slab_bytes = ml_snap_pages(snap, raw->pages_per_slab),
		.slabs = raw->slabs,
		.bytes = bytes_of(snap, raw),
	};
	row->waste = ml_sub_sat(row->bytes, used);
}

static int by_bytes(const void *a, const void *b)
{
	const struct ml_slab_row *x = a, *y = b;
	uint64_t xb = ml_or0(x->bytes), yb = ml_or0(y->bytes);

	if (xb != yb)
		return xb < yb ? 1 : -1;
	return ml_str_cmp(x->cache, y->cache);
}

int ml_slab_caches(const struct ml_snap *prev, const struct ml_snap *cur,
		   struct ml_arena *a, struct ml_rows *ret)
{
	const struct ml_parsed *info = ml_snap_parsed(cur, ML_FEED_SLABINFO);
	const struct ml_slabinfo_row *raw;
	struct earlier earlier;

	ret->size = sizeof(struct ml_slab_row);
	if (!info || !info->rows.n)
		return 0;
	if (index_earlier(prev, a, &earlier))
		return -ENOMEM;
	ml_for_each_row(raw, &info->rows) {
		struct ml_slab_row *row = ml_rows_add(ret, a);

		if (!row)
			return -ENOMEM;
		fill(row, cur, raw);
		row->growth = growth_of(&earlier, raw, row->bytes);
	}
	qsort(ret->at, ret->n, ret->size, by_bytes);
	return 0;
}
