/* SPDX-License-Identifier: MIT */
/* glossary_huge: the files of huge pages, of merged pages and of NUMA, in plain words. */
#include "report/glossary.h"

static const char mthp_terms[] = {
	TERM("anon_fault_alloc") UNIT("huge pages")
	MEANING("huge pages of this size that were given at a fault of anonymous memory")
	SEE("huge")

	TERM("anon_fault_fallback") UNIT("events")
	MEANING("faults that wanted this size and got a smaller one")
	FORMULA("share refused = anon_fault_fallback / (anon_fault_fallback + "
		"anon_fault_alloc)")
	SEE("huge, frag")

	TERM("anon_fault_fallback_charge") UNIT("events")
	MEANING("of anon_fault_fallback, those that the limit of the control group refused")
	SEE("huge")

	TERM("shmem_alloc") UNIT("huge pages")
	MEANING("huge pages of this size that shared memory or tmpfs got")
	SEE("huge")

	TERM("shmem_fallback") UNIT("events")
	MEANING("shared memory that wanted this size and got a smaller one")
	SEE("huge, frag")

	TERM("shmem_fallback_charge") UNIT("events")
	MEANING("of shmem_fallback, those that the limit of the control group refused")
	SEE("huge")

	TERM("zswpout") UNIT("huge pages")
	MEANING("huge pages of this size that went into zswap whole")
	SEE("huge")

	TERM("swpin") UNIT("huge pages")
	MEANING("huge pages of this size that were read from swap whole")
	SEE("huge")

	TERM("swpin_fallback") UNIT("events")
	MEANING("swap-ins of this size that were done in smaller pieces")
	SEE("huge, frag")

	TERM("swpin_fallback_charge") UNIT("events")
	MEANING("of swpin_fallback, those that the limit of the control group refused")
	SEE("huge")

	TERM("swpout") UNIT("huge pages")
	MEANING("huge pages of this size that were swapped out whole")
	SEE("huge")

	TERM("swpout_fallback") UNIT("huge pages")
	MEANING("huge pages of this size that were split to be swapped out: swap is in pieces")
	SEE("huge")

	TERM("split") UNIT("huge pages")
	MEANING("huge pages of this size that were split to smaller ones")
	SEE("huge")

	TERM("split_failed") UNIT("events")
	MEANING("huge pages of this size that could not be split, mostly since a device "
		"holds them")
	SEE("huge")

	TERM("split_deferred") UNIT("events")
	MEANING("huge pages of this size that were put on the list of those to be split when "
		"memory is short")
	TRAP("counts also those that are taken off the list again")
	SEE("huge")

	TERM("nr_anon") UNIT("huge pages")
	MEANING("anonymous huge pages of this size that are there now, mapped or not")
	SEE("huge")

	TERM("nr_anon_partially_mapped") UNIT("huge pages")
	MEANING("of nr_anon, those of which a part was unmapped: that part is kept until they "
		"are split")
	TRAP("memory that no process has, yet is not free")
	SEE("huge")

	TERM("collapse_alloc") UNIT("huge pages")
	MEANING("huge pages of this size that khugepaged made of smaller ones")
	SEE("huge")

	TERM("collapse_alloc_failed") UNIT("events")
	MEANING("ranges for which khugepaged found no block of this size")
	SEE("huge, frag")

	TERM("collapse_exceed_none_pte") UNIT("events")
	MEANING("ranges that khugepaged left since too much of them is untouched")
	SEE("huge")

	TERM("collapse_exceed_swap_pte") UNIT("events")
	MEANING("ranges that khugepaged left since too much of them is in swap")
	SEE("huge")

	TERM("collapse_exceed_shared_pte") UNIT("events")
	MEANING("ranges that khugepaged left since too much of them is shared")
	SEE("huge")
};

static const char
	thp_terms
		[] = {
	TERM("enabled")
	MEANING("who gets transparent huge pages: always everybody, madvise who asks with "
		"madvise(2), never nobody, inherit (of one size) as the setting without a size")
	SEE("huge")

	TERM("shmem_enabled")
	MEANING("the same for shared memory without a mount of its own, where within_size "
		"and advise give less than always, and deny and force are for tests")
	TRAP("a tmpfs has its own setting, the mount option huge=")
	SEE("huge")

	TERM("defrag")
	MEANING("what a fault does that finds no huge page: always waits for compaction, "
		"defer wakes kernel threads, defer+madvise and madvise wait where asked")
	TRAP("always makes faults slow on a fragmented machine")
	SEE("huge, frag")

	TERM("use_zero_page")
	MEANING("whether one huge page of zeros serves reads of untouched memory")
	SEE("huge")

	TERM("hpage_pmd_size") UNIT("bytes")
	MEANING("the huge page that one entry of the second level of page tables maps: the "
		"size that is meant where none is told")
	SEE("huge")

	TERM("shrink_underused")
	MEANING("whether huge pages that hold mostly zeros are split when memory is short")
	SEE("huge")

	TERM("pages_collapsed") UNIT("huge pages")
	MEANING("huge pages that khugepaged has made of small ones since boot")
	SEE("huge")

	TERM("max_ptes_none") UNIT("pages")
	MEANING("untouched pages that khugepaged may fill in to make one huge page")
	TRAP("at its default of all but one a process can grow by 2 MiB for a page it touched")
	SEE("huge")

	TERM("max_ptes_swap") UNIT("pages")
	MEANING("swapped pages that khugepaged may read back to make one huge page")
	SEE("huge")

	TERM("max_ptes_shared") UNIT("pages")
	MEANING("pages shared by fork(2) that khugepaged may copy to make one huge page")
	SEE("huge")

	TERM("scan_sleep_millisecs") UNIT("milliseconds")
	MEANING("how long khugepaged rests after each pages_to_scan")
	SEE("huge")

	TERM("alloc_sleep_millisecs") UNIT("milliseconds")
	MEANING("how long khugepaged rests when it found no huge page")
	SEE("huge")
		};

static const char hugetlb_terms[] = {
	TERM("nr_hugepages") UNIT("huge pages")
	MEANING("pages in the pool of this size, used or not")
	TRAP("what is written there is a wish: read it again to see what was to be had")
	SEE("huge, frag")

	TERM("free_hugepages") UNIT("huge pages")
	MEANING("pages of the pool that no mapping and no file has, part of them promised")
	SEE("huge")

	TERM("resv_hugepages") UNIT("huge pages")
	MEANING("free pages that are promised to mappings which have not touched them yet")
	FORMULA("idle = free_hugepages - resv_hugepages")
	SEE("huge")

	TERM("surplus_hugepages") UNIT("huge pages")
	MEANING("pages taken beyond the size of the pool; they go back when freed")
	SEE("huge")

	TERM("nr_overcommit_hugepages") UNIT("huge pages")
	MEANING("most pages that may be taken beyond the size of the pool")
	SEE("huge")

	TERM("demote_size") UNIT("bytes")
	MEANING("size that pages of the pool become when they are demoted")
	SEE("huge")
};

static const char
	ksm_terms[] = {
	TERM("run")
	MEANING("0 stops the merging, merged pages stay; 1 runs it; 2 stops it and takes all "
		"merged pages apart")
	TRAP("2 needs the RAM that was saved")
	SEE("huge")

	TERM("pages_shared") UNIT("pages")
	MEANING("pages that stand for two or more equal ones")
	SEE("huge")

	TERM("pages_sharing") UNIT("pages")
	MEANING("mappings that share those, beyond the first of each: what is saved")
	FORMULA("good where pages_sharing / pages_shared is high")
	SEE("huge")

	TERM("pages_unshared") UNIT("pages")
	MEANING("pages that are looked at again and again and are equal to none")
	TRAP("work for nothing: high against pages_sharing means little is to be had")
	SEE("huge")

	TERM("pages_volatile") UNIT("pages")
	MEANING("pages that change too fast to be merged")
	SEE("huge")

	TERM("pages_scanned") UNIT("pages")
	MEANING("pages that were looked at since boot")
	SEE("huge")

	TERM("pages_skipped") UNIT("pages")
	MEANING("pages that smart_scan passed over, as they were often looked at in vain")
	SEE("huge")

	TERM("full_scans") UNIT("events")
	MEANING("times that all memory that may be merged was gone through")
	SEE("huge")

	TERM("general_profit") UNIT("bytes")
	MEANING("what merging saves less what its records cost")
	FORMULA("(pages_sharing + ksm_zero_pages) x page size - records x their size")
	TRAP("has a sign: below 0 it loses memory")
	SEE("huge")

	TERM("ksm_zero_pages") UNIT("pages")
	MEANING("empty pages that were replaced by the kernel's page of zeros")
	SEE("huge")

	TERM("ksm_rmap_items") UNIT("records")
	MEANING("records that the merging keeps of a process: one per page it looks at")
	SEE("huge")

	TERM("ksm_merging_pages") UNIT("pages")
	MEANING("pages of a process that are merged with equal ones")
	SEE("huge")

	TERM("ksm_process_profit") UNIT("bytes")
	MEANING("what merging saves for a process less what its records cost")
	SEE("huge")

	TERM("ksm_merge_any")
	MEANING("whether all of a process may be merged, as prctl(2) asked")
	SEE("huge")

	TERM("ksm_mergeable")
	MEANING("whether some mapping of a process may be merged")
	SEE("huge")

	TERM("stable_node_chains") UNIT("count")
	MEANING("merged pages with more users than max_page_sharing, of which copies are kept")
	SEE("huge")

	TERM("stable_node_dups") UNIT("count")
	MEANING("copies kept for stable_node_chains")
	SEE("huge")

	TERM("max_page_sharing") UNIT("count")
	MEANING("most mappings that one merged page serves")
	SEE("huge")

	TERM("merge_across_nodes")
	MEANING("whether equal pages of different nodes are merged")
	TRAP("one of the two then has its memory on a node that is not its own")
	SEE("huge, numa")

	TERM("use_zero_pages")
	MEANING("whether empty pages become the kernel's page of zeros")
	SEE("huge")

	TERM("smart_scan")
	MEANING("whether pages that were often looked at in vain are passed over")
	SEE("huge")

	TERM("advisor_mode")
	MEANING("who sets the pace of the merging: none, or scan-time")
	SEE("huge")

	TERM("pages_to_scan") UNIT("pages")
	MEANING("pages that are looked at before a rest of sleep_millisecs")
	SEE("huge")

	TERM("sleep_millisecs") UNIT("milliseconds")
	MEANING("the rest after pages_to_scan")
	SEE("huge")
	};

static const char numa_maps_terms[] = {
	TERM("kernelpagesize_kB") UNIT("KiB")
	MEANING("unit of the counts on the line: that of a pool for hugetlb")
	TRAP("transparent huge pages are counted in small pages")
	SEE("numa")

	TERM("mapmax") UNIT("count")
	MEANING("mappings of the page of the range that has most of them")
	SEE("numa")

	TERM("mapped") UNIT("pages")
	MEANING("pages of the range that are mapped; left out where all are anonymous")
	SEE("numa")

	TERM("default")
	MEANING("policy: memory comes from the node of the CPU that touches it first")
	SEE("numa")

	TERM("bind")
	MEANING("policy: memory comes from these nodes only")
	TRAP("the kernel kills for lack of memory when they are full, whatever others have")
	SEE("numa")

	TERM("prefer")
	MEANING("policy: memory comes from this node, from others when it is full")
	SEE("numa")

	TERM("interleave")
	MEANING("policy: pages are spread over these nodes in turn")
	ALSO("weighted interleave")
	SEE("numa")

	TERM("local")
	MEANING("policy: memory comes from the node of the CPU that touches it first, whatever "
		"the policy of the process")
	SEE("numa")
};

static const char numastat_terms[] = {
	TERM("numa_hit") UNIT("pages")
	MEANING("allocations that landed on the node that was wanted")
	SEE("numa")

	TERM("numa_miss") UNIT("pages")
	MEANING("allocations that landed here since the node that was wanted was full")
	FORMULA("numa_miss / (numa_hit + numa_miss)")
	SEE("numa, zone")

	TERM("numa_foreign") UNIT("pages")
	MEANING("allocations that were wanted here and landed elsewhere")
	TRAP("each stands on another node as numa_miss")
	SEE("numa, zone")

	TERM("interleave_hit") UNIT("pages")
	MEANING("allocations of the policy of spreading that landed where it was meant")
	SEE("numa")

	TERM("local_node") UNIT("pages")
	MEANING("allocations on this node by a CPU of this node")
	SEE("numa")

	TERM("other_node") UNIT("pages")
	MEANING("allocations on this node by a CPU of another one")
	TRAP("all of a node without CPUs")
	SEE("numa")

	TERM("distance") UNIT("count")
	MEANING("how far a node is from another by the firmware's account: 10 is itself")
	TRAP("relative: 20 is said to take twice as long, and need not")
	SEE("numa")
};

const struct ml_glossary ml_glossary_thp = {
	.kind = "thp",
	.source = "/sys/kernel/mm/transparent_hugepage",
	GLOSSES(thp_terms),
};

const struct ml_glossary ml_glossary_mthp = {
	.kind = "mthp",
	.source = "/sys/kernel/mm/transparent_hugepage/hugepages-*kB/stats",
	GLOSSES(mthp_terms),
};

const struct ml_glossary ml_glossary_hugetlb = {
	.kind = "hugetlb",
	.source = "/sys/kernel/mm/hugepages/hugepages-*kB",
	GLOSSES(hugetlb_terms),
};

const struct ml_glossary ml_glossary_ksm = {
	.kind = "ksm",
	.source = "/sys/kernel/mm/ksm, /proc/PID/ksm_stat",
	GLOSSES(ksm_terms),
};

const struct ml_glossary ml_glossary_numa_maps = {
	.kind = "numa_maps",
	.source = "/proc/PID/numa_maps",
	GLOSSES(numa_maps_terms),
};

const struct ml_glossary ml_glossary_numastat = {
	.kind = "numastat",
	.source = "/sys/devices/system/node/node*",
	GLOSSES(numastat_terms),
};
