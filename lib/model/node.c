/* SPDX-License-Identifier: MIT */
/* node: the NUMA nodes of the machine, what each has and where it is. */
#include "model/node.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "parse/meminfo.h"
#include "parse/vmstat.h"
#include "source/small.h"
#include "source/walk.h"

struct listing {
	struct ml_arena *arena;
	struct ml_rows *rows;
};

/* "node12" */
static int met_name(struct ml_str name, void *data)
{
	struct listing *l = data;
	uint64_t id, *row;

	if (!ml_str_starts(name, "node") || !ml_num_u64(ml_str_skip(name, 4), &id))
		return 0;
	row = ml_rows_add(l->rows, l->arena);
	if (!row)
		return -ENOMEM;
	*row = id;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int ml_node_ids(const struct ml_root *root, struct ml_arena *a, struct ml_rows *ret)
{
	struct listing l = { a, ret };
	int rc;

	*ret = ML_ROWS(uint64_t);
	rc = ml_walk_names(root, ML_NODE_FOLDER, met_name, &l);
	if (ret->n)
		qsort(ret->at, ret->n, sizeof(uint64_t), by_number);
	return rc;
}

/* A file that a node lacks leaves its pairs empty. 0 or -ENOMEM. */
static int read_pairs(const struct ml_root *root, struct ml_arena *a, uint64_t id,
		      const char *file, ml_parse_fn *parse, struct ml_feed_data *ret,
		      struct ml_kv *ret_kv)
{
	struct ml_feed_data one = { 0 };
	char path[96];
	int rc;

	snprintf(path, sizeof(path), ML_NODE_FOLDER "/node%llu/%s",
		 (unsigned long long)id, file);
	rc = ml_feed_file(root, path, parse, a, &one);
	*ret_kv = one.parsed.kv;
	ret->parsed.lines += one.parsed.lines;
	ret->parsed.bad_lines += one.parsed.bad_lines;
	return rc;
}

static int read_text(const struct ml_root *root, struct ml_arena *a, uint64_t id,
		     const char *file, struct ml_str *ret)
{
	int rc = ml_small_text(root, a, ret, ML_NODE_FOLDER "/node%llu/%s",
			       (unsigned long long)id, file);

	if (rc)
		*ret = (struct ml_str){ 0 };
	return rc == -ENOMEM ? rc : 0;
}

static int read_node(const struct ml_root *root, struct ml_arena *a, uint64_t id,
		     struct ml_feed_data *ret)
{
	struct ml_node *node = ml_rows_add(&ret->parsed.rows, a);
	int rc;

	if (!node)
		return -ENOMEM;
	node->id = id;
	rc = read_pairs(root, a, id, "meminfo", ml_parse_meminfo, ret, &node->meminfo);
	if (!rc)
		rc = read_pairs(root, a, id, "numastat", ml_parse_vmstat, ret,
				&node->numastat);
	if (!rc)
		rc = read_pairs(root, a, id, "vmstat", ml_parse_vmstat, ret,
				&node->vmstat);
	if (!rc)
		rc = read_text(root, a, id, "cpulist", &node->cpus);
	return rc ? rc : read_text(root, a, id, "distance", &node->distances);
}

int ml_nodes_gather(const struct ml_root *root, struct ml_arena *a,
		    struct ml_feed_data *ret)
{
	struct ml_rows ids;
	const uint64_t *id;
	int rc = ml_node_ids(root, a, &ids);

	ret->parsed.rows = ML_ROWS(struct ml_node);
	if (!rc && !ids.n)
		rc = -ENOENT;
	if (!rc)
		ml_for_each_row(id, &ids)
			if (read_node(root, a, *id, ret))
				return -ENOMEM;
	return ml_feed_end(ret, rc);
}

const struct ml_node *ml_node_find(const struct ml_snap *snap, uint64_t id)
{
	const struct ml_parsed *nodes = snap ? ml_snap_parsed(snap, ML_FEED_NODES) : NULL;
	const struct ml_node *node;

	if (nodes)
		ml_for_each_row(node, &nodes->rows)
			if (node->id == id)
				return node;
	return NULL;
}

/* Both sums are those of the allocator, and differ by nothing where all of it is
 * initialised; the hundredth is for memory that comes and goes between the reads. */
bool ml_nodes_lack(const struct ml_snap *snap)
{
	const struct ml_parsed *nodes = ml_snap_parsed(snap, ML_FEED_NODES);
	uint64_t total = ml_snap_mem(snap, "MemTotal"), sum = 0;
	const struct ml_node *node;

	if (!nodes || total == ML_NONE)
		return false;
	ml_for_each_row(node, &nodes->rows)
		sum = ml_add(sum, ml_kv_get(&node->meminfo, "MemTotal"));
	return sum != ML_NONE && sum < total - total / 100;
}
