/* SPDX-License-Identifier: MIT */
/* glossary_vmstat: what each counter of /proc/vmstat says, and what people misread. */
#include "report/glossary.h"

/* Families of counters: what varies in the name (#), and what it means (%). */
static const struct ml_gloss_member zones[] = {
	{ "dma", "DMA, the lowest memory, for devices that reach no further" },
	{ "dma32", "DMA32, below 4 GiB" },
	{ "normal", "Normal" },
	{ "high", "HighMem of a 32-bit kernel" },
	{ "movable", "Movable, which holds movable pages only" },
	{ "device", "Device, the memory of devices" },
};
static const struct ml_gloss_member whos[] = {
	{ "kswapd", "kswapd" },
	{ "direct", "tasks in need of memory" },
	{ "khugepaged", "khugepaged" },
	{ "proactive", "proactive reclaim" },
};
static const struct ml_gloss_member kinds[] = {
	{ "anon", "anonymous and shared memory" },
	{ "file", "file" },
};
static const struct ml_gloss_member lrus[] = {
	{ "inactive_anon", "anonymous and shared pages next to be swapped out" },
	{ "active_anon", "anonymous and shared pages in recent use" },
	{ "inactive_file", "cached file pages used once or not lately" },
	{ "active_file", "cached file pages used more than once" },
};
static const struct ml_gloss_member ptes[] = {
	{ "none", "not there yet" },
	{ "swap", "swapped out" },
	{ "share", "shared with other processes" },
};
static const struct ml_gloss_member stacks[] = {
	{ "1k", "at most 1 KiB" },
	{ "2k", "1 to 2 KiB" },
	{ "4k", "2 to 4 KiB" },
	{ "8k", "4 to 8 KiB" },
	{ "16k", "8 to 16 KiB" },
	{ "32k", "16 to 32 KiB" },
	{ "64k", "32 to 64 KiB" },
	{ "rest", "more than 64 KiB" },
};
static const struct ml_gloss_set sets[] = {
	{ "zone", zones, ML_ARRAY_SIZE(zones) },
	{ "who", whos, ML_ARRAY_SIZE(whos) },
	{ "kind", kinds, ML_ARRAY_SIZE(kinds) },
	{ "lru", lrus, ML_ARRAY_SIZE(lrus) },
	{ "pte", ptes, ML_ARRAY_SIZE(ptes) },
	{ "stack", stacks, ML_ARRAY_SIZE(stacks) },
};

static const char terms[] = {
	TERM("nr_free_pages") UNIT("pages")
	MEANING("pages on the free lists of all zones")
	FORMULA("MemFree / page size")
	TRAP("pages on per-CPU lists are free too and not counted here")
	SEE("zone, free")

	TERM("nr_free_pages_blocks") UNIT("pages")
	MEANING("free pages that lie in blocks of a whole pageblock or larger: the free "
		"memory that is not in pieces")
	TRAP("near 0 with much memory free: large blocks have to be made by compaction "
	     "first")
	SEE("frag, zone")

	TERM("nr_zone_#") UNIT("pages") SET("lru")
	MEANING("%, counted by zone and summed here")
	FORMULA("nr_#")
	TRAP("the same pages as nr_#; adding the two counts them twice")
	SEE("zone")

	TERM("nr_zone_unevictable") UNIT("pages")
	MEANING("pages that cannot be reclaimed, counted by zone and summed here")
	TRAP("the same pages as nr_unevictable")
	SEE("zone")

	TERM("nr_zone_write_pending") UNIT("pages")
	MEANING("pages that are dirty or being written, counted by zone")
	FORMULA("about nr_dirty + nr_writeback")
	SEE("vmstat")

	TERM("nr_mlock") UNIT("pages")
	MEANING("pages locked by mlock")
	FORMULA("Mlocked / page size")
	SEE("free, ps")

	TERM("nr_bounce") UNIT("pages")
	MEANING("pages that stand in for buffers which a device cannot reach")
	TRAP("not counted by newer kernels")
	SEE("free")

	TERM("nr_zspages") UNIT("pages")
	MEANING("RAM in the pools of zsmalloc: what zram and zswap really take")
	TRAP("Zswap is a part of it where zswap uses zsmalloc, the rest is zram: do not "
	     "add them")
	SEE("where, free")

	TERM("nr_free_cma") UNIT("pages")
	MEANING("free pages in memory set aside for large buffers of devices")
	FORMULA("CmaFree / page size")
	TRAP("contained in nr_free_pages, and closed to unmovable requests")
	SEE("zone, frag")

	TERM("nr_unaccepted") UNIT("pages")
	MEANING("memory of a confidential virtual machine not yet accepted from its "
		"host")
	FORMULA("Unaccepted / page size")
	SEE("free")

	TERM("numa_hit") UNIT("allocations")
	MEANING("allocations that came from the node that was wanted")
	TRAP("the wanted node need not be the near one: a program bound to a far node "
	     "gives hits there")
	SEE("vmstat")

	TERM("numa_miss") UNIT("allocations")
	MEANING("allocations served by a node although another one was wanted")
	TRAP("counted on the node that helped out; the same allocation is numa_foreign "
	     "on the node that was full. Per node: "
	     "/sys/devices/system/node/node*/numastat")
	SEE("zone, vmstat")

	TERM("numa_foreign") UNIT("allocations")
	MEANING("allocations that were meant for a node and had to go to another one")
	TRAP("the sum over all nodes equals numa_miss: only the split by node says "
	     "which one is full")
	SEE("zone, vmstat")

	TERM("numa_interleave") UNIT("allocations")
	MEANING("allocations of an interleave policy that came from the node whose turn "
		"it was")
	SEE("vmstat")

	TERM("numa_local") UNIT("allocations")
	MEANING("allocations from the node of the CPU that asked")
	SEE("vmstat")

	TERM("numa_other") UNIT("allocations")
	MEANING("allocations from another node than that of the CPU that asked: memory "
		"far away")
	TRAP("not a fault by itself: a policy may want just that")
	SEE("zone, vmstat")

	TERM("nr_inactive_anon") UNIT("pages")
	MEANING("anonymous and shared memory pages that are next to be swapped out")
	FORMULA("Inactive(anon) / page size")
	SEE("free, vmstat")

	TERM("nr_active_anon") UNIT("pages")
	MEANING("anonymous and shared memory pages in recent use")
	FORMULA("Active(anon) / page size")
	SEE("free, vmstat")

	TERM("nr_inactive_file") UNIT("pages")
	MEANING("cached file pages used once or not lately")
	FORMULA("Inactive(file) / page size")
	SEE("free, vmstat")

	TERM("nr_active_file") UNIT("pages")
	MEANING("cached file pages used more than once")
	FORMULA("Active(file) / page size")
	SEE("free, vmstat")

	TERM("nr_unevictable") UNIT("pages")
	MEANING("pages that reclaim leaves alone")
	FORMULA("Unevictable / page size")
	SEE("free, ps")

	TERM("nr_slab_reclaimable") UNIT("pages")
	MEANING("slab caches that shrink under pressure")
	FORMULA("SReclaimable / page size")
	SEE("slab")

	TERM("nr_slab_unreclaimable") UNIT("pages")
	MEANING("slab memory that no pressure frees")
	FORMULA("SUnreclaim / page size")
	SEE("slab")

	TERM("nr_isolated_anon") UNIT("pages")
	MEANING("anonymous pages taken off their list for a moment, to be reclaimed or "
		"moved")
	TRAP("large for long: very many tasks reclaim or compact at once, and wait for "
	     "each other")
	SEE("vmstat, psi")

	TERM("nr_isolated_file") UNIT("pages")
	MEANING("file pages taken off their list for a moment, to be reclaimed or moved")
	TRAP("large for long: very many tasks reclaim or compact at once, and wait for "
	     "each other")
	SEE("vmstat, psi")

	TERM("workingset_nodes") UNIT("nodes")
	MEANING("nodes of page cache trees that hold nothing but marks of pages that "
		"were reclaimed")
	TRAP("a level, not a count of events; its memory is slab (radix_tree_node)")
	SEE("slab")

	TERM("workingset_refault_#") UNIT("pages") SET("kind")
	MEANING("% pages that came back after reclaim had taken them away")
	TRAP("a few are normal. It hurts when workingset_activate_# and "
	     "workingset_restore_# move with it, and pressure does")
	SEE("psi, vmstat")

	TERM("workingset_refault") UNIT("pages")
	MEANING("pages that came back after reclaim had taken them away (kernels that "
		"do not split by anon and file)")
	SEE("psi, vmstat")

	TERM("workingset_activate_#") UNIT("pages") SET("kind")
	MEANING("% pages that came back so soon that they would have stayed with a "
		"little more memory, and were put on the active list")
	TRAP("its share of workingset_refault_# tells whether the working set fits")
	SEE("psi, vmstat")

	TERM("workingset_activate") UNIT("pages")
	MEANING("pages that came back so soon that they were put on the active list "
		"(kernels that do not split by anon and file)")
	SEE("psi, vmstat")

	TERM("workingset_restore_#") UNIT("pages") SET("kind")
	MEANING("% pages of the working set that were reclaimed all the same and came "
		"back: thrashing")
	SEE("psi, vmstat, where")

	TERM("workingset_restore") UNIT("pages")
	MEANING("pages of the working set that were reclaimed and came back: thrashing "
		"(kernels that do not split by anon and file)")
	SEE("psi, vmstat")

	TERM("workingset_nodereclaim") UNIT("nodes")
	MEANING("tree nodes with nothing but marks of reclaimed pages that were freed "
		"under pressure")
	TRAP("freed with them is the memory of what was reclaimed: refaults are then "
	     "undercounted")
	SEE("slab, vmstat")

	TERM("nr_anon_pages") UNIT("pages")
	MEANING("anonymous pages that some process maps")
	FORMULA("AnonPages / page size")
	SEE("ps, where")

	TERM("nr_mapped") UNIT("pages")
	MEANING("cached file and shared memory pages that some process maps")
	FORMULA("Mapped / page size")
	SEE("ps, free")

	TERM("nr_file_pages") UNIT("pages")
	MEANING("all pages in the page cache")
	FORMULA("(Buffers + Cached + SwapCached) / page size")
	TRAP("shared memory and swap cache are in it, which cannot be dropped")
	SEE("free, where")

	TERM("nr_dirty") UNIT("pages")
	MEANING("changed file pages that wait to be written")
	FORMULA("Dirty / page size")
	SEE("vmstat")

	TERM("nr_writeback") UNIT("pages")
	MEANING("pages that are being written to a disk or to swap")
	FORMULA("Writeback / page size")
	SEE("vmstat, psi")

	TERM("nr_writeback_temp") UNIT("pages")
	MEANING("temporary copies that FUSE made while writing back")
	TRAP("0, or missing, on newer kernels")
	SEE("vmstat")

	TERM("nr_shmem") UNIT("pages")
	MEANING("pages of tmpfs and shared memory")
	FORMULA("Shmem / page size")
	SEE("where, ps")

	TERM("nr_shmem_hugepages") UNIT("huge pages")
	MEANING("shared memory and tmpfs in huge pages")
	FORMULA("ShmemHugePages / huge page size")
	TRAP("counts huge pages, not pages: 1 is 2 MiB on x86")
	SEE("vmstat")

	TERM("nr_shmem_pmdmapped") UNIT("huge pages")
	MEANING("shared memory that processes map as huge pages")
	FORMULA("ShmemPmdMapped / huge page size")
	TRAP("counts huge pages, not pages: 1 is 2 MiB on x86")
	SEE("vmstat")

	TERM("nr_file_hugepages") UNIT("huge pages")
	MEANING("page cache of files in huge pages")
	FORMULA("FileHugePages / huge page size")
	TRAP("counts huge pages, not pages: 1 is 2 MiB on x86")
	SEE("vmstat")

	TERM("nr_file_pmdmapped") UNIT("huge pages")
	MEANING("page cache of files that processes map as huge pages")
	FORMULA("FilePmdMapped / huge page size")
	TRAP("counts huge pages, not pages: 1 is 2 MiB on x86")
	SEE("vmstat")

	TERM("nr_anon_transparent_hugepages") UNIT("huge pages")
	MEANING("anonymous memory mapped as huge pages")
	FORMULA("AnonHugePages / huge page size")
	TRAP("counts huge pages, not pages: 1 is 2 MiB on x86. Smaller large pages "
	     "(mTHP) are not in it")
	SEE("vmstat, frag")

	TERM("nr_unstable") UNIT("pages")
	MEANING("once pages that an NFS server had not confirmed")
	TRAP("always 0 since Linux 5.8; the line is kept for old programs")
	SEE("vmstat")

	TERM("nr_vmscan_write") UNIT("pages")
	MEANING("pages that reclaim itself handed to swap or a disk")
	TRAP("counts since boot although its name begins with nr_; on current kernels "
	     "these are anonymous and shared pages on their way to swap")
	SEE("vmstat, psi")

	TERM("nr_vmscan_immediate_reclaim") UNIT("pages")
	MEANING("dirty pages that reclaim met and marked to be freed as soon as they "
		"are written")
	TRAP("counts since boot. It moves when memory fills with pages that the disk "
	     "does not take fast enough")
	SEE("vmstat, psi")

	TERM("nr_dirtied") UNIT("pages")
	MEANING("pages that were made dirty since boot")
	TRAP("counts since boot. nr_dirtied - nr_written is not nr_dirty: pages are "
	     "dirtied again, or dropped with their file")
	SEE("vmstat")

	TERM("nr_written") UNIT("pages")
	MEANING("pages whose writing was finished since boot")
	TRAP("counts since boot")
	SEE("vmstat")

	TERM("nr_throttled_written") UNIT("pages")
	MEANING("pages written while reclaim was waiting for just that")
	TRAP("counts since boot; it moves when tasks that need memory wait for a slow "
	     "disk")
	SEE("psi, vmstat")

	TERM("nr_kernel_misc_reclaimable") UNIT("pages")
	MEANING("kernel pages outside slab that can be given back, counted by the "
		"drivers that hold them")
	FORMULA("KReclaimable - SReclaimable")
	TRAP("0 on most machines")
	SEE("where")

	TERM("nr_foll_pin_acquired") UNIT("pins")
	MEANING("times a page was pinned for a device or for direct I/O since boot")
	FORMULA("pins held now = nr_foll_pin_acquired - nr_foll_pin_released")
	TRAP("counts pins, not pages: a page may be pinned often")
	SEE("vmstat, frag")

	TERM("nr_foll_pin_released") UNIT("pins")
	MEANING("times the pin of a page was given up since boot")
	TRAP("a difference to nr_foll_pin_acquired that grows for ever is a leak of "
	     "pinned pages, which neither reclaim nor compaction can move")
	SEE("vmstat, frag")

	TERM("nr_kernel_stack") UNIT("KiB")
	MEANING("stacks of all threads in the kernel")
	FORMULA("KernelStack")
	TRAP("in KiB, not in pages, unlike its neighbours")
	SEE("where, ps")

	TERM("nr_shadow_call_stack") UNIT("KiB")
	MEANING("second stacks that protect return addresses in the kernel")
	FORMULA("ShadowCallStack")
	TRAP("in KiB, not in pages")
	SEE("where")

	TERM("nr_page_table_pages") UNIT("pages")
	MEANING("page tables of processes")
	FORMULA("PageTables / page size")
	SEE("ps, where")

	TERM("nr_sec_page_table_pages") UNIT("pages")
	MEANING("page tables of KVM guests and of the IOMMU")
	FORMULA("SecPageTables / page size")
	SEE("where")

	TERM("nr_iommu_pages") UNIT("pages")
	MEANING("pages that IOMMU drivers took for their tables")
	TRAP("stands in nr_sec_page_table_pages as well where these are page tables")
	SEE("where")

	TERM("nr_swapcached") UNIT("pages")
	MEANING("pages in memory that have a copy in swap")
	FORMULA("SwapCached / page size")
	SEE("vmstat")

	TERM("pgpromote_success") UNIT("pages")
	MEANING("pages that were moved up from slow memory (CXL, persistent memory) to "
		"a fast node since they are hot")
	TRAP("counts since boot")
	SEE("vmstat")

	TERM("pgpromote_candidate") UNIT("pages")
	MEANING("pages found hot in slow memory that were considered under the limit of "
		"promotion")
	TRAP("counts since boot; promotions into ample free memory pass no limit and "
	     "are in pgpromote_candidate_nrl")
	SEE("vmstat")

	TERM("pgpromote_candidate_nrl") UNIT("pages")
	MEANING("pages promoted without regard to the limit, since the fast node had "
		"enough free memory")
	TRAP("counts since boot")
	SEE("vmstat")

	TERM("pgdemote_#") UNIT("pages") SET("who")
	MEANING("pages moved down to a slower memory node by % instead of being dropped "
		"or swapped")
	TRAP("counts since boot. Demoted pages also count as reclaimed in pgsteal_#: "
	     "they left the node, not the machine")
	SEE("vmstat, zone")

	TERM("nr_hugetlb") UNIT("pages")
	MEANING("pages of hugetlb pools that are in use, in pages of the normal size")
	TRAP("idle pages of the pool are not in it: the pool is Hugetlb")
	SEE("where")

	TERM("nr_balloon_pages") UNIT("pages")
	MEANING("memory that balloon drivers gave back to the host")
	FORMULA("Balloon / page size")
	TRAP("not every balloon driver counts here")
	SEE("where")

	TERM("nr_kernel_file_pages") UNIT("pages")
	MEANING("page cache that the kernel keeps for itself, such as the metadata of "
		"btrfs")
	TRAP("a part of nr_file_pages, charged to no control group")
	SEE("where")

	TERM("nr_gpu_active") UNIT("pages")
	MEANING("system memory held for objects of graphics drivers")
	FORMULA("GPUActive / page size")
	SEE("where")

	TERM("nr_gpu_reclaim") UNIT("pages")
	MEANING("system memory that graphics drivers keep for reuse and can give back")
	FORMULA("GPUReclaim / page size")
	SEE("where")

	TERM("nr_vmalloc") UNIT("pages")
	MEANING("pages behind areas of vmalloc")
	FORMULA("VmallocUsed / page size")
	TRAP("stacks of threads are in it with CONFIG_VMAP_STACK, and in "
	     "nr_kernel_stack too")
	SEE("vmalloc")

	TERM("nr_dirty_threshold") UNIT("pages")
	MEANING("dirty memory at which programs that write are made to wait")
	FORMULA("vm.dirty_ratio (or vm.dirty_bytes) of free memory and file cache")
	TRAP("a share of what may become dirty, which shrinks as programs grow: not of "
	     "MemTotal. Writers are slowed down from halfway between this and "
	     "nr_dirty_background_threshold")
	SEE("vmstat")

	TERM("nr_dirty_background_threshold") UNIT("pages")
	MEANING("dirty memory from which the kernel writes in the background")
	FORMULA("vm.dirty_background_ratio (or vm.dirty_background_bytes) of free "
		"memory and file cache")
	SEE("vmstat")

	TERM("nr_memmap_pages") UNIT("pages")
	MEANING("page descriptors that were allocated while running, as for hotplugged "
		"memory")
	TRAP("inside MemTotal")
	SEE("where")

	TERM("nr_memmap_boot_pages") UNIT("pages")
	MEANING("page descriptors set aside at boot: 64 bytes for each page, 1.6 per "
		"cent of RAM with 4 KiB pages")
	TRAP("outside MemTotal: a part of the gap between RAM and MemTotal")
	SEE("where")

	TERM("pgpgin") UNIT("KiB")
	MEANING("read from block devices: files, swap, metadata and direct I/O")
	TRAP("in KiB, whatever the page size, and not pages of the page cache: reads "
	     "from cache or over the network are not in it")
	SEE("vmstat")

	TERM("pgpgout") UNIT("KiB")
	MEANING("written to block devices: files, swap, metadata and direct I/O")
	TRAP("in KiB, whatever the page size")
	SEE("vmstat")

	TERM("pswpin") UNIT("pages")
	MEANING("pages read back from swap devices")
	TRAP("the sign of too little memory is this moving, not swap in use. Pages from "
	     "zswap and pages of zeroes are not in it: see zswpin and swpin_zero")
	SEE("vmstat, psi")

	TERM("pswpout") UNIT("pages")
	MEANING("pages written to swap devices")
	TRAP("harmless if they do not come back (pswpin). What zswap keeps is not in it")
	SEE("vmstat, psi")

	TERM("pgalloc_#") UNIT("pages") SET("zone")
	MEANING("pages given out since boot by zone %")
	TRAP("counts pages, so one huge page adds 512; mere traffic, the level is "
	     "nr_free_pages. Which zone serves is the kernel's choice and no sign of "
	     "trouble")
	SEE("vmstat, zone")

	TERM("allocstall_#") UNIT("events") SET("zone")
	MEANING("times a task had to reclaim memory itself before it got any, for "
		"requests whose highest zone is %")
	TRAP("any lasting rate is time lost by programs: kswapd is late or finds "
	     "nothing. Reclaim for a limit of a control group is not counted")
	SEE("psi, vmstat, zone")

	TERM("allocstall") UNIT("events")
	MEANING("times a task had to reclaim memory itself before it got any (kernels "
		"that do not split it by zone)")
	SEE("psi, vmstat")

	TERM("pgskip_#") UNIT("pages") SET("zone")
	MEANING("pages that reclaim passed over, since the request needed memory of a "
		"lower zone than theirs: %")
	TRAP("much of it is work for nothing, typical of 32-bit kernels with high "
	     "memory")
	SEE("zone, vmstat")

	TERM("pgfree") UNIT("pages")
	MEANING("pages given back to the allocator since boot")
	TRAP("mere traffic: pages that stop on a per-CPU list count too")
	SEE("vmstat")

	TERM("pgactivate") UNIT("pages")
	MEANING("pages moved up to an active list since they were used again")
	SEE("vmstat")

	TERM("pgdeactivate") UNIT("pages")
	MEANING("pages moved down to an inactive list")
	TRAP("rises under reclaim, and when programs call for it (madvise)")
	SEE("vmstat")

	TERM("pglazyfree") UNIT("pages")
	MEANING("pages that programs gave up with MADV_FREE: the kernel takes them when "
		"it needs memory")
	TRAP("until then they count in RSS: allocators that use it look as if they held "
	     "memory")
	SEE("ps, map")

	TERM("pglazyfreed") UNIT("pages")
	MEANING("of the pages given up with MADV_FREE, those that reclaim took")
	SEE("vmstat")

	TERM("pgfault") UNIT("faults")
	MEANING("page faults of all kinds: the first touch of memory, copies after "
		"fork, and reads from disk")
	TRAP("a busy machine has thousands a second, and that is no trouble. Failed "
	     "faults are counted too")
	SEE("vmstat, ps")

	TERM("pgmajfault") UNIT("faults")
	MEANING("page faults whose page was neither in memory nor in the swap cache, so "
		"that it had to be fetched")
	TRAP("starting a program gives some. Where swap is zram or zswap many of these "
	     "wait for decompression, not for a disk. Not the sum of the majflt of "
	     "processes, which is counted by another rule")
	SEE("vmstat, psi, ps")

	TERM("pgrefill") UNIT("pages")
	MEANING("pages of active lists that reclaim looked at, to refill the inactive "
		"ones")
	SEE("vmstat")

	TERM("pgreuse") UNIT("faults")
	MEANING("write faults on a page that nobody else used any more, so that no copy "
		"was needed")
	SEE("vmstat")

	TERM("pgsteal_#") UNIT("pages") SET("who")
	MEANING("pages that % took back")
	FORMULA("efficiency of reclaim = pgsteal_# / pgscan_#")
	TRAP("newer kernels (these lines stand in zoneinfo by node) count reclaim for "
	     "limits of control groups here, older ones do not: pgsteal_anon and "
	     "pgsteal_file always have it")
	SEE("vmstat, psi")

	TERM("pgscan_#") UNIT("pages") SET("who")
	MEANING("pages that % looked at in search of memory")
	TRAP("looked at is not freed: far more scanned than pgsteal_# means that little "
	     "was found. Newer kernels (these lines stand in zoneinfo by node) count "
	     "reclaim for limits of control groups here, older ones do not")
	SEE("vmstat, psi")

	TERM("pgscan_direct_throttle") UNIT("events")
	MEANING("times a task that reclaimed was put to sleep since free memory was "
		"down to half of the min marks")
	TRAP("any rate is serious: the reserves for emergencies are being used")
	SEE("psi, zone, vmstat")

	TERM("pgscan_#") UNIT("pages") SET("kind")
	MEANING("% pages that anybody looked at in search of memory")
	TRAP("split by what, not by whom: the sum of pgscan_anon and pgscan_file is the "
	     "same scanning as pgscan_kswapd, pgscan_direct and so on. Reclaim for "
	     "limits of control groups is in it")
	SEE("vmstat")

	TERM("pgsteal_#") UNIT("pages") SET("kind")
	MEANING("% pages that anybody took back")
	TRAP("split by what, not by whom: adding these to pgsteal_kswapd, "
	     "pgsteal_direct and so on counts everything twice. Reclaim for limits of "
	     "control groups is in it")
	SEE("vmstat")

	TERM("zone_reclaim_success") UNIT("events")
	MEANING("times reclaim within one node gave what was needed "
		"(vm.zone_reclaim_mode)")
	SEE("vmstat, zone")

	TERM("zone_reclaim_failed") UNIT("events")
	MEANING("times reclaim within one node did not give enough, so that another "
		"node had to serve")
	TRAP("moves only where vm.zone_reclaim_mode is set, which is rarely a good idea")
	SEE("vmstat, zone")

	TERM("pginodesteal") UNIT("pages")
	MEANING("cached pages that were dropped together with an inode which a task "
		"reclaimed")
	SEE("slab, vmstat")

	TERM("kswapd_inodesteal") UNIT("pages")
	MEANING("cached pages that were dropped together with an inode which kswapd "
		"reclaimed")
	TRAP("file data goes since the inode cache is squeezed")
	SEE("slab, vmstat")

	TERM("slabs_scanned") UNIT("objects")
	MEANING("objects of caches with a shrinker that reclaim looked at")
	TRAP("objects, not slabs; looked at, not freed")
	SEE("slab")

	TERM("kswapd_low_wmark_hit_quickly") UNIT("events")
	MEANING("times kswapd had hardly gone to sleep when free memory fell below the "
		"low mark again")
	TRAP("a steady rate: memory is used faster than the gap between the marks "
	     "covers. vm.watermark_scale_factor widens it")
	SEE("zone, vmstat")

	TERM("kswapd_high_wmark_hit_quickly") UNIT("events")
	MEANING("times kswapd meant to sleep and found free memory below the high mark "
		"again")
	SEE("zone, vmstat")

	TERM("pageoutrun") UNIT("events")
	MEANING("rounds of kswapd")
	SEE("vmstat, zone")

	TERM("pgrotated") UNIT("pages")
	MEANING("pages moved to the end of their list to be freed next, mostly when "
		"their writing was finished")
	TRAP("moves when reclaim meets pages that are being written: then the disk is "
	     "the limit")
	SEE("vmstat, psi")

	TERM("drop_pagecache") UNIT("events")
	MEANING("times somebody dropped the page cache by hand (vm.drop_caches)")
	TRAP("a script that does so makes the machine slower, never roomier")
	SEE("vmstat")

	TERM("drop_slab") UNIT("events")
	MEANING("times somebody dropped directory entries and inodes by hand "
		"(vm.drop_caches)")
	TRAP("a script that does so makes the machine slower, never roomier")
	SEE("vmstat")

	TERM("oom_kill") UNIT("kills")
	MEANING("processes killed for lack of memory, those killed for a limit of a "
		"control group included")
	TRAP("other processes that share the memory of the victim die with it and are "
	     "not counted. memory.events tells the control group")
	SEE("where, ps, psi")

	TERM("numa_pte_updates") UNIT("pages")
	MEANING("pages made to fault once by automatic NUMA balancing, to see who uses "
		"them")
	TRAP("a cost: each may give a fault")
	SEE("vmstat")

	TERM("numa_huge_pte_updates") UNIT("huge pages")
	MEANING("huge pages made to fault once by automatic NUMA balancing")
	SEE("vmstat")

	TERM("numa_hint_faults") UNIT("faults")
	MEANING("faults that automatic NUMA balancing caused to learn who uses a page")
	SEE("vmstat")

	TERM("numa_hint_faults_local") UNIT("faults")
	MEANING("of numa_hint_faults, those by a CPU of the page's own node")
	FORMULA("share of local use = numa_hint_faults_local / numa_hint_faults")
	SEE("vmstat")

	TERM("numa_pages_migrated") UNIT("pages")
	MEANING("pages that automatic NUMA balancing moved to another node")
	TRAP("pages that go to and fro cost more than they give")
	SEE("vmstat")

	TERM("pgmigrate_success") UNIT("pages")
	MEANING("pages moved to another place, by compaction, NUMA balancing, hotplug "
		"or a program")
	SEE("frag, vmstat")

	TERM("pgmigrate_fail") UNIT("pages")
	MEANING("pages that could not be moved, since somebody held or pinned them")
	SEE("frag, vmstat")

	TERM("thp_migration_success") UNIT("huge pages")
	MEANING("huge pages moved whole")
	SEE("vmstat")

	TERM("thp_migration_fail") UNIT("huge pages")
	MEANING("huge pages that could not be moved")
	SEE("vmstat")

	TERM("thp_migration_split") UNIT("huge pages")
	MEANING("huge pages that were split since they could not be moved whole")
	SEE("vmstat, frag")

	TERM("compact_migrate_scanned") UNIT("pages")
	MEANING("pages that compaction looked at for something to move")
	TRAP("far more of it than compact_isolated is search in vain")
	SEE("frag, vmstat")

	TERM("compact_free_scanned") UNIT("pages")
	MEANING("pages that compaction looked at for a free place")
	SEE("frag, vmstat")

	TERM("compact_isolated") UNIT("pages")
	MEANING("pages that compaction took off their lists, to move them or as a place "
		"to move to")
	SEE("frag, vmstat")

	TERM("compact_stall") UNIT("events")
	MEANING("times a task compacted memory itself to get a large block")
	TRAP("time lost by that task: free memory is in pieces")
	SEE("frag, psi, vmstat")

	TERM("compact_fail") UNIT("events")
	MEANING("of compact_stall, those after which there was still no block")
	TRAP("often the block was wanted for a huge page, and small pages did as well")
	SEE("frag, vmstat")

	TERM("compact_success") UNIT("events")
	MEANING("of compact_stall, those that gave a block")
	SEE("frag, vmstat")

	TERM("compact_daemon_wake") UNIT("events")
	MEANING("times kcompactd was woken to make large blocks in the background")
	SEE("frag, vmstat")

	TERM("compact_daemon_migrate_scanned") UNIT("pages")
	MEANING("pages that kcompactd looked at for something to move")
	TRAP("contained in compact_migrate_scanned")
	SEE("frag, vmstat")

	TERM("compact_daemon_free_scanned") UNIT("pages")
	MEANING("pages that kcompactd looked at for a free place")
	TRAP("contained in compact_free_scanned")
	SEE("frag, vmstat")

	TERM("htlb_buddy_alloc_success") UNIT("events")
	MEANING("pages for a hugetlb pool that could be made of free memory")
	SEE("where, frag")

	TERM("htlb_buddy_alloc_fail") UNIT("events")
	MEANING("pages for a hugetlb pool that could not be made: no free block was "
		"large enough")
	TRAP("the pool then has fewer pages than was asked for, without an error. Set "
	     "it at boot")
	SEE("frag, where")

	TERM("cma_alloc_success") UNIT("requests")
	MEANING("requests for a contiguous buffer that were met")
	SEE("zone, frag")

	TERM("cma_alloc_fail") UNIT("requests")
	MEANING("requests for a contiguous buffer that were not met")
	TRAP("pages in the range may be pinned, however many are free")
	SEE("zone, frag")

	TERM("unevictable_pgs_culled") UNIT("pages")
	MEANING("pages put among those that reclaim leaves alone")
	SEE("vmstat")

	TERM("unevictable_pgs_scanned") UNIT("pages")
	MEANING("unevictable pages looked at to see whether they can be reclaimed again")
	SEE("vmstat")

	TERM("unevictable_pgs_rescued") UNIT("pages")
	MEANING("unevictable pages that can be reclaimed again and went back to their "
		"list")
	SEE("vmstat")

	TERM("unevictable_pgs_mlocked") UNIT("pages")
	MEANING("pages locked by mlock since boot")
	SEE("ps, vmstat")

	TERM("unevictable_pgs_munlocked") UNIT("pages")
	MEANING("pages unlocked again since boot")
	SEE("ps, vmstat")

	TERM("unevictable_pgs_cleared") UNIT("pages")
	MEANING("locked pages that were unlocked since they were unmapped, cut off "
		"their file or freed")
	SEE("vmstat")

	TERM("unevictable_pgs_stranded") UNIT("pages")
	MEANING("pages that were unlocked and could not be put back on a normal list at "
		"once")
	TRAP("reclaim finds them later; a steady rate is odd")
	SEE("vmstat")

	TERM("thp_fault_alloc") UNIT("huge pages")
	MEANING("huge pages given at a page fault")
	SEE("vmstat, map")

	TERM("thp_fault_fallback") UNIT("events")
	MEANING("faults that wanted a huge page and got small ones: no free block, or a "
		"limit in the way")
	FORMULA("share refused = thp_fault_fallback / (thp_fault_fallback + "
		"thp_fault_alloc)")
	SEE("frag, vmstat")

	TERM("thp_fault_fallback_charge") UNIT("events")
	MEANING("of thp_fault_fallback, those where there was a huge page but the limit "
		"of the control group refused it")
	TRAP("frag tells nothing here: raise the limit instead")
	SEE("vmstat")

	TERM("thp_collapse_alloc") UNIT("huge pages")
	MEANING("huge pages that khugepaged got to join small pages in")
	TRAP("how many were really joined is in "
	     "/sys/kernel/mm/transparent_hugepage/khugepaged/pages_collapsed")
	SEE("vmstat")

	TERM("thp_collapse_alloc_failed") UNIT("events")
	MEANING("times khugepaged found small pages to join and no huge page to put "
		"them in")
	SEE("frag, vmstat")

	TERM("thp_file_alloc") UNIT("huge pages")
	MEANING("huge pages given for shared memory or files")
	SEE("vmstat")

	TERM("thp_file_fallback") UNIT("events")
	MEANING("times shared memory or a file wanted a huge page and got small ones")
	SEE("frag, vmstat")

	TERM("thp_file_fallback_charge") UNIT("events")
	MEANING("of thp_file_fallback, those that the limit of the control group "
		"refused")
	SEE("vmstat")

	TERM("thp_file_mapped") UNIT("events")
	MEANING("times a huge page of a file or of shared memory was mapped as such")
	SEE("vmstat")

	TERM("thp_split_page") UNIT("huge pages")
	MEANING("huge pages split into small ones, mostly under reclaim or when a part "
		"was given back")
	SEE("vmstat, frag")

	TERM("thp_split") UNIT("huge pages")
	MEANING("huge pages split (name on old kernels; since 4.5 thp_split_page and "
		"thp_split_pmd)")
	SEE("vmstat")

	TERM("thp_split_page_failed") UNIT("events")
	MEANING("huge pages that could not be split, as when somebody pinned them")
	SEE("vmstat")

	TERM("thp_deferred_split_page") UNIT("huge pages")
	MEANING("huge pages of which a part was unmapped, queued to be split under "
		"pressure")
	TRAP("until then the unmapped part is memory that no RSS shows")
	SEE("vmstat, where")

	TERM("thp_underused_split_page") UNIT("huge pages")
	MEANING("huge pages split since they held little but zeroes")
	SEE("vmstat")

	TERM("thp_split_pmd") UNIT("events")
	MEANING("times the mapping of a huge page was split into small entries "
		"(mprotect, partial munmap)")
	TRAP("the page itself stays whole: see thp_split_page")
	SEE("vmstat, map")

	TERM("thp_split_pud") UNIT("events")
	MEANING("times the mapping of a page of the next larger size (1 GiB on x86) was "
		"split")
	SEE("vmstat")

	TERM("thp_scan_exceed_#_pte") UNIT("events") SET("pte")
	MEANING("times khugepaged left small pages alone: too many of them are %")
	FORMULA("limits: max_ptes_none, max_ptes_swap and max_ptes_shared in "
		"/sys/kernel/mm/transparent_hugepage/khugepaged")
	SEE("vmstat")

	TERM("thp_zero_page_alloc") UNIT("events")
	MEANING("times a huge page of zeroes, shared by all who only read, was made")
	SEE("vmstat")

	TERM("thp_zero_page_alloc_failed") UNIT("events")
	MEANING("times the huge page of zeroes could not be made, and small pages were "
		"used")
	SEE("frag, vmstat")

	TERM("thp_swpout") UNIT("huge pages")
	MEANING("huge pages swapped out whole")
	SEE("vmstat")

	TERM("thp_swpout_fallback") UNIT("huge pages")
	MEANING("huge pages that were split to be swapped out, mostly for want of "
		"contiguous swap")
	TRAP("swap is in pieces, or the device takes no large pages")
	SEE("vmstat")

	TERM("balloon_inflate") UNIT("pages")
	MEANING("pages that a balloon driver gave to the host")
	TRAP("the hypervisor takes memory away; not every balloon driver counts")
	SEE("where, vmstat")

	TERM("balloon_deflate") UNIT("pages")
	MEANING("pages that a balloon driver got back from the host")
	SEE("where, vmstat")

	TERM("balloon_migrate") UNIT("pages")
	MEANING("pages of a balloon that were moved to make room for large blocks")
	SEE("frag, vmstat")

	TERM("swap_ra") UNIT("pages")
	MEANING("pages read from swap in advance, beside the one that was wanted")
	SEE("swap, vmstat")

	TERM("swap_ra_hit") UNIT("pages")
	MEANING("of the pages read in advance, those that were wanted later")
	FORMULA("use of readahead = swap_ra_hit / swap_ra")
	TRAP("a low share on a fast device: vm.page-cluster=0 spares the reads")
	SEE("swap, vmstat")

	TERM("swpin_zero") UNIT("pages")
	MEANING("pages of zeroes filled in without reading swap")
	SEE("swap, vmstat")

	TERM("swpout_zero") UNIT("pages")
	MEANING("pages of zeroes noted as such instead of written to swap")
	TRAP("not in pswpout")
	SEE("swap, vmstat")

	TERM("ksm_swpin_copy") UNIT("pages")
	MEANING("merged pages (KSM) that had to be copied when they came back from swap")
	SEE("vmstat")

	TERM("cow_ksm") UNIT("faults")
	MEANING("writes to a merged page (KSM), each of which needed a copy")
	TRAP("many of them undo what merging gained")
	SEE("vmstat, ps")

	TERM("zswpin") UNIT("pages")
	MEANING("pages taken back out of zswap")
	TRAP("costs time of the CPU, no disk; a steady rate means that the working set "
	     "does not fit")
	SEE("vmstat, psi")

	TERM("zswpout") UNIT("pages")
	MEANING("pages put into zswap")
	SEE("vmstat, free")

	TERM("zswpwb") UNIT("pages")
	MEANING("pages written from zswap to its device, since the pool was full or "
		"shrank")
	TRAP("these count in pswpout too")
	SEE("vmstat, free")

	TERM("direct_map_level2_splits") UNIT("events")
	MEANING("times an entry of 2 MiB (4 MiB on 32 bit without PAE) in the kernel's "
		"own map of RAM was split into small ones")
	TRAP("each stays split, mostly: BPF and modules do it, and it costs a little "
	     "speed for good")
	SEE("where")

	TERM("direct_map_level3_splits") UNIT("events")
	MEANING("times a 1 GiB entry of the kernel's own map of RAM was split")
	SEE("where")

	TERM("direct_map_level2_collapses") UNIT("events")
	MEANING("times small entries of the kernel's own map of RAM were joined to one "
		"of 2 MiB")
	SEE("where")

	TERM("direct_map_level3_collapses") UNIT("events")
	MEANING("times entries of the kernel's own map of RAM were joined to one of 1 "
		"GiB")
	SEE("where")

	TERM("vma_lock_success") UNIT("faults")
	MEANING("faults served under the lock of one mapping alone "
		"(CONFIG_PER_VMA_LOCK_STATS)")
	SEE("vmstat")

	TERM("vma_lock_abort") UNIT("faults")
	MEANING("faults that could not use the lock of their mapping alone and took "
		"that of the whole process")
	SEE("vmstat")

	TERM("vma_lock_retry") UNIT("faults")
	MEANING("faults under the lock of one mapping that had to be tried again")
	SEE("vmstat")

	TERM("vma_lock_miss") UNIT("faults")
	MEANING("faults that met a mapping just being changed or taken away")
	SEE("vmstat")

	TERM("nr_tlb_remote_flush") UNIT("events")
	MEANING("times other CPUs were asked to forget translations of addresses "
		"(CONFIG_DEBUG_TLBFLUSH)")
	SEE("vmstat")

	TERM("nr_tlb_remote_flush_received") UNIT("events")
	MEANING("times a CPU was asked to forget translations of addresses "
		"(CONFIG_DEBUG_TLBFLUSH)")
	SEE("vmstat")

	TERM("nr_tlb_local_flush_all") UNIT("events")
	MEANING("times a CPU forgot all its translations (CONFIG_DEBUG_TLBFLUSH)")
	SEE("vmstat")

	TERM("nr_tlb_local_flush_one") UNIT("events")
	MEANING("translations that a CPU forgot one by one (CONFIG_DEBUG_TLBFLUSH)")
	SEE("vmstat")

	TERM("kstack_#") UNIT("threads") SET("stack")
	MEANING("threads that had used % of their kernel stack when they ended "
		"(CONFIG_DEBUG_STACK_USAGE)")
	SEE("where")
};

const struct ml_glossary ml_glossary_vmstat = {
	.kind = "vmstat",
	.source = "/proc/vmstat",
	GLOSSES(terms),
	.sets = sets,
	.nsets = ML_ARRAY_SIZE(sets),
};
