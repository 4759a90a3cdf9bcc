/* SPDX-License-Identifier: MIT */
/* huge: huge pages - transparent ones, pools, and what merging equal pages saves. */
#include "report/huge.h"

static const struct ml_part parts[] = {
	{ &ml_thp_memory_table, ml_build_thp_memory, 0,
	  ML_FEED(THP) | ML_FEED(MEMINFO) },
	{ &ml_khugepaged_table, ml_build_khugepaged, 0, ML_FEED(THP) | ML_FEED(UPTIME) },
	{ &ml_thp_event_table, ml_build_thp_events, 0,
	  ML_FEED(VMSTAT) | ML_FEED(UPTIME) },
	{ &ml_mthp_table, ml_build_mthp, 0, ML_FEED(THP) | ML_FEED(UPTIME) },
	{ &ml_pool_table, ml_build_pools, 0, ML_FEED(HUGETLB) | ML_FEED(MEMINFO) },
	{ &ml_pool_node_table, ml_build_pool_nodes, 0, ML_FEED(HUGETLB) },
	{ &ml_huge_mount_table, ml_build_huge_mounts, 0, ML_FEED(MOUNTS) },
	{ &ml_ksm_table, ml_build_ksm, 0,
	  ML_FEED(KSM) | ML_FEED(UPTIME) | ML_FEED(VMSTAT) },
	{ &ml_huge_process_table, ml_build_huge_processes, ML_FEED(PROCESSES), 0 },
};

const struct ml_report ml_report_huge = {
	.id = "huge",
	.title = "huge pages: transparent ones, pools, and merged equal pages",
	ML_REPORT_PARTS(parts),
};
