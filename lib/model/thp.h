/* SPDX-License-Identifier: MIT */
/* thp: transparent huge pages - the settings, khugepaged, and each size. */
#pragma once

#include "model/feeds.h"

/* The feed's parsed.head: ML_NONE, and a string with p NULL, where the kernel has no such
 * file. */
struct ml_thp {
	struct ml_str enabled, shmem_enabled, defrag; /* the chosen word */
	uint64_t zero_page;                           /* 1: one of zeros serves reads */
	uint64_t pmd_size;  /* bytes of the size that counters without a size mean */
	uint64_t underused; /* 1: those that are mostly zeros are split under reclaim */
	/* khugepaged */
	uint64_t collapsed, full_scans;
	uint64_t pages_to_scan, scan_sleep_ms, alloc_sleep_ms;
	uint64_t max_none, max_swap, max_shared;
	uint64_t khugepaged_defrag;
};

/* Events since boot, but for the two levels; ML_NONE where the size has no such file. */
struct ml_mthp {
	uint64_t size;                        /* bytes */
	struct ml_str enabled, shmem_enabled; /* "inherit": as the setting without size */
	uint64_t anon_fault_alloc, anon_fault_fallback, anon_fault_fallback_charge;
	uint64_t shmem_alloc, shmem_fallback, shmem_fallback_charge;
	uint64_t collapse_alloc, collapse_alloc_failed;
	uint64_t split, split_failed, split_deferred;
	uint64_t swpin, swpin_fallback, swpout, swpout_fallback, zswpout;
	uint64_t nr_anon,
		nr_anon_partially_mapped; /* levels: huge pages that are there */
};

/* Rows of struct ml_mthp, ascending; none before Linux 6.8. */
ml_gather_fn ml_thp_gather;
