/* SPDX-License-Identifier: MIT */
/* huge_pools: the pools of huge pages, of the machine and of each node. */
#include <errno.h>

#include "model/hugetlb.h"
#include "report/huge.h"

#define ROW struct ml_pool
#define SHARED_COLS \
	ML_BYTES(ROW, total, "total", "TOTAL", "what the pool has taken from the machine", \
		 .source = "nr_hugepages"), \
	ML_BYTES(ROW, used, "used", "USED", "in mappings, or in files of hugetlbfs", \
		 .source = "nr_hugepages - free_hugepages"), \
	ML_BYTES(ROW, free, "free", "FREE", "given to nobody yet, part of it promised", \
		 .source = "free_hugepages")
#define SURPLUS \
	ML_BYTES(ROW, surplus, "surplus", "SURPLUS", \
		 "taken beyond the size of the pool; goes back to the machine when freed", \
		 .source = "surplus_hugepages")

static const struct ml_col pool_cols[] = {
	ML_COL(ROW, size, ML_UNIT_BYTES, ML_SEM_LABEL, "size", "SIZE", "of a page of the pool"),
	SHARED_COLS,
	ML_BYTES(ROW, reserved, "reserved", "RESERVED",
		 "of the free: promised to mappings that have not touched it yet",
		 .source = "resv_hugepages"),
	ML_BYTES(ROW, idle, "idle", "IDLE", "nobody uses it or has asked for it",
		 .source = "free_hugepages - resv_hugepages"),
	SURPLUS,
	ML_BYTES(ROW, overcommit, "overcommit", "OVERCOMMIT",
		 "most that the pool may take beyond its size", .source = "nr_overcommit_hugepages"),
};

const struct ml_table ml_pool_table = {
	.id = "pools",
	.title = "pools of huge pages (hugetlb)",
	.help = "one row per size of page that the pools can have",
	.source = "/sys/kernel/mm/hugepages/hugepages-*kB",
	ML_TABLE_COLS(pool_cols),
	.row_size = sizeof(ROW),
	.flags = ML_TABLE_DEFAULT,
};

static const struct ml_col pool_node_cols[] = {
	ML_LABEL(ROW, node, "node", "NODE", "NUMA node"),
	ML_COL(ROW, size, ML_UNIT_BYTES, ML_SEM_LABEL, "size", "SIZE", "of a page of the pool"),
	SHARED_COLS,
	SURPLUS,
};

const struct ml_table ml_pool_node_table = {
	.id = "pools_node",
	.title = "pools of huge pages by node",
	.help = "one row per size of page and node",
	.source = "/sys/devices/system/node/node*/hugepages/hugepages-*kB",
	ML_TABLE_COLS(pool_node_cols),
	.row_size = sizeof(ROW),
};

/* A copied tree may have meminfo alone, which knows the default size. */
static int note_default(struct ml_build *b, const struct ml_rows *rows)
{
	const struct ml_parsed *pools = ml_snap_parsed(b->cur, ML_FEED_HUGETLB);

	if (!rows->n)
		return ml_note(b, "this kernel has no pools of huge pages");
	return pools && pools->rows.n
		       ? 0
		       : ml_note(b, "only the pool of the default size is known");
}

int ml_build_pools(struct ml_build *b, struct ml_rows *ret)
{
	int rc = ml_hugetlb_pools(b->cur, b->arena, ret);

	return rc ? rc : note_default(b, ret);
}

int ml_build_pool_nodes(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *pools = ml_snap_parsed(b->cur, ML_FEED_HUGETLB);
	const struct ml_pool *pool;

	if (pools)
		ml_for_each_row(pool, &pools->rows) {
			ROW *row =
				pool->node != ML_NONE ? ml_rows_add(ret, b->arena) : NULL;

			if (pool->node != ML_NONE && !row)
				return -ENOMEM;
			if (row)
				*row = *pool;
		}
	if (ret->n)
		return 0;
	return ml_note(b, "pools are not told by node: this kernel or machine has none");
}
