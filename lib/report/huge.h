/* SPDX-License-Identifier: MIT */
/* huge: the tables of the report on huge pages, a file each. */
#pragma once

#include "report/report.h"

extern const struct ml_table ml_thp_memory_table, ml_thp_event_table, ml_mthp_table,
	ml_khugepaged_table, ml_pool_table, ml_pool_node_table, ml_ksm_table,
	ml_huge_process_table, ml_huge_mount_table;
ml_build_fn ml_build_thp_memory, ml_build_thp_events, ml_build_mthp, ml_build_khugepaged,
	ml_build_pools, ml_build_pool_nodes, ml_build_ksm, ml_build_huge_processes,
	ml_build_huge_mounts;

/* Say so when there is no earlier instant. 0 or -ENOMEM. */
int ml_note_fail_since_boot(struct ml_build *b);
