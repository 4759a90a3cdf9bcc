/* SPDX-License-Identifier: MIT */
/* node: the NUMA nodes of the machine, what each has and where it is. */
#pragma once

#include "model/snap.h"

#define ML_NODE_FOLDER "/sys/devices/system/node"

struct ml_node {
	uint64_t id;
	struct ml_kv meminfo;  /* bytes; HugePages_* are counts */
	struct ml_kv numastat;   /* allocations since boot */
	struct ml_kv vmstat;   /* pages, events */
	struct ml_str cpus;    /* "0-3"; empty: none; p NULL: not told */
	struct ml_str distances; /* to the nodes in the order of their numbers: "10 20" */
};

/* Rows of struct ml_node in the order of their numbers, which may have holes. */
ml_gather_fn ml_nodes_gather;

/* Their numbers only, uint64_t, ascending. 0 or -errno. */
int ml_node_ids(const struct ml_root *root, struct ml_arena *a, struct ml_rows *ret);

/* NULL where the feed was not taken or has no such node. */
const struct ml_node *ml_node_find(const struct ml_snap *snap, uint64_t id);

/* Whether MemTotal counts memory that no node has, because it is not initialised yet. */
bool ml_nodes_lack(const struct ml_snap *snap);
