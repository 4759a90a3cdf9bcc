/* SPDX-License-Identifier: MIT */
/* glossary_meminfo: what each line of /proc/meminfo says, and what people misread. */
#include "report/glossary.h"

static const struct ml_gloss terms[] = {
	{ .term = "MemTotal", .unit = "bytes",
	  .meaning = "RAM that the kernel manages: what the firmware gives, less the "
		     "kernel image, the page descriptors and what was set aside at boot",
	  .trap = "smaller than the RAM that is installed; the difference is no leak. It "
		  "can change with memory hotplug and with some balloons",
	  .see = "free, where" },
	{ .term = "MemFree", .unit = "bytes",
	  .meaning = "memory that holds nothing at all and can be given away at once",
	  .formula = "nr_free_pages x page size (sum of the zones)",
	  .trap = "low on every healthy machine that has run for a while, since the page "
		  "cache uses what is idle: judge by MemAvailable and by pressure. Pages "
		  "parked on per-CPU lists are free as well, and not in it",
	  .see = "free, zone, frag" },
	{ .term = "MemAvailable", .unit = "bytes",
	  .meaning = "estimate of what new programs can get without swapping: free "
		     "memory, and the parts of the file cache and of the reclaimable "
		     "slab that can be dropped cheaply",
	  .formula = "MemFree - totalreserve + (file - min(file/2, low)) + (KReclaimable "
		     "- min(KReclaimable/2, low)); file = Active(file) + Inactive(file), "
		     "low = sum of the low marks (mm/show_mem.c)",
	  .trap = "an estimate, not a promise: dirty and hot file pages count as "
		  "available, shared memory and anonymous memory never do, and the "
		  "limits of control groups are not looked at",
	  .see = "free, zone" },
	{ .term = "Buffers", .unit = "bytes",
	  .meaning = "page cache of block devices: file system metadata that is read "
		     "through the device, and reads of the raw device",
	  .trap = "grows by gigabytes where somebody reads a whole device (backup, dd), "
		  "and is given back like any cache",
	  .see = "free" },
	{ .term = "Cached", .unit = "bytes",
	  .meaning = "page cache of files, with shared memory and tmpfs in it",
	  .formula = "nr_file_pages - SwapCached - Buffers",
	  .trap = "contains Shmem, which cannot be dropped but only swapped: what may be "
		  "dropped is at most Cached - Shmem. Hugetlb pages are not in it",
	  .see = "free, where" },
	{ .term = "SwapCached", .unit = "bytes",
	  .meaning = "pages that are in memory and have a copy in swap as well: read "
		     "back and not changed since, or on their way out",
	  .trap = "a page of it that is mapped stands in AnonPages too; adding the two "
		  "counts it twice",
	  .see = "free, vmstat" },
	{ .term = "Active", .unit = "bytes",
	  .meaning = "pages on the lists of recently used memory, which reclaim spares "
		     "for the time being",
	  .formula = "Active(anon) + Active(file)",
	  .trap = "does not say how much memory programs need: shared memory and cache "
		  "are in it",
	  .see = "free" },
	{ .term = "Inactive", .unit = "bytes",
	  .meaning = "pages on the lists where reclaim looks first",
	  .formula = "Inactive(anon) + Inactive(file)",
	  .trap = "inactive is not free, nor unused: it contains anonymous memory, which "
		  "can only go to swap",
	  .see = "free" },
	{ .term = "Active(anon)", .unit = "bytes",
	  .meaning = "recently used pages that have no file to go back to: anonymous "
		     "memory, tmpfs, shared memory, swap cache",
	  .trap = "not AnonPages: it includes shmem and swap cache, and misses locked "
		  "pages",
	  .see = "free" },
	{ .term = "Inactive(anon)", .unit = "bytes",
	  .meaning = "anonymous and shared memory pages that are the first to be swapped "
		     "out",
	  .trap = "without swap these pages stay where they are, however inactive",
	  .see = "free, vmstat" },
	{ .term = "Active(file)", .unit = "bytes",
	  .meaning = "cached file pages that were used more than once",
	  .trap = "counted in full as available by MemAvailable, although dropping it "
		  "makes programs read their files again",
	  .see = "free, vmstat" },
	{ .term = "Inactive(file)", .unit = "bytes",
	  .meaning = "cached file pages that were used once or not lately: the cheapest "
		     "memory to take back",
	  .trap = "dirty pages among them must be written first",
	  .see = "free, vmstat" },
	{ .term = "Unevictable", .unit = "bytes",
	  .meaning = "pages that reclaim leaves alone: locked by mlock, ramfs, SHM_LOCK, "
		     "secret memory",
	  .trap = "the same pages stand in AnonPages, Cached or Shmem by type as well: "
		  "never add it to those",
	  .see = "free, ps" },
	{ .term = "Mlocked", .unit = "bytes",
	  .meaning = "pages locked into memory by mlock or mlockall",
	  .formula = "nr_mlock x page size",
	  .trap = "a part of Unevictable. VmLck of a process is the size of its locked "
		  "ranges, touched or not",
	  .see = "free, ps" },
	{ .term = "HighTotal", .unit = "bytes",
	  .meaning = "memory that a 32-bit kernel cannot address directly (zone HighMem)",
	  .trap = "there on 32-bit kernels with high memory only",
	  .see = "zone" },
	{ .term = "HighFree", .unit = "bytes",
	  .meaning = "free memory in zone HighMem",
	  .trap = "plenty of it does not help the kernel itself, whose objects need low "
		  "memory",
	  .see = "zone" },
	{ .term = "LowTotal", .unit = "bytes",
	  .meaning = "memory that a 32-bit kernel addresses directly, where all its own "
		     "objects must be",
	  .formula = "MemTotal - HighTotal",
	  .see = "zone" },
	{ .term = "LowFree", .unit = "bytes",
	  .meaning = "free low memory of a 32-bit kernel",
	  .formula = "MemFree - HighFree",
	  .trap = "processes are killed for lack of low memory while MemFree is large: "
		  "look here first on 32 bit",
	  .see = "zone" },
	{ .term = "MmapCopy", .unit = "bytes",
	  .meaning = "memory that holds copies of mapped files on a kernel without an "
		     "MMU",
	  .see = "free" },
	{ .term = "SwapTotal", .unit = "bytes",
	  .meaning = "size of all swap areas that are switched on",
	  .trap = "swap on zram takes RAM for what is put into it; see zram",
	  .see = "free" },
	{ .term = "SwapFree", .unit = "bytes",
	  .meaning = "swap that holds nothing",
	  .trap = "swap in use is no trouble by itself: pages that nobody misses may lie "
		  "there for months. Trouble is pswpin that keeps moving. A page in "
		  "zswap occupies its slot on the device too",
	  .see = "free, vmstat" },
	{ .term = "Zswap", .unit = "bytes",
	  .meaning = "RAM that zswap takes for its compressed pages",
	  .trap = "compressed size; what the pages were before is Zswapped. Do not add "
		  "it to nr_zspages, which has it where zswap uses zsmalloc",
	  .see = "free, vmstat" },
	{ .term = "Zswapped", .unit = "bytes",
	  .meaning = "what the pages in zswap would take if they were not compressed",
	  .formula = "compression ratio = Zswapped / Zswap",
	  .trap = "not RAM in use",
	  .see = "free, vmstat" },
	{ .term = "Dirty", .unit = "bytes",
	  .meaning = "file pages that were changed and wait to be written to their disk",
	  .formula = "nr_dirty x page size",
	  .trap = "a page that is being written and was changed again is in Dirty and in "
		  "Writeback. The limit is vm.dirty_ratio of the memory that may be "
		  "dirty, not of MemTotal: see nr_dirty_threshold",
	  .see = "free, vmstat" },
	{ .term = "Writeback", .unit = "bytes",
	  .meaning = "pages that are being written to a disk or to swap right now",
	  .trap = "high for long: the disk is the limit",
	  .see = "vmstat, psi" },
	{ .term = "AnonPages", .unit = "bytes",
	  .meaning = "memory of programs that has no file behind it - heaps, stacks, "
		     "private changed pages - and is mapped by some process",
	  .formula = "nr_anon_pages x page size",
	  .trap = "a page shared after fork counts once, however many map it. Huge pages "
		  "(THP) and KSM pages are in it; shared memory and swap cache that "
		  "nobody maps are not",
	  .see = "ps, where" },
	{ .term = "Mapped", .unit = "bytes",
	  .meaning = "cached file pages and shared memory that some process maps: "
		     "programs, libraries, mmap",
	  .trap = "a part of Cached, never add it. One page mapped by a hundred "
		  "processes counts once",
	  .see = "ps, free" },
	{ .term = "Shmem", .unit = "bytes",
	  .meaning = "pages of tmpfs, System V shared memory, shared anonymous mappings, "
		     "memfd and of graphics buffers built on them",
	  .trap = "stands in Cached and looks like cache, but cannot be dropped: it goes "
		  "to swap or stays until its file is deleted. Only what is in memory "
		  "counts, not what was swapped",
	  .see = "where, ps" },
	{ .term = "KReclaimable", .unit = "bytes",
	  .meaning = "kernel memory that can be given back under pressure: reclaimable "
		     "slab, and other caches with a shrinker",
	  .formula = "SReclaimable + nr_kernel_misc_reclaimable",
	  .trap = "contains SReclaimable: do not add the two",
	  .see = "slab, where" },
	{ .term = "Slab", .unit = "bytes",
	  .meaning = "memory of the kernel's object caches, and of large kmalloc",
	  .formula = "SReclaimable + SUnreclaim",
	  .trap = "counts whole slabs with the free objects in them: slabinfo tells "
		  "objects. Large kmalloc is here and in no line of slabinfo",
	  .see = "slab" },
	{ .term = "SReclaimable", .unit = "bytes",
	  .meaning = "slab caches that shrink under pressure, above all directory "
		     "entries and inodes",
	  .trap = "reclaimable says what kind of cache it is: objects that are in use, "
		  "or one pinned object per slab, keep it",
	  .see = "slab" },
	{ .term = "SUnreclaim", .unit = "bytes",
	  .meaning = "slab memory that no pressure frees, kmalloc above the largest "
		     "cache included",
	  .trap = "the first place to look for a kernel leak: it should level off",
	  .see = "slab" },
	{ .term = "KernelStack", .unit = "bytes",
	  .meaning = "stacks of all threads in the kernel",
	  .formula = "threads x stack size (16 KiB on most 64-bit machines)",
	  .trap = "with CONFIG_VMAP_STACK stacks are taken from vmalloc and stand in "
		  "VmallocUsed too. Swap does not help: thousands of threads cost memory "
		  "that stays",
	  .see = "where, vmalloc, ps" },
	{ .term = "ShadowCallStack", .unit = "bytes",
	  .meaning = "second stacks that protect return addresses in the kernel "
		     "(CONFIG_SHADOW_CALL_STACK)",
	  .see = "where" },
	{ .term = "PageTables", .unit = "bytes",
	  .meaning = "tables that translate the addresses of processes into pages",
	  .trap = "many processes that map the same large shared memory have a table "
		  "each: hundreds of them with gigabytes make gigabytes of tables. Huge "
		  "pages make them small",
	  .see = "ps, where" },
	{ .term = "SecPageTables", .unit = "bytes",
	  .meaning = "page tables that are not of processes: those KVM keeps for guests, "
		     "and those of the IOMMU",
	  .trap = "in no process",
	  .see = "where" },
	{ .term = "Quicklists", .unit = "bytes",
	  .meaning = "lists of spare page tables of kernels that had them",
	  .trap = "not in current kernels",
	  .see = "where" },
	{ .term = "NFS_Unstable", .unit = "bytes",
	  .meaning = "pages sent to an NFS server that has not confirmed them; since "
		     "Linux 5.8 they count in Writeback",
	  .trap = "always 0 on a current kernel",
	  .see = "free" },
	{ .term = "Bounce", .unit = "bytes",
	  .meaning = "memory that stands in for buffers which a device cannot reach",
	  .trap = "0 on 64-bit machines, and always on kernels that no longer count it; "
		  "swiotlb is not in it",
	  .see = "free" },
	{ .term = "WritebackTmp", .unit = "bytes",
	  .meaning = "temporary copies that FUSE made while writing back",
	  .trap = "always 0 on kernels that make no such copies any more",
	  .see = "free" },
	{ .term = "CommitLimit", .unit = "bytes",
	  .also = "commit limit",
	  .meaning = "most that may be promised to programs when overcommit is forbidden",
	  .formula = "(MemTotal - hugetlb pool) x vm.overcommit_ratio / 100 + SwapTotal, "
		     "or vm.overcommit_kbytes + SwapTotal",
	  .trap = "enforced only with vm.overcommit_memory=2. In the default mode "
		  "Committed_AS above it is normal and means nothing",
	  .see = "free" },
	{ .term = "Committed_AS", .unit = "bytes",
	  .also = "committed, commit charge",
	  .meaning = "memory that programs were promised and may claim by touching it: "
		     "private writable mappings, shared memory",
	  .trap = "a promise, not pages: it is often larger than RAM. A fork counts all "
		  "of the parent's writable memory again",
	  .see = "free, ps" },
	{ .term = "VmallocTotal", .unit = "bytes",
	  .meaning = "size of the address range that is meant for vmalloc",
	  .trap = "an address range, not memory: terabytes here are right on 64 bit",
	  .see = "vmalloc" },
	{ .term = "VmallocUsed", .unit = "bytes",
	  .meaning = "pages behind areas of vmalloc: modules, BPF, large buffers, and "
		     "stacks with CONFIG_VMAP_STACK",
	  .trap = "overlaps KernelStack. Mapped device memory (ioremap) is in "
		  "vmallocinfo and not here. Kernels 4.4 to 5.2 print 0",
	  .see = "vmalloc" },
	{ .term = "VmallocChunk", .unit = "bytes",
	  .meaning = "once the largest free piece of the vmalloc range",
	  .trap = "always 0: the kernel no longer looks",
	  .see = "vmalloc" },
	{ .term = "Percpu", .unit = "bytes",
	  .meaning = "memory of the per-CPU allocator: one copy of each counter and "
		     "object for every CPU",
	  .trap = "grows with the number of possible CPUs and with control groups, dead "
		  "ones included; the allocator's own records are not counted",
	  .see = "where" },
	{ .term = "EarlyMemtestBad", .unit = "bytes",
	  .meaning = "memory found bad by the test at boot that memtest= asks for",
	  .trap = "the line is there only when that test was run",
	  .see = "where" },
	{ .term = "HardwareCorrupted", .unit = "bytes",
	  .meaning = "pages taken out of use because the hardware reported errors in "
		     "them",
	  .trap = "anything but 0 calls for a look at the memory modules; not all errors "
		  "of a module lead to it",
	  .see = "where" },
	{ .term = "AnonHugePages", .unit = "bytes",
	  .meaning = "anonymous memory in huge pages that are mapped as such (2 MiB on "
		     "x86)",
	  .trap = "a part of AnonPages. Smaller large pages (mTHP) are not in it: see "
		  "/sys/kernel/mm/transparent_hugepage/hugepages-*/stats. Nothing to do "
		  "with hugetlb",
	  .see = "vmstat, frag, map" },
	{ .term = "ShmemHugePages", .unit = "bytes",
	  .meaning = "shared memory and tmpfs that lie in huge pages",
	  .trap = "a part of Shmem, mapped or not",
	  .see = "vmstat" },
	{ .term = "ShmemPmdMapped", .unit = "bytes",
	  .meaning = "shared memory that processes map as huge pages",
	  .trap = "a part of ShmemHugePages, and smaller where it is mapped with small "
		  "entries",
	  .see = "vmstat, map" },
	{ .term = "FileHugePages", .unit = "bytes",
	  .meaning = "page cache of files that lies in huge pages",
	  .trap = "a part of Cached; smaller large folios are not counted",
	  .see = "vmstat" },
	{ .term = "FilePmdMapped", .unit = "bytes",
	  .meaning = "page cache that processes map as huge pages",
	  .trap = "a part of FileHugePages",
	  .see = "vmstat, map" },
	{ .term = "CmaTotal", .unit = "bytes",
	  .also = "CMA",
	  .meaning = "memory set aside for large contiguous buffers of devices "
		     "(contiguous memory allocator)",
	  .trap = "not lost: movable pages may use it until a device wants it",
	  .see = "zone, frag" },
	{ .term = "CmaFree", .unit = "bytes",
	  .meaning = "free pages inside that range",
	  .trap = "contained in MemFree, but requests for unmovable memory cannot use "
		  "it: an allocation can fail with free memory",
	  .see = "zone, frag" },
	{ .term = "Unaccepted", .unit = "bytes",
	  .meaning = "memory of a confidential virtual machine that the guest has not "
		     "yet accepted from its host",
	  .trap = "free memory, and in MemFree",
	  .see = "free" },
	{ .term = "Balloon", .unit = "bytes",
	  .meaning = "memory that balloon drivers of this guest have given back to the "
		     "host",
	  .trap = "a new line, and not every driver counts here: VMware and Hyper-V may "
		  "show 0 with a large balloon",
	  .see = "where, vmstat" },
	{ .term = "GPUActive", .unit = "bytes",
	  .meaning = "system memory held for objects of graphics drivers (those that use "
		     "TTM)",
	  .trap = "RAM, not the memory on the card. Buffers built on shared memory are "
		  "in Shmem instead. Linux 7.1",
	  .see = "where" },
	{ .term = "GPUReclaim", .unit = "bytes",
	  .meaning = "system memory kept in pools of graphics drivers for their next "
		     "buffer; can be given back",
	  .trap = "not in GPUActive and not in MemAvailable. Linux 7.1",
	  .see = "where" },
	{ .term = "HugePages_Total", .unit = "count",
	  .meaning = "pages in the hugetlb pool of the default size",
	  .trap = "the default size only: other sizes are in Hugetlb. The pool is taken "
		  "from free memory whether it is used or not",
	  .see = "where, free" },
	{ .term = "HugePages_Free", .unit = "count",
	  .meaning = "hugetlb pages of the default size that no one uses",
	  .trap = "some may be promised: free for others are HugePages_Free - "
		  "HugePages_Rsvd. Idle pages of the pool are of no use to anybody else",
	  .see = "where" },
	{ .term = "HugePages_Rsvd", .unit = "count",
	  .meaning = "hugetlb pages that were promised to a mapping and not yet touched",
	  .trap = "contained in HugePages_Free",
	  .see = "where" },
	{ .term = "HugePages_Surp", .unit = "count",
	  .meaning = "hugetlb pages beyond the size that was set, allowed by "
		     "nr_overcommit_hugepages and given back when they are free",
	  .trap = "contained in HugePages_Total",
	  .see = "where" },
	{ .term = "Hugepagesize", .unit = "bytes",
	  .meaning = "default size of hugetlb pages",
	  .trap = "the size of transparent huge pages is another setting",
	  .see = "where" },
	{ .term = "Hugetlb", .unit = "bytes",
	  .also = "hugetlb, hugetlbfs",
	  .meaning = "memory in all hugetlb pools, of every size, used or idle",
	  .formula = "sum over the sizes of pages x size",
	  .trap = "in no RSS or PSS, not in MemFree and not in Cached: a machine full of "
		  "hugetlb pages looks as if nobody used its memory",
	  .see = "where" },
	{ .term = "DirectMap4k", .unit = "bytes",
	  .meaning = "memory that the kernel addresses through small page table entries",
	  .trap = "tells how RAM is mapped, not how much is used. When it grows, "
		  "something splits the large entries: see direct_map_level2_splits",
	  .see = "where" },
	{ .term = "DirectMap64k", .unit = "bytes",
	  .meaning = "memory that the kernel addresses through 64 KiB entries",
	  .trap = "tells how RAM is mapped, not how much is used",
	  .see = "where" },
	{ .term = "DirectMap2M", .unit = "bytes",
	  .meaning = "memory that the kernel addresses through 2 MiB entries",
	  .trap = "tells how RAM is mapped, not how much is used",
	  .see = "where" },
	{ .term = "DirectMap4M", .unit = "bytes",
	  .meaning = "memory that a 32-bit kernel addresses through 4 MiB entries",
	  .trap = "tells how RAM is mapped, not how much is used",
	  .see = "where" },
	{ .term = "DirectMap1M", .unit = "bytes",
	  .meaning = "memory that the kernel addresses through 1 MiB entries",
	  .trap = "tells how RAM is mapped, not how much is used",
	  .see = "where" },
	{ .term = "DirectMap1G", .unit = "bytes",
	  .meaning = "memory that the kernel addresses through 1 GiB entries",
	  .trap = "tells how RAM is mapped, not how much is used",
	  .see = "where" },
	{ .term = "DirectMap2G", .unit = "bytes",
	  .meaning = "memory that the kernel addresses through 2 GiB entries",
	  .trap = "tells how RAM is mapped, not how much is used",
	  .see = "where" },
};

const struct ml_glossary ml_glossary_meminfo = {
	.kind = "meminfo",
	.source = "/proc/meminfo",
	ML_GLOSSES(terms),
};
