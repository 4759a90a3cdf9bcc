/* SPDX-License-Identifier: MIT */
/* hugetlb: the pools of huge pages, of each size and each node. */
#include "model/hugetlb.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "model/hugepages.h"
#include "model/node.h"
#include "source/small.h"

struct pools {
	const struct ml_root *root;
	struct ml_arena *arena;
	struct ml_rows nodes; /* of uint64_t */
	struct ml_rows *rows;
};

static uint64_t read_count(const struct ml_root *root, const char *folder,
			   const struct ml_pool *pool, const char *file)
{
	uint64_t pages = ml_small_u64(root, "%s/hugepages-%llukB/%s", folder,
				      (unsigned long long)(pool->size / ML_KIB), file);

	return ml_mul(pages, pool->size);
}

/* Of a node the kernel tells three. */
static int add_pool(struct pools *p, const char *folder, uint64_t size, uint64_t node)
{
	struct ml_pool pool = { .size = size, .node = node };
	struct ml_pool *row;
	bool whole = node == ML_NONE;

	pool.total = read_count(p->root, folder, &pool, "nr_hugepages");
	if (pool.total == ML_NONE && !whole)
		return 0; /* a node has the sizes that it has pages of, no more */
	pool.free = read_count(p->root, folder, &pool, "free_hugepages");
	pool.surplus = read_count(p->root, folder, &pool, "surplus_hugepages");
	pool.reserved =
		whole ? read_count(p->root, folder, &pool, "resv_hugepages") : ML_NONE;
	pool.overcommit =
		whole ? read_count(p->root, folder, &pool, "nr_overcommit_hugepages")
		      : ML_NONE;
	pool.used = ml_sub_sat(pool.total, pool.free);
	/* a reservation may go beyond what is free for a moment */
	pool.idle = ml_sub_sat(pool.free, pool.reserved);
	row = ml_rows_add(p->rows, p->arena);
	if (!row)
		return -ENOMEM;
	*row = pool;
	return 0;
}

static int add_size(struct pools *p, uint64_t size)
{
	const uint64_t *node;
	int rc = add_pool(p, "/sys/kernel/mm/hugepages", size, ML_NONE);

	ml_for_each_row(node, &p->nodes) {
		char folder[PATH_MAX];

		snprintf(folder, sizeof(folder), ML_NODE_FOLDER "/node%llu/hugepages",
			 (unsigned long long)*node);
		if (!rc)
			rc = add_pool(p, folder, size, *node);
	}
	return rc;
}

int ml_hugetlb_gather(const struct ml_root *root, struct ml_arena *a,
		      struct ml_feed_data *ret)
{
	struct pools p = { .root = root, .arena = a, .rows = &ret->parsed.rows };
	struct ml_rows sizes;
	const uint64_t *size;
	int rc;

	ret->parsed.rows = ML_ROWS(struct ml_pool);
	rc = ml_hugepage_sizes(root, "/sys/kernel/mm/hugepages", a, &sizes);
	if (!rc && ml_node_ids(root, a, &p.nodes) == -ENOMEM)
		return -ENOMEM;
	if (!rc)
		ml_for_each_row(size, &sizes)
			if (add_size(&p, *size))
				return -ENOMEM;
	return ml_feed_end(ret, rc);
}

static int add_row(struct ml_rows *rows, struct ml_arena *a, const struct ml_pool *pool)
{
	struct ml_pool *row = ml_rows_add(rows, a);

	if (!row)
		return -ENOMEM;
	*row = *pool;
	return 0;
}

static int add_default(const struct ml_snap *s, struct ml_arena *a, struct ml_rows *ret)
{
	struct ml_pool pool = {
		.size = ml_snap_mem(s, "Hugepagesize"),
		.node = ML_NONE,
		.overcommit = ML_NONE,
	};

	if (pool.size == ML_NONE)
		return 0;
	pool.total = ml_mul(ml_snap_mem(s, "HugePages_Total"), pool.size);
	pool.free = ml_mul(ml_snap_mem(s, "HugePages_Free"), pool.size);
	pool.reserved = ml_mul(ml_snap_mem(s, "HugePages_Rsvd"), pool.size);
	pool.surplus = ml_mul(ml_snap_mem(s, "HugePages_Surp"), pool.size);
	pool.used = ml_sub_sat(pool.total, pool.free);
	pool.idle = ml_sub_sat(pool.free, pool.reserved);
	return add_row(ret, a, &pool);
}

int ml_hugetlb_pools(const struct ml_snap *snap, struct ml_arena *a, struct ml_rows *ret)
{
	const struct ml_parsed *pools = ml_snap_parsed(snap, ML_FEED_HUGETLB);
	const struct ml_pool *pool;

	*ret = ML_ROWS(struct ml_pool);
	if (pools)
		ml_for_each_row(pool, &pools->rows)
			if (pool->node == ML_NONE && add_row(ret, a, pool))
				return -ENOMEM;
	return ret->n ? 0 : add_default(snap, a, ret);
}

bool ml_hugetlb_sum(const struct ml_snap *snap, uint64_t node, struct ml_pool *ret)
{
	const struct ml_parsed *pools = ml_snap_parsed(snap, ML_FEED_HUGETLB);
	const struct ml_pool *pool;

	memset(ret, 0xff, sizeof(*ret)); /* ML_NONE */
	ret->node = node;
	if (!pools)
		return false;
	ml_for_each_row(pool, &pools->rows) {
		if (pool->node != node)
			continue;
		ret->total = ml_sum(ret->total, pool->total);
		ret->free = ml_sum(ret->free, pool->free);
		ret->reserved = ml_sum(ret->reserved, pool->reserved);
		ret->surplus = ml_sum(ret->surplus, pool->surplus);
		ret->overcommit = ml_sum(ret->overcommit, pool->overcommit);
		ret->used = ml_sum(ret->used, pool->used);
		ret->idle = ml_sum(ret->idle, pool->idle);
	}
	return ret->total != ML_NONE;
}
