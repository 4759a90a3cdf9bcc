/* SPDX-License-Identifier: MIT */
/* numa: the tables of the report on nodes, a file each. */
#pragma once

#include "report/report.h"

extern const struct ml_table ml_node_traffic_table, ml_node_reclaim_table,
	ml_numa_process_table, ml_numa_policy_table, ml_numa_map_table;
ml_build_fn ml_build_node_traffic, ml_build_node_reclaim, ml_build_numa_processes,
	ml_build_numa_policies, ml_build_numa_maps;

/* Says why the nodes have less than the machine, where they do. 0 or -ENOMEM. */
int ml_note_nodes(struct ml_build *b);
