/* SPDX-License-Identifier: MIT */
/* glossary_words: words of the field, settings, and the lines of zoneinfo. */
#include "report/glossary.h"

static const char word_terms[] = {
	TERM("VSS") UNIT("bytes")
	ALSO("VSZ, virtual size, virtual set size")
	MEANING("size of the address space of a process: everything it has mapped, used "
		"or not")
	FORMULA("VmSize in /proc/PID/status")
	TRAP("an address range costs nothing: only what was touched takes memory")
	SEE("ps, map")

	TERM("RSS") UNIT("bytes")
	ALSO("resident set size")
	MEANING("memory of a process that is in RAM, with everything it shares counted "
		"in full")
	FORMULA("RssAnon + RssFile + RssShmem in /proc/PID/status")
	TRAP("do not add it over processes: libraries and shared memory are counted in "
	     "each. Hugetlb pages, page tables and kernel memory are not in it")
	SEE("ps")

	TERM("PSS") UNIT("bytes")
	ALSO("proportional set size")
	MEANING("memory of a process in RAM, each shared page divided by the number of "
		"those who map it")
	FORMULA("sum of Pss in /proc/PID/smaps, or smaps_rollup")
	TRAP("the only one of these sizes that may be added over processes. It is dear "
	     "to read, and changes when a neighbour ends")
	SEE("ps, map")

	TERM("USS") UNIT("bytes")
	ALSO("unique set size")
	MEANING("memory that only this process has, and that comes free when it ends")
	FORMULA("Private_Clean + Private_Dirty of smaps_rollup, and Private_Hugetlb "
		"where hugetlb counts")
	TRAP("shared memory that outlives the process (tmpfs, memfd passed on) does not "
	     "come free")
	SEE("ps")

	TERM("working set") UNIT("bytes")
	MEANING("memory that programs really use over some time, as opposed to what "
		"they hold")
	TRAP("no counter tells it. What the kernel says is whether it fits: refaults "
	     "and pressure")
	SEE("psi, vmstat, ps")

	TERM("page") UNIT("bytes")
	MEANING("the unit in which memory is managed: 4 KiB on x86, 4, 16 or 64 KiB on "
		"arm64, 4 or 64 KiB on POWER")
	TRAP("counters in pages of two machines need not compare")
	SEE("free")

	TERM("folio") UNIT("pages")
	MEANING("one page or several that lie together and are managed as one")
	SEE("frag")

	TERM("page cache") UNIT("bytes")
	ALSO("file cache, cache")
	MEANING("contents of files kept in memory, so that they need not be read again")
	FORMULA("Cached + Buffers, of which Shmem cannot be dropped")
	TRAP("not wasted: it is given back as soon as programs want memory, except what "
	     "is dirty, locked or shared memory")
	SEE("cache, free, where")

	TERM("hit ratio") UNIT("ratio")
	ALSO("cache hits, cache hit ratio, page cache hits")
	MEANING("part of the pages that were looked up in the page cache that were there "
		"already")
	FORMULA("1 - misses / lookups; a miss is the first lookup of a page that was "
		"brought in while it was watched")
	TRAP("what readahead brought in just before is a miss, for it came from the disk. "
	     "A fault counts as one lookup, and pages that are mapped already are used "
	     "unseen. A low ratio of a file that is read once is as it must be")
	SEE("cache")

	TERM("readahead") UNIT("pages")
	ALSO("read_ahead_kb")
	MEANING("the kernel reads on in a file that seems to be read in order, so that "
		"the next pages are there when they are asked for")
	TRAP("a reader that jumps gets pages that it never looks at: they cost disk time "
	     "and push others out")
	SEE("cache")

	TERM("anonymous memory") UNIT("bytes")
	ALSO("anon, anonymous page")
	MEANING("memory with no file behind it: heap, stack, private changed pages")
	TRAP("can leave RAM only through swap")
	SEE("ps, free")

	TERM("dirty page") UNIT("pages")
	MEANING("a page that was changed and not yet written to where it came from")
	TRAP("can be freed only after it was written")
	SEE("cache, vmstat, free")

	TERM("evicted page") UNIT("pages")
	ALSO("evicted, eviction, shadow entry, recently evicted")
	MEANING("a page of a file that was in memory and was dropped; the kernel keeps a "
		"note of when, while the inode lives. Of tmpfs: a page in swap")
	TRAP("recently evicted means that fewer pages came in since than would have let "
	     "it stay, had memory been so much larger: reading it again counts as a "
	     "refault. Pages dropped by truncation, or with their inode, leave no note")
	SEE("cache, vmstat")

	TERM("writeback") UNIT("events")
	MEANING("writing changed pages to their disk")
	SEE("vmstat, psi")

	TERM("swap cache") UNIT("bytes")
	MEANING("pages that are in RAM and in swap at once, so that they can be dropped "
		"without another write")
	FORMULA("SwapCached")
	TRAP("neither lost RAM nor lost swap")
	SEE("swap, vmstat")

	TERM("swap") UNIT("bytes")
	ALSO("swap area, swapping")
	MEANING("disk, file or compressed RAM that takes anonymous memory which is not "
		"used now")
	TRAP("swap in use is no fault. Swap traffic in both directions is")
	SEE("swap, vmstat, psi")

	TERM("zswap") UNIT("bytes")
	MEANING("compressed cache in RAM before a swap device: pages are kept "
		"compressed and written to the device when the pool is full")
	FORMULA("saves Zswapped - Zswap")
	TRAP("pages in it hold their slot on the device as well, so SwapFree shrinks")
	SEE("swap, vmstat")

	TERM("zram") UNIT("bytes")
	MEANING("block device in compressed RAM, mostly used as swap")
	TRAP("swap in use on it is RAM in use, at compressed size: see mem_used_total")
	SEE("swap, where")

	TERM("zsmalloc") UNIT("bytes")
	MEANING("allocator under zram and zswap for compressed pages")
	FORMULA("nr_zspages")
	SEE("where")

	TERM("THP") UNIT("bytes")
	ALSO("transparent huge page, transparent hugepage, huge page")
	MEANING("a huge page (2 MiB on x86) that the kernel uses by itself where it has "
		"one")
	TRAP("a program that touches little of each gets a larger RSS. Not hugetlb: no "
	     "pool is set aside")
	SEE("huge, vmstat, frag, map")

	TERM("mTHP") UNIT("bytes")
	ALSO("multi-size THP")
	MEANING("transparent large pages of sizes between a page and a huge page, such "
		"as 64 KiB")
	TRAP("counted apart in no line of meminfo: see "
	     "/sys/kernel/mm/transparent_hugepage/hugepages-*/stats")
	SEE("huge, vmstat, frag")

	TERM("khugepaged")
	MEANING("kernel thread that joins small pages to huge pages")
	SEE("huge, vmstat, frag")

	TERM("huge zero page") UNIT("bytes")
	MEANING("one huge page of zeroes that all read-only uses of untouched memory "
		"share")
	SEE("huge, vmstat")

	TERM("KSM") UNIT("pages")
	ALSO("kernel samepage merging")
	MEANING("joins equal pages of programs that ask for it, mostly virtual machines")
	FORMULA("saves pages_sharing x page size, in /sys/kernel/mm/ksm")
	TRAP("costs time of the CPU; merged pages are copied again when written to "
	     "(cow_ksm)")
	SEE("huge, vmstat, ps")

	TERM("PSI") UNIT("ratio")
	ALSO("pressure, pressure stall information")
	MEANING("share of time in which tasks could not go on for want of memory, disk "
		"or CPU")
	TRAP("the plainest sign of too little memory: full memory with no pressure "
	     "hurts nobody")
	SEE("psi")

	TERM("PSI some") UNIT("ratio")
	ALSO("some")
	MEANING("share of time in which at least one task waited for the resource, "
		"while others may have run")
	SEE("psi")

	TERM("PSI full") UNIT("ratio")
	ALSO("full")
	MEANING("share of time in which all tasks that had something to do waited, so "
		"that nothing was done")
	TRAP("for CPU it is 0 for the whole machine by definition, and only has a "
	     "meaning in control groups")
	SEE("psi")

	TERM("avg10") UNIT("ratio")
	MEANING("running average of the kernel over ten seconds")
	TRAP("updated every two seconds, rises late and falls slowly: a short stall "
	     "hides in it. The growth of the total is exact")
	SEE("psi")

	TERM("avg60") UNIT("ratio")
	MEANING("running average of the kernel over a minute")
	SEE("psi")

	TERM("avg300") UNIT("ratio")
	MEANING("running average of the kernel over five minutes")
	SEE("psi")

	TERM("refault") UNIT("pages")
	MEANING("a page that is read again after reclaim had taken it away")
	FORMULA("workingset_refault_anon, workingset_refault_file")
	TRAP("a first read is none: only pages that were there before count")
	SEE("psi, vmstat")

	TERM("thrashing") UNIT("events")
	MEANING("pages of the working set are taken away and read back all the time, so "
		"that programs mostly wait")
	FORMULA("workingset_restore_anon + workingset_restore_file, with memory "
		"pressure")
	SEE("psi, vmstat, where")

	TERM("reclaim") UNIT("pages")
	MEANING("taking memory back from caches and programs so that others can have it")
	SEE("vmstat, psi")

	TERM("kswapd")
	MEANING("kernel thread, one a node, that reclaims in the background: it starts "
		"below the low mark and works up to the high mark")
	TRAP("its work is normal. Trouble is when it cannot keep up, so that tasks "
	     "reclaim themselves (allocstall)")
	SEE("zone, vmstat")

	TERM("direct reclaim") UNIT("events")
	MEANING("a task has to reclaim memory itself before it gets any, and waits "
		"meanwhile")
	FORMULA("allocstall_*, pgscan_direct")
	SEE("psi, vmstat")

	TERM("proactive reclaim") UNIT("pages")
	MEANING("reclaim that somebody asked for, by memory.reclaim of a control group "
		"or the reclaim file of a node")
	TRAP("no sign of shortage")
	SEE("vmstat")

	TERM("kcompactd")
	MEANING("kernel thread, one a node, that makes large blocks in the background")
	SEE("frag, vmstat")

	TERM("compaction") UNIT("events")
	MEANING("moves pages together so that free memory lies in large blocks")
	TRAP("can move only what is movable: one pinned or kernel page keeps a block "
	     "apart")
	SEE("frag, vmstat")

	TERM("watermark") UNIT("bytes")
	ALSO("watermarks, mark")
	MEANING("amount of free memory in a zone at which something begins: min, low, "
		"high, promo")
	FORMULA("low = min + gap, high = low + gap; gap = max(min/4, managed x "
		"vm.watermark_scale_factor / 10000)")
	TRAP("zoneinfo shows them with the boost added")
	SEE("zone")

	TERM("boost") UNIT("bytes")
	ALSO("watermark boost")
	MEANING("marks raised for a while after an allocation had to take a block of "
		"another type, so that kswapd frees more")
	FORMULA("up to vm.watermark_boost_factor / 10000 of the high mark")
	TRAP("kswapd runs with memory free: that is why")
	SEE("zone, frag")

	TERM("lowmem reserve") UNIT("bytes")
	ALSO("lowmem_reserve, protection")
	MEANING("part of a zone that is kept from requests which could be served by a "
		"higher zone")
	FORMULA("managed pages of the zones above / vm.lowmem_reserve_ratio")
	TRAP("a zone can refuse requests although its free memory is above its marks")
	SEE("zone")

	TERM("zone")
	MEANING("range of physical memory with one use: DMA, DMA32, Normal, HighMem, "
		"Movable, Device")
	TRAP("one zone may be short while others have plenty")
	SEE("zone")

	TERM("NUMA node")
	ALSO("node")
	MEANING("memory that is near to the same CPUs")
	TRAP("one node can be full, and reclaim, while others are idle")
	SEE("numa, zone, vmstat")

	TERM("Movable")
	MEANING("pages that can be moved elsewhere: memory of programs, page cache. "
		"Also the name of a zone that holds nothing else")
	SEE("frag, zone")

	TERM("Unmovable")
	MEANING("pages that stay where they are: most memory of the kernel")
	TRAP("a few of them scattered about keep large blocks from forming")
	SEE("frag")

	TERM("Reclaimable")
	MEANING("kernel caches that cannot be moved but freed: dentries and inodes")
	SEE("frag")

	TERM("HighAtomic")
	MEANING("blocks kept for urgent large requests that may not wait")
	SEE("frag")

	TERM("Isolate")
	MEANING("blocks taken out of use for the moment, to be emptied")
	SEE("frag")

	TERM("migrate type")
	ALSO("migratetype")
	MEANING("what kind of pages a block is meant for: Unmovable, Movable, "
		"Reclaimable, HighAtomic, CMA, Isolate")
	SEE("frag")

	TERM("pageblock") UNIT("pages")
	MEANING("range of memory with one migrate type, mostly as large as a huge page")
	SEE("frag")

	TERM("order") UNIT("number")
	MEANING("size of a block as a power of two: order 0 is a page, order 9 is 2 MiB "
		"with 4 KiB pages")
	SEE("frag")

	TERM("buddy allocator")
	MEANING("gives out pages in blocks of powers of two, and joins free neighbours "
		"again")
	SEE("frag, zone")

	TERM("fragmentation")
	ALSO("external fragmentation")
	MEANING("free memory lies in pieces too small for a request")
	TRAP("free memory is no help then, and dropping caches seldom is")
	SEE("frag")

	TERM("fragmentation index") UNIT("index")
	ALSO("extfrag_index")
	MEANING("why a request for a block failed: towards 0 for lack of memory, "
		"towards 1 for fragmentation")
	FORMULA("1 - (1 + free pages / pages of the request) / free blocks")
	TRAP("-1 means that the request would not fail")
	SEE("frag")

	TERM("unusable index") UNIT("ratio")
	ALSO("unusable_index, unusable free space")
	MEANING("part of free memory that a request of an order cannot use, since it "
		"lies in smaller blocks")
	FORMULA("(free pages - pages in blocks that are large enough) / free pages")
	SEE("frag")

	TERM("overcommit")
	ALSO("vm.overcommit_memory")
	MEANING("promising programs more memory than there is, since few touch all they "
		"ask for")
	FORMULA("0: only absurd requests are refused; 1: all are granted; 2: no more "
		"than CommitLimit")
	TRAP("with mode 2 requests fail while memory is free")
	SEE("free")

	TERM("slab") UNIT("bytes")
	ALSO("slab cache")
	MEANING("memory that the kernel keeps in caches of equal objects: inodes, "
		"sockets, buffers")
	TRAP("a slab stays as long as one object in it lives")
	SEE("slab")

	TERM("SLUB")
	ALSO("SLAB, kmem_cache")
	MEANING("the slab allocator of current kernels; it merges caches of like "
		"objects under one name")
	TRAP("the name of a cache may stand for several: slub_nomerge on the kernel's "
	     "command line tells them apart")
	SEE("slab")

	TERM("kmalloc") UNIT("bytes")
	MEANING("memory for the kernel by size; up to some pages from caches named "
		"kmalloc-N, above that straight from the page allocator")
	SEE("slab")

	TERM("dentry") UNIT("objects")
	MEANING("remembered name of a file, also of one that does not exist")
	TRAP("programs that ask for missing names fill memory with them; it is given "
	     "back under pressure")
	SEE("slab")

	TERM("inode") UNIT("objects")
	MEANING("remembered file; holds the file's cached pages in place")
	SEE("slab")

	TERM("vmalloc") UNIT("bytes")
	MEANING("memory of the kernel that is contiguous in addresses only")
	SEE("vmalloc")

	TERM("ioremap") UNIT("bytes")
	MEANING("memory of devices that the kernel has mapped")
	TRAP("stands in vmallocinfo, and takes no RAM")
	SEE("vmalloc")

	TERM("per-CPU lists") UNIT("bytes")
	ALSO("pcp, per-cpu lists, pageset")
	MEANING("free pages that each CPU keeps at hand")
	FORMULA("sum of count in /proc/zoneinfo")
	TRAP("neither in MemFree nor in use: with many CPUs these are hundreds of "
	     "megabytes")
	SEE("zone, where")

	TERM("shared memory") UNIT("bytes")
	ALSO("shmem, shm")
	MEANING("memory that several processes can have: files of tmpfs, POSIX and System V "
		"shared memory, memfd, anonymous memory mapped shared")
	TRAP("it stands in Cached and cannot be dropped, only swapped; files and orphaned "
	     "segments outlive every process")
	SEE("shm, where")

	TERM("memfd") UNIT("bytes")
	MEANING("a file in memory without a name, as browsers, compositors and runtimes "
		"pass to one another")
	TRAP("it counts in Shmem and Cached; while it is not mapped, in no process: only its "
	     "descriptor tells")
	SEE("shm, map")

	TERM("tmpfs") UNIT("bytes")
	MEANING("file system whose files are in memory and swap, and nowhere else: "
		"often /run and /dev/shm, sometimes the folder for temporary files")
	TRAP("it counts in Cached and in buff/cache, yet can only be swapped or deleted. "
	     "df also counts what is in swap; a container has mounts that the host's df does "
	     "not see")
	SEE("shm")

	TERM("POSIX shared memory") UNIT("bytes")
	ALSO("shm_open")
	MEANING("files in /dev/shm, which is a tmpfs: shm_open(3) makes them")
	TRAP("they stay until shm_unlink(3) or rm, also when nobody has them any more")
	SEE("shm")

	TERM("System V shared memory") UNIT("bytes")
	ALSO("SysV, shmget")
	MEANING("segments with a number instead of a name, as databases use them")
	FORMULA("rss + swap in /proc/sysvipc/shm")
	TRAP("its list is that of one IPC namespace; a removed segment lives until its last "
	     "user detaches")
	SEE("shm")

	TERM("orphaned segment") UNIT("bytes")
	ALSO("orphan")
	MEANING("a System V segment that no process has attached, mostly left by a program that "
		"was killed")
	FORMULA("nattch = 0 in /proc/sysvipc/shm")
	TRAP("ipcrm -m ends it, and its data; some programs come back to their segment after "
	     "a restart")
	SEE("shm")

	TERM("shared anonymous memory") UNIT("bytes")
	MEANING("memory mapped shared without a file, which parents and children have in common; "
		"/dev/zero (deleted) in their maps")
	TRAP("it counts in Shmem, not in AnonPages")
	SEE("shm, map")

	TERM("deleted file") UNIT("bytes")
	MEANING("a file that has lost its last name while a process had it open or mapped; "
		"it goes when that process lets it go")
	TRAP("on a tmpfs it is memory that no ls or du finds")
	SEE("shm")

	TERM("GEM") UNIT("bytes")
	MEANING("objects of GPU drivers; many drivers take their pages from shared memory")
	TRAP("those pages are in Shmem, of no file system and mostly in no process's maps")
	SEE("shm")

	TERM("secretmem") UNIT("bytes")
	ALSO("memfd_secret")
	MEANING("memory that the kernel takes out of its own mappings, for keys")
	TRAP("locked, and counted in Cached and Unevictable, not in Shmem")
	SEE("shm")

	TERM("mlock") UNIT("bytes")
	ALSO("locked memory")
	MEANING("keeps pages of a program in RAM")
	FORMULA("Mlocked")
	SEE("ps, free")

	TERM("pinned pages") UNIT("pages")
	ALSO("pin, page pinning")
	MEANING("pages that a device or direct I/O uses and that may not move")
	FORMULA("nr_foll_pin_acquired - nr_foll_pin_released, in pins")
	SEE("frag, vmstat")

	TERM("hugetlb pool") UNIT("bytes")
	MEANING("huge pages set aside for programs that ask for them (databases, "
		"virtual machines)")
	FORMULA("Hugetlb")
	TRAP("of no use to anybody else, used or not")
	SEE("where")

	TERM("OOM") UNIT("events")
	ALSO("OOM killer, out of memory")
	MEANING("when nothing can be reclaimed the kernel kills the process with the "
		"highest score")
	FORMULA("oom_kill")
	TRAP("the process that was killed need not be the one that leaked. A limit of a "
	     "control group kills as well, with memory free")
	SEE("oom, where, ps, psi")

	TERM("badness") UNIT("bytes")
	MEANING("what the OOM killer compares: it kills the process that has most")
	FORMULA("RSS + swap + page tables + oom_score_adj / 1000 x (RAM + swap, or the "
		"limit of the group)")
	TRAP("not oom_score, which is scaled. A process with oom_score_adj -1000, init "
	     "and kernel threads have none")
	SEE("oom")

	TERM("hog")
	MEANING("the process with most memory in the report of a kill; it need not be "
		"the one that was killed")
	SEE("oom")

	TERM("page allocation failure") UNIT("events")
	MEANING("a request of the kernel that got no memory, without a kill")
	TRAP("requests that may not wait (GFP_ATOMIC) fail now and then on a busy "
	     "network, and their callers go on without")
	SEE("oom, frag")

	TERM("page table") UNIT("bytes")
	MEANING("tables that translate the addresses of a process; part of its cost "
		"outside RSS")
	FORMULA("PageTables, VmPTE")
	SEE("ps, where")

	TERM("residue") UNIT("bytes")
	ALSO("unaccounted memory")
	MEANING("memory that is in use and in no counter of the kernel: what remains "
		"when everything else is taken off MemTotal")
	FORMULA("MemTotal - free - pages in use - kernel - hugetlb - compressed and "
		"ballooned")
	TRAP("pipe buffers, sockets and memory of drivers stand here; about 0.1 per "
	     "cent is noise of the counters")
	SEE("where, slab")

	TERM("page fault") UNIT("faults")
	ALSO("minor fault, major fault")
	MEANING("access to an address whose page is not in place yet: minor when it "
		"needs no disk, major when it does")
	SEE("vmstat, ps")

	TERM("copy on write") UNIT("faults")
	ALSO("COW")
	MEANING("after fork, parent and child share their pages until one of them "
		"writes")
	TRAP("RSS of both counts the shared pages: PSS does not")
	SEE("ps")

	TERM("mmap")
	ALSO("mapping, VMA")
	MEANING("range of addresses of a process with one purpose: a file, anonymous "
		"memory, a device")
	SEE("map")

	TERM("memory leak")
	ALSO("leak")
	MEANING("memory that is taken and never given back nor used")
	TRAP("growth alone is none: caches and heaps level off. Compare over hours")
	SEE("leak, ps, slab, diff")

	TERM("floor of a series") UNIT("bytes")
	ALSO("lower envelope")
	MEANING("the lowest samples of each interval of a record: what was never given back")
	FORMULA("their tenth part of 48 intervals, the least one of fewer and longer ones")
	TRAP("a rising level may stand on a level floor: collectors and caches rise and "
	     "fall. Only a floor that rises and goes on to is a sign of a leak")
	SEE("leak")

	TERM("balloon") UNIT("bytes")
	ALSO("memory balloon")
	MEANING("driver in a virtual machine that takes memory away for the host")
	FORMULA("Balloon, nr_balloon_pages; not all drivers count")
	SEE("where")

	TERM("control group")
	ALSO("cgroup, memcg")
	MEANING("set of processes whose memory is counted and may be limited")
	TRAP("a limit causes reclaim, pressure and kills with memory free on the "
	     "machine")
	SEE("cgroup, psi")

	TERM("working set of a group") UNIT("bytes")
	ALSO("container_memory_working_set_bytes, kubelet working set")
	MEANING("what the kubelet evicts by: the usage of a group less its page cache that "
		"was not used lately")
	FORMULA("memory.current - inactive_file; version 1: memory.usage_in_bytes - "
		"total_inactive_file")
	TRAP("has page cache in use and dirty files in it, so that it is no measure of what "
	     "cannot be reclaimed")
	SEE("cgroup")

	TERM("effective limit") UNIT("bytes")
	MEANING("the smallest memory limit of a control group and of all groups above it")
	FORMULA("least memory.max; the room that is left is the least limit - usage, and may "
		"be that of another group")
	TRAP("inside a container the groups above cannot be seen")
	SEE("cgroup")

	TERM("dying group")
	ALSO("zombie cgroup, offline memcg")
	MEANING("control group that was removed and lives on, since memory is charged to it")
	SEE("cgroup")

	TERM("CXL")
	ALSO("memory tiering")
	MEANING("memory on a bus, slower than that of the board, as a node of its own "
		"without CPUs")
	SEE("zone, vmstat")

	TERM("MGLRU")
	ALSO("multi-gen LRU, lru_gen")
	MEANING("a newer way to find out which pages are in use, by generations "
		"(/sys/kernel/mm/lru_gen/enabled)")
	TRAP("with it active and inactive mean younger and older generations")
	SEE("vmstat")

	TERM("LRU")
	ALSO("active list, inactive list")
	MEANING("lists of pages from which reclaim takes the least used: active and "
		"inactive, of anonymous and of file pages")
	SEE("free, vmstat")
};

static const char
	setting_terms
		[] = {
	TERM("swappiness") UNIT("number")
	ALSO("vm.swappiness")
	MEANING("how the kernel weighs swapping against dropping files: 0 to 200, 60 by "
		"default, 100 for equal cost")
	TRAP("no percentage of memory in use, and 0 does not switch swap off")
	SEE("vmstat, psi")

	TERM("drop_caches")
	ALSO("vm.drop_caches")
	MEANING("writing to it drops clean caches by hand: 1 page cache, 2 dentries and "
		"inodes, 3 both")
	TRAP("cures nothing: what is needed is read again")
	SEE("vmstat, free")

	TERM("min_free_kbytes") UNIT("KiB")
	ALSO("vm.min_free_kbytes")
	MEANING("sets the min marks of all zones together")
	TRAP("far too high a value makes the machine reclaim and kill with memory free")
	SEE("zone")

	TERM("watermark_scale_factor") UNIT("number")
	ALSO("vm.watermark_scale_factor")
	MEANING("distance between the marks in 1/10000 of a zone: 10 by default")
	TRAP("raise it when bursts end in direct reclaim")
	SEE("zone, vmstat")

	TERM("dirty_ratio") UNIT("per cent")
	ALSO("vm.dirty_ratio")
	MEANING("share of memory that may be dirty before writers must wait")
	FORMULA("nr_dirty_threshold")
	TRAP("of free memory and file cache, not of all memory")
	SEE("vmstat")

	TERM("dirty_background_ratio") UNIT("per cent")
	ALSO("vm.dirty_background_ratio")
	MEANING("share of memory that may be dirty before writing begins in the "
		"background")
	FORMULA("nr_dirty_background_threshold")
	SEE("vmstat")

	TERM("overcommit_ratio") UNIT("per cent")
	ALSO("vm.overcommit_ratio")
	MEANING("share of RAM that counts in CommitLimit, 50 by default")
	TRAP("the default lets programs have half of RAM and swap: with "
	     "vm.overcommit_memory=2 it wants setting")
	SEE("free")

	TERM("lowmem_reserve_ratio") UNIT("number")
	ALSO("vm.lowmem_reserve_ratio")
	MEANING("how much of each zone is kept from requests that a higher zone can "
		"serve: 1/256 of what is above, by default")
	SEE("zone")

	TERM("watermark_boost_factor") UNIT("number")
	ALSO("vm.watermark_boost_factor")
	MEANING("how far the marks of a zone may be raised after types of pages were "
		"mixed, in 1/10000 of the high mark; 0 for never")
	SEE("zone, frag")

	TERM("zone_reclaim_mode")
	ALSO("vm.zone_reclaim_mode")
	MEANING("reclaims within a node before memory of another node is taken; 0 by "
		"default")
	TRAP("a machine with it swaps or drops cache while other nodes are free")
	SEE("zone, vmstat")

	TERM("vfs_cache_pressure") UNIT("number")
	ALSO("vm.vfs_cache_pressure")
	MEANING("how readily dentries and inodes are given back, 100 by default, less "
		"keeps them longer")
	SEE("slab")

	TERM("page-cluster") UNIT("number")
	ALSO("vm.page-cluster")
	MEANING("pages read from swap at once, as a power of two: 3 for eight pages")
	TRAP("0 suits zram and fast disks")
	SEE("swap, vmstat")

	TERM("compaction_proactiveness") UNIT("number")
	ALSO("vm.compaction_proactiveness")
	MEANING("how hard kcompactd works for large blocks before anybody asks, 0 to "
		"100")
	SEE("frag, vmstat")

	TERM("panic_on_oom")
	ALSO("vm.panic_on_oom")
	MEANING("stops the machine instead of killing a process when memory ends")
	SEE("where")

	TERM("oom_kill_allocating_task")
	ALSO("vm.oom_kill_allocating_task")
	MEANING("kills the task that asked when memory ends, whatever its score")
	SEE("where, ps")

	TERM("max_map_count") UNIT("count")
	ALSO("vm.max_map_count")
	MEANING("most mappings that a process may have")
	TRAP("a program that reaches it gets ENOMEM with memory free")
	SEE("map, ps")
		};

static const char zoneinfo_terms[] = {
	TERM("managed") UNIT("pages")
	MEANING("pages of a zone that the allocator has to give out")
	FORMULA("present - what was reserved at boot")
	SEE("zone")

	TERM("present") UNIT("pages")
	MEANING("pages of a zone that exist")
	SEE("zone")

	TERM("spanned") UNIT("pages")
	MEANING("address range of a zone, holes included")
	SEE("zone")

	TERM("min") UNIT("pages")
	MEANING("mark of a zone below which only emergencies are served; others reclaim "
		"for themselves")
	TRAP("with boost added")
	SEE("zone")

	TERM("low") UNIT("pages")
	MEANING("mark of a zone below which kswapd is woken")
	TRAP("with boost added")
	SEE("zone")

	TERM("high") UNIT("pages")
	MEANING("mark of a zone up to which kswapd reclaims; also, for per-CPU lists, "
		"the most pages kept there")
	TRAP("with boost added")
	SEE("zone")

	TERM("promo") UNIT("pages")
	MEANING("mark above high, for nodes that take hot pages from slower memory")
	SEE("zone")
};

const struct ml_glossary ml_glossary_word = {
	.kind = "word",
	GLOSSES(word_terms),
};

const struct ml_glossary ml_glossary_setting = {
	.kind = "setting",
	.source = "/proc/sys/vm",
	GLOSSES(setting_terms),
};

const struct ml_glossary ml_glossary_zoneinfo = {
	.kind = "zoneinfo",
	.source = "/proc/zoneinfo",
	GLOSSES(zoneinfo_terms),
};
