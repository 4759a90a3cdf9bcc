/* SPDX-License-Identifier: MIT */
/* vmstat: /proc/vmstat as libproc2 reads it. */
#include <errno.h>
#include <libproc2/vmstat.h>

#include "procps/procps.h"

static const struct {
	enum vmstat_item item;
	const char *key;
} items[] = {
	{ VMSTAT_ALLOCSTALL_DMA, "allocstall_dma" },
	{ VMSTAT_ALLOCSTALL_DMA32, "allocstall_dma32" },
	{ VMSTAT_ALLOCSTALL_HIGH, "allocstall_high" },
	{ VMSTAT_ALLOCSTALL_MOVABLE, "allocstall_movable" },
	{ VMSTAT_ALLOCSTALL_NORMAL, "allocstall_normal" },
	{ VMSTAT_BALLOON_DEFLATE, "balloon_deflate" },
	{ VMSTAT_BALLOON_INFLATE, "balloon_inflate" },
	{ VMSTAT_BALLOON_MIGRATE, "balloon_migrate" },
	{ VMSTAT_COMPACT_DAEMON_FREE_SCANNED, "compact_daemon_free_scanned" },
	{ VMSTAT_COMPACT_DAEMON_MIGRATE_SCANNED, "compact_daemon_migrate_scanned" },
	{ VMSTAT_COMPACT_DAEMON_WAKE, "compact_daemon_wake" },
	{ VMSTAT_COMPACT_FAIL, "compact_fail" },
	{ VMSTAT_COMPACT_FREE_SCANNED, "compact_free_scanned" },
	{ VMSTAT_COMPACT_ISOLATED, "compact_isolated" },
	{ VMSTAT_COMPACT_MIGRATE_SCANNED, "compact_migrate_scanned" },
	{ VMSTAT_COMPACT_STALL, "compact_stall" },
	{ VMSTAT_COMPACT_SUCCESS, "compact_success" },
	{ VMSTAT_DROP_PAGECACHE, "drop_pagecache" },
	{ VMSTAT_DROP_SLAB, "drop_slab" },
	{ VMSTAT_HTLB_BUDDY_ALLOC_FAIL, "htlb_buddy_alloc_fail" },
	{ VMSTAT_HTLB_BUDDY_ALLOC_SUCCESS, "htlb_buddy_alloc_success" },
	{ VMSTAT_KSWAPD_HIGH_WMARK_HIT_QUICKLY, "kswapd_high_wmark_hit_quickly" },
	{ VMSTAT_KSWAPD_INODESTEAL, "kswapd_inodesteal" },
	{ VMSTAT_KSWAPD_LOW_WMARK_HIT_QUICKLY, "kswapd_low_wmark_hit_quickly" },
	{ VMSTAT_NR_ACTIVE_ANON, "nr_active_anon" },
	{ VMSTAT_NR_ACTIVE_FILE, "nr_active_file" },
	{ VMSTAT_NR_ANON_PAGES, "nr_anon_pages" },
	{ VMSTAT_NR_ANON_TRANSPARENT_HUGEPAGES, "nr_anon_transparent_hugepages" },
	{ VMSTAT_NR_BOUNCE, "nr_bounce" },
	{ VMSTAT_NR_DIRTIED, "nr_dirtied" },
	{ VMSTAT_NR_DIRTY, "nr_dirty" },
	{ VMSTAT_NR_DIRTY_BACKGROUND_THRESHOLD, "nr_dirty_background_threshold" },
	{ VMSTAT_NR_DIRTY_THRESHOLD, "nr_dirty_threshold" },
	{ VMSTAT_NR_FILE_HUGEPAGES, "nr_file_hugepages" },
	{ VMSTAT_NR_FILE_PAGES, "nr_file_pages" },
	{ VMSTAT_NR_FILE_PMDMAPPED, "nr_file_pmdmapped" },
	{ VMSTAT_NR_FOLL_PIN_ACQUIRED, "nr_foll_pin_acquired" },
	{ VMSTAT_NR_FOLL_PIN_RELEASED, "nr_foll_pin_released" },
	{ VMSTAT_NR_FREE_CMA, "nr_free_cma" },
	{ VMSTAT_NR_FREE_PAGES, "nr_free_pages" },
	{ VMSTAT_NR_INACTIVE_ANON, "nr_inactive_anon" },
	{ VMSTAT_NR_INACTIVE_FILE, "nr_inactive_file" },
	{ VMSTAT_NR_ISOLATED_ANON, "nr_isolated_anon" },
	{ VMSTAT_NR_ISOLATED_FILE, "nr_isolated_file" },
	{ VMSTAT_NR_KERNEL_MISC_RECLAIMABLE, "nr_kernel_misc_reclaimable" },
	{ VMSTAT_NR_KERNEL_STACK, "nr_kernel_stack" },
	{ VMSTAT_NR_MAPPED, "nr_mapped" },
	{ VMSTAT_NR_MLOCK, "nr_mlock" },
	{ VMSTAT_NR_PAGE_TABLE_PAGES, "nr_page_table_pages" },
	{ VMSTAT_NR_SHADOW_CALL_STACK, "nr_shadow_call_stack" },
	{ VMSTAT_NR_SHMEM, "nr_shmem" },
	{ VMSTAT_NR_SHMEM_HUGEPAGES, "nr_shmem_hugepages" },
	{ VMSTAT_NR_SHMEM_PMDMAPPED, "nr_shmem_pmdmapped" },
	{ VMSTAT_NR_SLAB_RECLAIMABLE, "nr_slab_reclaimable" },
	{ VMSTAT_NR_SLAB_UNRECLAIMABLE, "nr_slab_unreclaimable" },
	{ VMSTAT_NR_UNEVICTABLE, "nr_unevictable" },
	{ VMSTAT_NR_UNSTABLE, "nr_unstable" },
	{ VMSTAT_NR_VMSCAN_IMMEDIATE_RECLAIM, "nr_vmscan_immediate_reclaim" },
	{ VMSTAT_NR_VMSCAN_WRITE, "nr_vmscan_write" },
	{ VMSTAT_NR_WRITEBACK, "nr_writeback" },
	{ VMSTAT_NR_WRITEBACK_TEMP, "nr_writeback_temp" },
	{ VMSTAT_NR_WRITTEN, "nr_written" },
	{ VMSTAT_NR_ZONE_ACTIVE_ANON, "nr_zone_active_anon" },
	{ VMSTAT_NR_ZONE_ACTIVE_FILE, "nr_zone_active_file" },
	{ VMSTAT_NR_ZONE_INACTIVE_ANON, "nr_zone_inactive_anon" },
	{ VMSTAT_NR_ZONE_INACTIVE_FILE, "nr_zone_inactive_file" },
	{ VMSTAT_NR_ZONE_UNEVICTABLE, "nr_zone_unevictable" },
	{ VMSTAT_NR_ZONE_WRITE_PENDING, "nr_zone_write_pending" },
	{ VMSTAT_NR_ZSPAGES, "nr_zspages" },
	{ VMSTAT_NUMA_FOREIGN, "numa_foreign" },
	{ VMSTAT_NUMA_HINT_FAULTS, "numa_hint_faults" },
	{ VMSTAT_NUMA_HINT_FAULTS_LOCAL, "numa_hint_faults_local" },
	{ VMSTAT_NUMA_HIT, "numa_hit" },
	{ VMSTAT_NUMA_HUGE_PTE_UPDATES, "numa_huge_pte_updates" },
	{ VMSTAT_NUMA_INTERLEAVE, "numa_interleave" },
	{ VMSTAT_NUMA_LOCAL, "numa_local" },
	{ VMSTAT_NUMA_MISS, "numa_miss" },
	{ VMSTAT_NUMA_OTHER, "numa_other" },
	{ VMSTAT_NUMA_PAGES_MIGRATED, "numa_pages_migrated" },
	{ VMSTAT_NUMA_PTE_UPDATES, "numa_pte_updates" },
	{ VMSTAT_OOM_KILL, "oom_kill" },
	{ VMSTAT_PAGEOUTRUN, "pageoutrun" },
	{ VMSTAT_PGACTIVATE, "pgactivate" },
	{ VMSTAT_PGALLOC_DMA, "pgalloc_dma" },
	{ VMSTAT_PGALLOC_DMA32, "pgalloc_dma32" },
	{ VMSTAT_PGALLOC_HIGH, "pgalloc_high" },
	{ VMSTAT_PGALLOC_MOVABLE, "pgalloc_movable" },
	{ VMSTAT_PGALLOC_NORMAL, "pgalloc_normal" },
	{ VMSTAT_PGDEACTIVATE, "pgdeactivate" },
	{ VMSTAT_PGFAULT, "pgfault" },
	{ VMSTAT_PGFREE, "pgfree" },
	{ VMSTAT_PGINODESTEAL, "pginodesteal" },
	{ VMSTAT_PGLAZYFREE, "pglazyfree" },
	{ VMSTAT_PGLAZYFREED, "pglazyfreed" },
	{ VMSTAT_PGMAJFAULT, "pgmajfault" },
	{ VMSTAT_PGMIGRATE_FAIL, "pgmigrate_fail" },
	{ VMSTAT_PGMIGRATE_SUCCESS, "pgmigrate_success" },
	{ VMSTAT_PGPGIN, "pgpgin" },
	{ VMSTAT_PGPGOUT, "pgpgout" },
	{ VMSTAT_PGREFILL, "pgrefill" },
	{ VMSTAT_PGROTATED, "pgrotated" },
	{ VMSTAT_PGSCAN_ANON, "pgscan_anon" },
	{ VMSTAT_PGSCAN_DIRECT, "pgscan_direct" },
	{ VMSTAT_PGSCAN_DIRECT_THROTTLE, "pgscan_direct_throttle" },
	{ VMSTAT_PGSCAN_FILE, "pgscan_file" },
	{ VMSTAT_PGSCAN_KSWAPD, "pgscan_kswapd" },
	{ VMSTAT_PGSKIP_DMA, "pgskip_dma" },
	{ VMSTAT_PGSKIP_DMA32, "pgskip_dma32" },
	{ VMSTAT_PGSKIP_HIGH, "pgskip_high" },
	{ VMSTAT_PGSKIP_MOVABLE, "pgskip_movable" },
	{ VMSTAT_PGSKIP_NORMAL, "pgskip_normal" },
	{ VMSTAT_PGSTEAL_ANON, "pgsteal_anon" },
	{ VMSTAT_PGSTEAL_DIRECT, "pgsteal_direct" },
	{ VMSTAT_PGSTEAL_FILE, "pgsteal_file" },
	{ VMSTAT_PGSTEAL_KSWAPD, "pgsteal_kswapd" },
	{ VMSTAT_PSWPIN, "pswpin" },
	{ VMSTAT_PSWPOUT, "pswpout" },
	{ VMSTAT_SLABS_SCANNED, "slabs_scanned" },
	{ VMSTAT_SWAP_RA, "swap_ra" },
	{ VMSTAT_SWAP_RA_HIT, "swap_ra_hit" },
	{ VMSTAT_THP_COLLAPSE_ALLOC, "thp_collapse_alloc" },
	{ VMSTAT_THP_COLLAPSE_ALLOC_FAILED, "thp_collapse_alloc_failed" },
	{ VMSTAT_THP_DEFERRED_SPLIT_PAGE, "thp_deferred_split_page" },
	{ VMSTAT_THP_FAULT_ALLOC, "thp_fault_alloc" },
	{ VMSTAT_THP_FAULT_FALLBACK, "thp_fault_fallback" },
	{ VMSTAT_THP_FAULT_FALLBACK_CHARGE, "thp_fault_fallback_charge" },
	{ VMSTAT_THP_FILE_ALLOC, "thp_file_alloc" },
	{ VMSTAT_THP_FILE_FALLBACK, "thp_file_fallback" },
	{ VMSTAT_THP_FILE_FALLBACK_CHARGE, "thp_file_fallback_charge" },
	{ VMSTAT_THP_FILE_MAPPED, "thp_file_mapped" },
	{ VMSTAT_THP_SPLIT_PAGE, "thp_split_page" },
	{ VMSTAT_THP_SPLIT_PAGE_FAILED, "thp_split_page_failed" },
	{ VMSTAT_THP_SPLIT_PMD, "thp_split_pmd" },
	{ VMSTAT_THP_SPLIT_PUD, "thp_split_pud" },
	{ VMSTAT_THP_SWPOUT, "thp_swpout" },
	{ VMSTAT_THP_SWPOUT_FALLBACK, "thp_swpout_fallback" },
	{ VMSTAT_THP_ZERO_PAGE_ALLOC, "thp_zero_page_alloc" },
	{ VMSTAT_THP_ZERO_PAGE_ALLOC_FAILED, "thp_zero_page_alloc_failed" },
	{ VMSTAT_UNEVICTABLE_PGS_CLEARED, "unevictable_pgs_cleared" },
	{ VMSTAT_UNEVICTABLE_PGS_CULLED, "unevictable_pgs_culled" },
	{ VMSTAT_UNEVICTABLE_PGS_MLOCKED, "unevictable_pgs_mlocked" },
	{ VMSTAT_UNEVICTABLE_PGS_MUNLOCKED, "unevictable_pgs_munlocked" },
	{ VMSTAT_UNEVICTABLE_PGS_RESCUED, "unevictable_pgs_rescued" },
	{ VMSTAT_UNEVICTABLE_PGS_SCANNED, "unevictable_pgs_scanned" },
	{ VMSTAT_UNEVICTABLE_PGS_STRANDED, "unevictable_pgs_stranded" },
	{ VMSTAT_WORKINGSET_ACTIVATE, "workingset_activate" },
	{ VMSTAT_WORKINGSET_NODERECLAIM, "workingset_nodereclaim" },
	{ VMSTAT_WORKINGSET_NODES, "workingset_nodes" },
	{ VMSTAT_WORKINGSET_REFAULT, "workingset_refault" },
	{ VMSTAT_WORKINGSET_RESTORE, "workingset_restore" },
	{ VMSTAT_ZONE_RECLAIM_FAILED, "zone_reclaim_failed" },
};

#define NITEMS ML_ARRAY_SIZE(items)

static int take(const struct vmstat_result *results, struct ml_arena *a,
		struct ml_rows *ret)
{
	for (size_t i = 0; i < NITEMS; i++) {
		struct ml_value *value = ml_procps_row(a, ret, items[i].key, 1);

		if (!value)
			return -ENOMEM;
		*value = ml_procps_u64(results[i].result.ul_int);
	}
	return 0;
}

static int read_vmstat(const struct ml_witness_level *level, struct ml_arena *a,
		       struct ml_rows *ret)
{
	enum vmstat_item asked[NITEMS];
	struct vmstat_info *info = NULL;
	struct vmstat_stack *stack;
	int rc = procps_vmstat_new(&info);

	(void)level;
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < NITEMS; i++)
		asked[i] = items[i].item;
	stack = procps_vmstat_select(info, asked, NITEMS);
	rc = stack ? take(stack->head, a, ret) : -errno;
	procps_vmstat_unref(&info);
	return rc;
}

const struct ml_witness_level ml_procps_vmstat = {
	.id = "vmstat",
	.names = ml_procps_value,
	.nnames = 1,
	.read = read_vmstat,
};
