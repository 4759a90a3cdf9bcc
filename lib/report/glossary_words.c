/* SPDX-License-Identifier: MIT */
/* glossary_words: words of the field, settings, and the lines of zoneinfo. */
#include "report/glossary.h"

static const struct ml_gloss word_terms[] = {
	{ .term = "VSS", .unit = "bytes",
	  .also = "VSZ, virtual size, virtual set size",
	  .meaning = "size of the address space of a process: everything it has mapped, "
		     "used or not",
	  .formula = "VmSize in /proc/PID/status",
	  .trap = "an address range costs nothing: only what was touched takes memory",
	  .see = "ps, map" },
	{ .term = "RSS", .unit = "bytes",
	  .also = "resident set size",
	  .meaning = "memory of a process that is in RAM, with everything it shares "
		     "counted in full",
	  .formula = "RssAnon + RssFile + RssShmem in /proc/PID/status",
	  .trap = "do not add it over processes: libraries and shared memory are counted "
		  "in each. Hugetlb pages, page tables and kernel memory are not in it",
	  .see = "ps" },
	{ .term = "PSS", .unit = "bytes",
	  .also = "proportional set size",
	  .meaning = "memory of a process in RAM, each shared page divided by the number "
		     "of those who map it",
	  .formula = "sum of Pss in /proc/PID/smaps, or smaps_rollup",
	  .trap = "the only one of these sizes that may be added over processes. It is "
		  "dear to read, and changes when a neighbour ends",
	  .see = "ps, map" },
	{ .term = "USS", .unit = "bytes",
	  .also = "unique set size",
	  .meaning = "memory that only this process has, and that comes free when it "
		     "ends",
	  .formula = "Private_Clean + Private_Dirty of smaps_rollup, and Private_Hugetlb "
		     "where hugetlb counts",
	  .trap = "shared memory that outlives the process (tmpfs, memfd passed on) does "
		  "not come free",
	  .see = "ps" },
	{ .term = "working set", .unit = "bytes",
	  .meaning = "memory that programs really use over some time, as opposed to what "
		     "they hold",
	  .trap = "no counter tells it. What the kernel says is whether it fits: "
		  "refaults and pressure",
	  .see = "psi, vmstat, ps" },
	{ .term = "page", .unit = "bytes",
	  .meaning = "the unit in which memory is managed: 4 KiB on x86, 4, 16 or 64 KiB "
		     "on arm64, 4 or 64 KiB on POWER",
	  .trap = "counters in pages of two machines need not compare",
	  .see = "free" },
	{ .term = "folio", .unit = "pages",
	  .meaning = "one page or several that lie together and are managed as one",
	  .see = "frag" },
	{ .term = "page cache", .unit = "bytes",
	  .also = "file cache, cache",
	  .meaning = "contents of files kept in memory, so that they need not be read "
		     "again",
	  .formula = "Cached + Buffers, of which Shmem cannot be dropped",
	  .trap = "not wasted: it is given back as soon as programs want memory, except "
		  "what is dirty, locked or shared memory",
	  .see = "free, where" },
	{ .term = "anonymous memory", .unit = "bytes",
	  .also = "anon, anonymous page",
	  .meaning = "memory with no file behind it: heap, stack, private changed pages",
	  .trap = "can leave RAM only through swap",
	  .see = "ps, free" },
	{ .term = "dirty page", .unit = "pages",
	  .meaning = "a page that was changed and not yet written to where it came from",
	  .trap = "can be freed only after it was written",
	  .see = "vmstat, free" },
	{ .term = "writeback", .unit = "events",
	  .meaning = "writing changed pages to their disk",
	  .see = "vmstat, psi" },
	{ .term = "swap cache", .unit = "bytes",
	  .meaning = "pages that are in RAM and in swap at once, so that they can be "
		     "dropped without another write",
	  .formula = "SwapCached",
	  .trap = "neither lost RAM nor lost swap",
	  .see = "vmstat, free" },
	{ .term = "swap", .unit = "bytes",
	  .also = "swap area, swapping",
	  .meaning = "disk, file or compressed RAM that takes anonymous memory which is "
		     "not used now",
	  .trap = "swap in use is no fault. Swap traffic in both directions is",
	  .see = "vmstat, free, psi" },
	{ .term = "zswap", .unit = "bytes",
	  .meaning = "compressed cache in RAM before a swap device: pages are kept "
		     "compressed and written to the device when the pool is full",
	  .formula = "saves Zswapped - Zswap",
	  .trap = "pages in it hold their slot on the device as well, so SwapFree "
		  "shrinks",
	  .see = "free, vmstat" },
	{ .term = "zram", .unit = "bytes",
	  .meaning = "block device in compressed RAM, mostly used as swap",
	  .trap = "swap in use on it is RAM in use, at compressed size: see nr_zspages",
	  .see = "free, where" },
	{ .term = "zsmalloc", .unit = "bytes",
	  .meaning = "allocator under zram and zswap for compressed pages",
	  .formula = "nr_zspages",
	  .see = "where" },
	{ .term = "THP", .unit = "bytes",
	  .also = "transparent huge page, transparent hugepage, huge page",
	  .meaning = "a huge page (2 MiB on x86) that the kernel uses by itself where it "
		     "has one",
	  .trap = "a program that touches little of each gets a larger RSS. Not hugetlb: "
		  "no pool is set aside",
	  .see = "vmstat, frag, map" },
	{ .term = "mTHP", .unit = "bytes",
	  .also = "multi-size THP",
	  .meaning = "transparent large pages of sizes between a page and a huge page, "
		     "such as 64 KiB",
	  .trap = "in no line of meminfo: see "
		  "/sys/kernel/mm/transparent_hugepage/hugepages-*/stats",
	  .see = "vmstat, frag" },
	{ .term = "khugepaged",
	  .meaning = "kernel thread that joins small pages to huge pages",
	  .see = "vmstat, frag" },
	{ .term = "huge zero page", .unit = "bytes",
	  .meaning = "one huge page of zeroes that all read-only uses of untouched "
		     "memory share",
	  .see = "vmstat" },
	{ .term = "KSM", .unit = "pages",
	  .also = "kernel samepage merging",
	  .meaning = "joins equal pages of programs that ask for it, mostly virtual "
		     "machines",
	  .formula = "saves pages_sharing x page size, in /sys/kernel/mm/ksm",
	  .trap = "costs time of the CPU; merged pages are copied again when written to "
		  "(cow_ksm)",
	  .see = "vmstat, ps" },
	{ .term = "PSI", .unit = "ratio",
	  .also = "pressure, pressure stall information",
	  .meaning = "share of time in which tasks could not go on for want of memory, "
		     "disk or CPU",
	  .trap = "the plainest sign of too little memory: full memory with no pressure "
		  "hurts nobody",
	  .see = "psi" },
	{ .term = "PSI some", .unit = "ratio",
	  .also = "some",
	  .meaning = "share of time in which at least one task waited for the resource, "
		     "while others may have run",
	  .see = "psi" },
	{ .term = "PSI full", .unit = "ratio",
	  .also = "full",
	  .meaning = "share of time in which all tasks that had something to do waited, "
		     "so that nothing was done",
	  .trap = "for CPU it is 0 for the whole machine by definition, and only has a "
		  "meaning in control groups",
	  .see = "psi" },
	{ .term = "avg10", .unit = "ratio",
	  .meaning = "running average of the kernel over ten seconds",
	  .trap = "updated every two seconds, rises late and falls slowly: a short stall "
		  "hides in it. The growth of the total is exact",
	  .see = "psi" },
	{ .term = "avg60", .unit = "ratio",
	  .meaning = "running average of the kernel over a minute",
	  .see = "psi" },
	{ .term = "avg300", .unit = "ratio",
	  .meaning = "running average of the kernel over five minutes",
	  .see = "psi" },
	{ .term = "refault", .unit = "pages",
	  .meaning = "a page that is read again after reclaim had taken it away",
	  .formula = "workingset_refault_anon, workingset_refault_file",
	  .trap = "a first read is none: only pages that were there before count",
	  .see = "psi, vmstat" },
	{ .term = "thrashing", .unit = "events",
	  .meaning = "pages of the working set are taken away and read back all the "
		     "time, so that programs mostly wait",
	  .formula = "workingset_restore_anon + workingset_restore_file, with memory "
		     "pressure",
	  .see = "psi, vmstat, where" },
	{ .term = "reclaim", .unit = "pages",
	  .meaning = "taking memory back from caches and programs so that others can "
		     "have it",
	  .see = "vmstat, psi" },
	{ .term = "kswapd",
	  .meaning = "kernel thread, one a node, that reclaims in the background: it "
		     "starts below the low mark and works up to the high mark",
	  .trap = "its work is normal. Trouble is when it cannot keep up, so that tasks "
		  "reclaim themselves (allocstall)",
	  .see = "zone, vmstat" },
	{ .term = "direct reclaim", .unit = "events",
	  .meaning = "a task has to reclaim memory itself before it gets any, and waits "
		     "meanwhile",
	  .formula = "allocstall_*, pgscan_direct",
	  .see = "psi, vmstat" },
	{ .term = "proactive reclaim", .unit = "pages",
	  .meaning = "reclaim that somebody asked for, by memory.reclaim of a control "
		     "group or the reclaim file of a node",
	  .trap = "no sign of shortage",
	  .see = "vmstat" },
	{ .term = "kcompactd",
	  .meaning = "kernel thread, one a node, that makes large blocks in the "
		     "background",
	  .see = "frag, vmstat" },
	{ .term = "compaction", .unit = "events",
	  .meaning = "moves pages together so that free memory lies in large blocks",
	  .trap = "can move only what is movable: one pinned or kernel page keeps a "
		  "block apart",
	  .see = "frag, vmstat" },
	{ .term = "watermark", .unit = "bytes",
	  .also = "watermarks, mark",
	  .meaning = "amount of free memory in a zone at which something begins: min, "
		     "low, high, promo",
	  .formula = "low = min + gap, high = low + gap; gap = max(min/4, managed x "
		     "vm.watermark_scale_factor / 10000)",
	  .trap = "zoneinfo shows them with the boost added",
	  .see = "zone" },
	{ .term = "boost", .unit = "bytes",
	  .also = "watermark boost",
	  .meaning = "marks raised for a while after an allocation had to take a block "
		     "of another type, so that kswapd frees more",
	  .formula = "up to vm.watermark_boost_factor / 10000 of the high mark",
	  .trap = "kswapd runs with memory free: that is why",
	  .see = "zone, frag" },
	{ .term = "lowmem reserve", .unit = "bytes",
	  .also = "lowmem_reserve, protection",
	  .meaning = "part of a zone that is kept from requests which could be served by "
		     "a higher zone",
	  .formula = "managed pages of the zones above / vm.lowmem_reserve_ratio",
	  .trap = "a zone can refuse requests although its free memory is above its "
		  "marks",
	  .see = "zone" },
	{ .term = "zone",
	  .meaning = "range of physical memory with one use: DMA, DMA32, Normal, "
		     "HighMem, Movable, Device",
	  .trap = "one zone may be short while others have plenty",
	  .see = "zone" },
	{ .term = "NUMA node",
	  .also = "node",
	  .meaning = "memory that is near to the same CPUs",
	  .trap = "one node can be full, and reclaim, while others are idle",
	  .see = "zone, vmstat" },
	{ .term = "Movable",
	  .meaning = "pages that can be moved elsewhere: memory of programs, page cache. "
		     "Also the name of a zone that holds nothing else",
	  .see = "frag, zone" },
	{ .term = "Unmovable",
	  .meaning = "pages that stay where they are: most memory of the kernel",
	  .trap = "a few of them scattered about keep large blocks from forming",
	  .see = "frag" },
	{ .term = "Reclaimable",
	  .meaning = "kernel caches that cannot be moved but freed: dentries and inodes",
	  .see = "frag" },
	{ .term = "HighAtomic",
	  .meaning = "blocks kept for urgent large requests that may not wait",
	  .see = "frag" },
	{ .term = "Isolate",
	  .meaning = "blocks taken out of use for the moment, to be emptied",
	  .see = "frag" },
	{ .term = "migrate type",
	  .also = "migratetype",
	  .meaning = "what kind of pages a block is meant for: Unmovable, Movable, "
		     "Reclaimable, HighAtomic, CMA, Isolate",
	  .see = "frag" },
	{ .term = "pageblock", .unit = "pages",
	  .meaning = "range of memory with one migrate type, mostly as large as a huge "
		     "page",
	  .see = "frag" },
	{ .term = "order", .unit = "number",
	  .meaning = "size of a block as a power of two: order 0 is a page, order 9 is 2 "
		     "MiB with 4 KiB pages",
	  .see = "frag" },
	{ .term = "buddy allocator",
	  .meaning = "gives out pages in blocks of powers of two, and joins free "
		     "neighbours again",
	  .see = "frag, zone" },
	{ .term = "fragmentation",
	  .also = "external fragmentation",
	  .meaning = "free memory lies in pieces too small for a request",
	  .trap = "free memory is no help then, and dropping caches seldom is",
	  .see = "frag" },
	{ .term = "fragmentation index", .unit = "index",
	  .also = "extfrag_index",
	  .meaning = "why a request for a block failed: towards 0 for lack of memory, "
		     "towards 1 for fragmentation",
	  .formula = "1 - (1 + free pages / pages of the request) / free blocks",
	  .trap = "-1 means that the request would not fail",
	  .see = "frag" },
	{ .term = "unusable index", .unit = "ratio",
	  .also = "unusable_index, unusable free space",
	  .meaning = "part of free memory that a request of an order cannot use, since "
		     "it lies in smaller blocks",
	  .formula = "(free pages - pages in blocks that are large enough) / free pages",
	  .see = "frag" },
	{ .term = "overcommit",
	  .also = "vm.overcommit_memory",
	  .meaning = "promising programs more memory than there is, since few touch all "
		     "they ask for",
	  .formula = "0: only absurd requests are refused; 1: all are granted; 2: no "
		     "more than CommitLimit",
	  .trap = "with mode 2 requests fail while memory is free",
	  .see = "free" },
	{ .term = "slab", .unit = "bytes",
	  .also = "slab cache",
	  .meaning = "memory that the kernel keeps in caches of equal objects: inodes, "
		     "sockets, buffers",
	  .trap = "a slab stays as long as one object in it lives",
	  .see = "slab" },
	{ .term = "SLUB",
	  .also = "SLAB, kmem_cache",
	  .meaning = "the slab allocator of current kernels; it merges caches of like "
		     "objects under one name",
	  .trap = "the name of a cache may stand for several: slub_nomerge on the "
		  "kernel's command line tells them apart",
	  .see = "slab" },
	{ .term = "kmalloc", .unit = "bytes",
	  .meaning = "memory for the kernel by size; up to some pages from caches named "
		     "kmalloc-N, above that straight from the page allocator",
	  .see = "slab" },
	{ .term = "dentry", .unit = "objects",
	  .meaning = "remembered name of a file, also of one that does not exist",
	  .trap = "programs that ask for missing names fill memory with them; it is "
		  "given back under pressure",
	  .see = "slab" },
	{ .term = "inode", .unit = "objects",
	  .meaning = "remembered file; holds the file's cached pages in place",
	  .see = "slab" },
	{ .term = "vmalloc", .unit = "bytes",
	  .meaning = "memory of the kernel that is contiguous in addresses only",
	  .see = "vmalloc" },
	{ .term = "ioremap", .unit = "bytes",
	  .meaning = "memory of devices that the kernel has mapped",
	  .trap = "stands in vmallocinfo, and takes no RAM",
	  .see = "vmalloc" },
	{ .term = "per-CPU lists", .unit = "bytes",
	  .also = "pcp, per-cpu lists, pageset",
	  .meaning = "free pages that each CPU keeps at hand",
	  .formula = "sum of count in /proc/zoneinfo",
	  .trap = "neither in MemFree nor in use: with many CPUs these are hundreds of "
		  "megabytes",
	  .see = "zone, where" },
	{ .term = "memfd", .unit = "bytes",
	  .meaning = "file in memory that has no name, made by memfd_create",
	  .formula = "in Shmem",
	  .trap = "lives as long as a descriptor or a mapping: a process can hold "
		  "gigabytes in no RSS",
	  .see = "ps, map, where" },
	{ .term = "tmpfs", .unit = "bytes",
	  .also = "shared memory",
	  .meaning = "file system in memory, as /dev/shm and often /tmp; shared memory "
		     "is made of it",
	  .formula = "in Shmem and Cached",
	  .trap = "files of programs that ended are still there, and count as cache",
	  .see = "where, free" },
	{ .term = "mlock", .unit = "bytes",
	  .also = "locked memory",
	  .meaning = "keeps pages of a program in RAM",
	  .formula = "Mlocked",
	  .see = "ps, free" },
	{ .term = "pinned pages", .unit = "pages",
	  .also = "pin, page pinning",
	  .meaning = "pages that a device or direct I/O uses and that may not move",
	  .formula = "nr_foll_pin_acquired - nr_foll_pin_released, in pins",
	  .see = "frag, vmstat" },
	{ .term = "hugetlb pool", .unit = "bytes",
	  .meaning = "huge pages set aside for programs that ask for them (databases, "
		     "virtual machines)",
	  .formula = "Hugetlb",
	  .trap = "of no use to anybody else, used or not",
	  .see = "where" },
	{ .term = "OOM", .unit = "events",
	  .also = "OOM killer, out of memory",
	  .meaning = "when nothing can be reclaimed the kernel kills the process with "
		     "the highest score",
	  .formula = "oom_kill",
	  .trap = "the process that was killed need not be the one that leaked. A limit "
		  "of a control group kills as well, with memory free",
	  .see = "where, ps, psi" },
	{ .term = "page table", .unit = "bytes",
	  .meaning = "tables that translate the addresses of a process; part of its cost "
		     "outside RSS",
	  .formula = "PageTables, VmPTE",
	  .see = "ps, where" },
	{ .term = "residue", .unit = "bytes",
	  .also = "unaccounted memory",
	  .meaning = "memory that is in use and in no counter of the kernel: what "
		     "remains when everything else is taken off MemTotal",
	  .formula = "MemTotal - free - pages in use - kernel - hugetlb - compressed and "
		     "ballooned",
	  .trap = "pipe buffers, sockets and memory of drivers stand here; about 0.1 per "
		  "cent is noise of the counters",
	  .see = "where, slab" },
	{ .term = "page fault", .unit = "faults",
	  .also = "minor fault, major fault",
	  .meaning = "access to an address whose page is not in place yet: minor when it "
		     "needs no disk, major when it does",
	  .see = "vmstat, ps" },
	{ .term = "copy on write", .unit = "faults",
	  .also = "COW",
	  .meaning = "after fork, parent and child share their pages until one of them "
		     "writes",
	  .trap = "RSS of both counts the shared pages: PSS does not",
	  .see = "ps" },
	{ .term = "mmap",
	  .also = "mapping, VMA",
	  .meaning = "range of addresses of a process with one purpose: a file, "
		     "anonymous memory, a device",
	  .see = "map" },
	{ .term = "memory leak",
	  .also = "leak",
	  .meaning = "memory that is taken and never given back nor used",
	  .trap = "growth alone is none: caches and heaps level off. Compare over hours",
	  .see = "ps, slab, diff" },
	{ .term = "balloon", .unit = "bytes",
	  .also = "memory balloon",
	  .meaning = "driver in a virtual machine that takes memory away for the host",
	  .formula = "Balloon, nr_balloon_pages; not all drivers count",
	  .see = "where" },
	{ .term = "control group",
	  .also = "cgroup, memcg",
	  .meaning = "set of processes whose memory is counted and may be limited",
	  .trap = "a limit causes reclaim, pressure and kills with memory free on the "
		  "machine",
	  .see = "ps, psi" },
	{ .term = "CXL",
	  .also = "memory tiering",
	  .meaning = "memory on a bus, slower than that of the board, as a node of its "
		     "own without CPUs",
	  .see = "zone, vmstat" },
	{ .term = "MGLRU",
	  .also = "multi-gen LRU, lru_gen",
	  .meaning = "a newer way to find out which pages are in use, by generations "
		     "(/sys/kernel/mm/lru_gen/enabled)",
	  .trap = "with it active and inactive mean younger and older generations",
	  .see = "vmstat" },
	{ .term = "LRU",
	  .also = "active list, inactive list",
	  .meaning = "lists of pages from which reclaim takes the least used: active and "
		     "inactive, of anonymous and of file pages",
	  .see = "free, vmstat" },
};

static const struct ml_gloss setting_terms[] = {
	{ .term = "swappiness", .unit = "number",
	  .also = "vm.swappiness",
	  .meaning = "how the kernel weighs swapping against dropping files: 0 to 200, "
		     "60 by default, 100 for equal cost",
	  .trap = "no percentage of memory in use, and 0 does not switch swap off",
	  .see = "vmstat, psi" },
	{ .term = "drop_caches",
	  .also = "vm.drop_caches",
	  .meaning = "writing to it drops clean caches by hand: 1 page cache, 2 dentries "
		     "and inodes, 3 both",
	  .trap = "cures nothing: what is needed is read again",
	  .see = "vmstat, free" },
	{ .term = "min_free_kbytes", .unit = "KiB",
	  .also = "vm.min_free_kbytes",
	  .meaning = "sets the min marks of all zones together",
	  .trap = "far too high a value makes the machine reclaim and kill with memory "
		  "free",
	  .see = "zone" },
	{ .term = "watermark_scale_factor", .unit = "number",
	  .also = "vm.watermark_scale_factor",
	  .meaning = "distance between the marks in 1/10000 of a zone: 10 by default",
	  .trap = "raise it when bursts end in direct reclaim",
	  .see = "zone, vmstat" },
	{ .term = "dirty_ratio", .unit = "per cent",
	  .also = "vm.dirty_ratio",
	  .meaning = "share of memory that may be dirty before writers must wait",
	  .formula = "nr_dirty_threshold",
	  .trap = "of free memory and file cache, not of all memory",
	  .see = "vmstat" },
	{ .term = "dirty_background_ratio", .unit = "per cent",
	  .also = "vm.dirty_background_ratio",
	  .meaning = "share of memory that may be dirty before writing begins in the "
		     "background",
	  .formula = "nr_dirty_background_threshold",
	  .see = "vmstat" },
	{ .term = "max_map_count", .unit = "count",
	  .also = "vm.max_map_count",
	  .meaning = "most mappings that a process may have",
	  .trap = "a program that reaches it gets ENOMEM with memory free",
	  .see = "map, ps" },
};

static const struct ml_gloss zoneinfo_terms[] = {
	{ .term = "managed", .unit = "pages",
	  .meaning = "pages of a zone that the allocator has to give out",
	  .formula = "present - what was reserved at boot",
	  .see = "zone" },
	{ .term = "present", .unit = "pages",
	  .meaning = "pages of a zone that exist",
	  .see = "zone" },
	{ .term = "spanned", .unit = "pages",
	  .meaning = "address range of a zone, holes included",
	  .see = "zone" },
	{ .term = "min", .unit = "pages",
	  .meaning = "mark of a zone below which only emergencies are served; others "
		     "reclaim for themselves",
	  .trap = "with boost added",
	  .see = "zone" },
	{ .term = "low", .unit = "pages",
	  .meaning = "mark of a zone below which kswapd is woken",
	  .trap = "with boost added",
	  .see = "zone" },
	{ .term = "high", .unit = "pages",
	  .meaning = "mark of a zone up to which kswapd reclaims; also, for per-CPU "
		     "lists, the most pages kept there",
	  .trap = "with boost added",
	  .see = "zone" },
	{ .term = "promo", .unit = "pages",
	  .meaning = "mark above high, for nodes that take hot pages from slower memory",
	  .see = "zone" },
};

const struct ml_glossary ml_glossary_word = {
	.kind = "word",
	ML_GLOSSES(word_terms),
};

const struct ml_glossary ml_glossary_setting = {
	.kind = "setting",
	.source = "/proc/sys/vm",
	ML_GLOSSES(setting_terms),
};

const struct ml_glossary ml_glossary_zoneinfo = {
	.kind = "zoneinfo",
	.source = "/proc/zoneinfo",
	ML_GLOSSES(zoneinfo_terms),
};
