/* SPDX-License-Identifier: MIT */
/* diff_node: what changed of each NUMA node - its memory by kind, its huge page pools. */
#include <errno.h>

#include "model/hugetlb.h"
#include "model/node.h"
#include "report/diff.h"

/* ---- pools ---- */

struct pool_row {
	struct ml_change c;
	uint64_t size, node;
	struct ml_str name;
};

#define ROW struct pool_row

static const struct ml_col pool_cols[] = {
	ML_CHANGE_COLS(ROW, ML_UNIT_BYTES, "it"),
	ML_COL(ROW, size, ML_UNIT_BYTES, ML_SEM_LABEL, "size", "SIZE", "of a page of the pool"),
	ML_LABEL(ROW, node, "node", "NODE", "NUMA node; unknown: all of the machine"),
	ML_LABEL(ROW, name, "name", "OF IT", "total, used, reserved or surplus",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_pool_table = {
	.id = "pools",
	.title = "pools of huge pages",
	.help = "pools of huge pages that changed, of the machine and of its nodes",
	.source = "/sys/kernel/mm/hugepages",
	ML_TABLE_COLS(pool_cols),
	.row_size = sizeof(ROW),
	.flags = ML_TABLE_DEFAULT,
};

static int add_of_pool(struct ml_build *b, const struct ml_pool *pool, const char *name,
		       uint64_t bytes, struct ml_rows *ret)
{
	ROW *row;

	if (bytes == ML_NONE)
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	row->size = pool->size;
	row->node = pool->node;
	row->name = ml_str_of(name);
	row->c.after = ml_diff_size(bytes);
	return 0;
}

static int collect_pools(struct ml_build *b, const struct ml_snap *snap,
			 struct ml_rows *ret)
{
	const struct ml_parsed *pools = ml_snap_parsed(snap, ML_FEED_HUGETLB);
	const struct ml_pool *pool;

	ml_for_each_row(pool, &pools->rows)
		if (add_of_pool(b, pool, "total", pool->total, ret) ||
		    add_of_pool(b, pool, "used", pool->used, ret) ||
		    add_of_pool(b, pool, "reserved", pool->reserved, ret) ||
		    add_of_pool(b, pool, "surplus", pool->surplus, ret))
			return -ENOMEM;
	return 0;
}

static int by_pool(const void *a, const void *b)
{
	const ROW *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return ml_str_cmp(x->name, y->name);
}

static const struct ml_level pools = {
	.need = ML_FEED(HUGETLB),
	.row_size = sizeof(ROW),
	.lasting = true,
	.collect = collect_pools,
	.cmp = by_pool,
};

int ml_diff_build_pools(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &pools, ret);
}

#undef ROW

/* ---- nodes ---- */

struct node_row {
	struct ml_change c;
	uint64_t node;
	struct ml_str name;
};

#define ROW struct node_row

static const struct ml_col node_cols[] = {
	ML_CHANGE_COLS(ROW, ML_UNIT_BYTES, "it"),
	ML_LABEL(ROW, node, "node", "NODE", "NUMA node"),
	ML_LABEL(ROW, name, "name", "OF IT", "the kernel's name in the meminfo of the node",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_node_table = {
	.id = "nodes",
	.title = "NUMA nodes",
	.help = "memory of the NUMA nodes that changed; nothing where there is but one",
	.source = "/sys/devices/system/node/node*/meminfo",
	ML_TABLE_COLS(node_cols),
	.row_size = sizeof(ROW),
	.flags = ML_TABLE_DEFAULT,
};

static int collect_node(struct ml_build *b, const struct ml_node *node,
			struct ml_rows *ret)
{
	const struct ml_kv_row *pair;

	ml_for_each_row(pair, &node->meminfo.rows) {
		ROW *row;

		if (pair->unit != ML_UNIT_BYTES)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->node = node->id;
		row->name = pair->key;
		row->c.after = ml_diff_size(pair->value);
	}
	return 0;
}

static int collect_nodes(struct ml_build *b, const struct ml_snap *snap,
			 struct ml_rows *ret)
{
	const struct ml_parsed *nodes = ml_snap_parsed(snap, ML_FEED_NODES);
	const struct ml_node *node;

	/* what a single node has stands in meminfo */
	if (nodes->rows.n < 2)
		return 0;
	ml_for_each_row(node, &nodes->rows)
		if (collect_node(b, node, ret))
			return -ENOMEM;
	return 0;
}

static int by_node(const void *a, const void *b)
{
	const ROW *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return ml_str_cmp(x->name, y->name);
}

static const struct ml_level nodes = {
	.need = ML_FEED(NODES),
	.row_size = sizeof(ROW),
	.lasting = true,
	.collect = collect_nodes,
	.cmp = by_node,
};

int ml_diff_build_nodes(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &nodes, ret);
}
