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

static int add_pools(struct ml_build *b, bool nodes, struct ml_rows *ret)
{
	const struct ml_parsed *pools = ml_snap_parsed(b->cur, ML_FEED_HUGETLB);
	const struct ml_pool *pool;

	if (!pools)
		return 0;
	ml_for_each_row(pool, &pools->rows) {
		ROW *row;

		if ((pool->node != ML_NONE) != nodes)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		*row = *pool;
	}
	return 0;
}

/* A copied tree may have meminfo alone, which knows the default size. */
static int add_default(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_snap *s = b->cur;
	uint64_t size = ml_snap_mem(s, "Hugepagesize");
	ROW *row;

	if (size == ML_NONE)
		return ml_note(b, "this kernel has no pools of huge pages");
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	*row = (ROW){
		.size = size,
		.node = ML_NONE,
		.total = ml_mul(ml_snap_mem(s, "HugePages_Total"), size),
		.free = ml_mul(ml_snap_mem(s, "HugePages_Free"), size),
		.reserved = ml_mul(ml_snap_mem(s, "HugePages_Rsvd"), size),
		.surplus = ml_mul(ml_snap_mem(s, "HugePages_Surp"), size),
		.overcommit = ML_NONE,
	};
	row->used = ml_sub_sat(row->total, row->free);
	row->idle = ml_sub_sat(row->free, row->reserved);
	return ml_note(b, "only the pool of the default size is known");
}

int ml_build_pools(struct ml_build *b, struct ml_rows *ret)
{
	int rc = add_pools(b, false, ret);

	return rc || ret->n ? rc : add_default(b, ret);
}

int ml_build_pool_nodes(struct ml_build *b, struct ml_rows *ret)
{
	int rc = add_pools(b, true, ret);

	if (rc || ret->n)
		return rc;
	return ml_note(b, "pools are not told by node: this kernel or machine has none");
}
