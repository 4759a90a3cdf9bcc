/* SPDX-License-Identifier: MIT */
/* glossary_meminfo: what each line of /proc/meminfo says, and what people misread. */
#include "report/glossary.h"

static const char terms[] = {
	TERM("MemTotal") UNIT("bytes")
	MEANING("RAM that the kernel manages: what the firmware gives, less the kernel "
		"image, the page descriptors and what was set aside at boot")
	TRAP("smaller than the RAM that is installed; the difference is no leak. It can "
	     "change with memory hotplug and with some balloons")
	SEE("free, where")

	TERM("MemFree") UNIT("bytes")
	MEANING("memory that holds nothing at all and can be given away at once")
	FORMULA("nr_free_pages x page size (sum of the zones)")
	TRAP("low on every healthy machine that has run for a while, since the page "
	     "cache uses what is idle: judge by MemAvailable and by pressure. Pages "
	     "parked on per-CPU lists are free as well, and not in it")
	SEE("free, zone, frag")

	TERM("MemAvailable") UNIT("bytes")
	MEANING("estimate of what new programs can get without swapping: free memory, "
		"and the parts of the file cache and of the reclaimable slab that can "
		"be dropped cheaply")
	FORMULA("MemFree - totalreserve + (file - min(file/2, low)) + (KReclaimable - "
		"min(KReclaimable/2, low)); file = Active(file) + Inactive(file), low = "
		"sum of the low marks (mm/show_mem.c)")
	TRAP("an estimate, not a promise: dirty and hot file pages count as available, "
	     "shared memory and anonymous memory never do, and the limits of control "
	     "groups are not looked at")
	SEE("free, zone")

	TERM("Buffers") UNIT("bytes")
	MEANING("page cache of block devices: file system metadata that is read through "
		"the device, and reads of the raw device")
	TRAP("grows by gigabytes where somebody reads a whole device (backup, dd), and "
	     "is given back like any cache")
	SEE("free")

	TERM("Cached") UNIT("bytes")
	MEANING("page cache of files, with shared memory and tmpfs in it")
	FORMULA("nr_file_pages - SwapCached - Buffers")
	TRAP("contains Shmem, which cannot be dropped but only swapped: what may be "
	     "dropped is at most Cached - Shmem. Hugetlb pages are not in it")
	SEE("free, where")

	TERM("SwapCached") UNIT("bytes")
	MEANING("pages that are in memory and have a copy in swap as well: read back "
		"and not changed since, or on their way out")
	TRAP("a page of it that is mapped stands in AnonPages too; adding the two "
	     "counts it twice")
	SEE("free, vmstat")

	TERM("Active") UNIT("bytes")
	MEANING("pages on the lists of recently used memory, which reclaim spares for "
		"the time being")
	FORMULA("Active(anon) + Active(file)")
	TRAP("does not say how much memory programs need: shared memory and cache are "
	     "in it")
	SEE("free")

	TERM("Inactive") UNIT("bytes")
	MEANING("pages on the lists where reclaim looks first")
	FORMULA("Inactive(anon) + Inactive(file)")
	TRAP("inactive is not free, nor unused: it contains anonymous memory, which can "
	     "only go to swap")
	SEE("free")

	TERM("Active(anon)") UNIT("bytes")
	MEANING("recently used pages that have no file to go back to: anonymous memory, "
		"tmpfs, shared memory, swap cache")
	TRAP("not AnonPages: it includes shmem and swap cache, and misses locked pages")
	SEE("free")

	TERM("Inactive(anon)") UNIT("bytes")
	MEANING("anonymous and shared memory pages that are the first to be swapped out")
	TRAP("without swap these pages stay where they are, however inactive")
	SEE("free, vmstat")

	TERM("Active(file)") UNIT("bytes")
	MEANING("cached file pages that were used more than once")
	TRAP("counted in full as available by MemAvailable, although dropping it makes "
	     "programs read their files again")
	SEE("free, vmstat")

	TERM("Inactive(file)") UNIT("bytes")
	MEANING("cached file pages that were used once or not lately: the cheapest "
		"memory to take back")
	TRAP("dirty pages among them must be written first")
	SEE("free, vmstat")

	TERM("Unevictable") UNIT("bytes")
	MEANING("pages that reclaim leaves alone: locked by mlock, ramfs, SHM_LOCK, "
		"secret memory")
	TRAP("the same pages stand in AnonPages, Cached or Shmem by type as well: never "
	     "add it to those")
	SEE("free, ps")

	TERM("Mlocked") UNIT("bytes")
	MEANING("pages locked into memory by mlock or mlockall")
	FORMULA("nr_mlock x page size")
	TRAP("a part of Unevictable. VmLck of a process is the size of its locked "
	     "ranges, touched or not")
	SEE("free, ps")

	TERM("HighTotal") UNIT("bytes")
	MEANING("memory that a 32-bit kernel cannot address directly (zone HighMem)")
	TRAP("there on 32-bit kernels with high memory only")
	SEE("zone")

	TERM("HighFree") UNIT("bytes")
	MEANING("free memory in zone HighMem")
	TRAP("plenty of it does not help the kernel itself, whose objects need low "
	     "memory")
	SEE("zone")

	TERM("LowTotal") UNIT("bytes")
	MEANING("memory that a 32-bit kernel addresses directly, where all its own "
		"objects must be")
	FORMULA("MemTotal - HighTotal")
	SEE("zone")

	TERM("LowFree") UNIT("bytes")
	MEANING("free low memory of a 32-bit kernel")
	FORMULA("MemFree - HighFree")
	TRAP("processes are killed for lack of low memory while MemFree is large: look "
	     "here first on 32 bit")
	SEE("zone")

	TERM("MmapCopy") UNIT("bytes")
	MEANING("memory that holds copies of mapped files on a kernel without an MMU")
	SEE("free")

	TERM("SwapTotal") UNIT("bytes")
	MEANING("size of all swap areas that are switched on")
	TRAP("swap on zram takes RAM for what is put into it; see zram")
	SEE("free")

	TERM("SwapFree") UNIT("bytes")
	MEANING("swap that holds nothing")
	TRAP("swap in use is no trouble by itself: pages that nobody misses may lie "
	     "there for months. Trouble is pswpin that keeps moving. A page in zswap "
	     "occupies its slot on the device too")
	SEE("free, vmstat")

	TERM("Zswap") UNIT("bytes")
	MEANING("RAM that zswap takes for its compressed pages")
	TRAP("compressed size; what the pages were before is Zswapped. Do not add it to "
	     "nr_zspages, which has it where zswap uses zsmalloc")
	SEE("free, vmstat")

	TERM("Zswapped") UNIT("bytes")
	MEANING("what the pages in zswap would take if they were not compressed")
	FORMULA("compression ratio = Zswapped / Zswap")
	TRAP("not RAM in use")
	SEE("free, vmstat")

	TERM("Dirty") UNIT("bytes")
	MEANING("file pages that were changed and wait to be written to their disk")
	FORMULA("nr_dirty x page size")
	TRAP("a page that is being written and was changed again is in Dirty and in "
	     "Writeback. The limit is vm.dirty_ratio of the memory that may be dirty, "
	     "not of MemTotal: see nr_dirty_threshold")
	SEE("free, vmstat")

	TERM("Writeback") UNIT("bytes")
	MEANING("pages that are being written to a disk or to swap right now")
	TRAP("high for long: the disk is the limit")
	SEE("vmstat, psi")

	TERM("AnonPages") UNIT("bytes")
	MEANING("memory of programs that has no file behind it - heaps, stacks, private "
		"changed pages - and is mapped by some process")
	FORMULA("nr_anon_pages x page size")
	TRAP("a page shared after fork counts once, however many map it. Huge pages "
	     "(THP) and KSM pages are in it; shared memory and swap cache that nobody "
	     "maps are not")
	SEE("ps, where")

	TERM("Mapped") UNIT("bytes")
	MEANING("cached file pages and shared memory that some process maps: programs, "
		"libraries, mmap")
	TRAP("a part of Cached, never add it. One page mapped by a hundred processes "
	     "counts once")
	SEE("ps, free")

	TERM("Shmem") UNIT("bytes")
	MEANING("pages of tmpfs, System V shared memory, shared anonymous mappings, "
		"memfd and of graphics buffers built on them")
	TRAP("stands in Cached and looks like cache, but cannot be dropped: it goes to "
	     "swap or stays until its file is deleted. Only what is in memory counts, "
	     "not what was swapped")
	SEE("where, ps")

	TERM("KReclaimable") UNIT("bytes")
	MEANING("kernel memory that can be given back under pressure: reclaimable slab, "
		"and other caches with a shrinker")
	FORMULA("SReclaimable + nr_kernel_misc_reclaimable")
	TRAP("contains SReclaimable: do not add the two")
	SEE("slab, where")

	TERM("Slab") UNIT("bytes")
	MEANING("memory of the kernel's object caches, and of large kmalloc")
	FORMULA("SReclaimable + SUnreclaim")
	TRAP("counts whole slabs with the free objects in them: slabinfo tells objects. "
	     "Large kmalloc is here and in no line of slabinfo")
	SEE("slab")

	TERM("SReclaimable") UNIT("bytes")
	MEANING("slab caches that shrink under pressure, above all directory entries "
		"and inodes")
	TRAP("reclaimable says what kind of cache it is: objects that are in use, or "
	     "one pinned object per slab, keep it")
	SEE("slab")

	TERM("SUnreclaim") UNIT("bytes")
	MEANING("slab memory that no pressure frees, kmalloc above the largest cache "
		"included")
	TRAP("the first place to look for a kernel leak: it should level off")
	SEE("slab")

	TERM("KernelStack") UNIT("bytes")
	MEANING("stacks of all threads in the kernel")
	FORMULA("threads x stack size (16 KiB on most 64-bit machines)")
	TRAP("with CONFIG_VMAP_STACK stacks are taken from vmalloc and stand in "
	     "VmallocUsed too. Swap does not help: thousands of threads cost memory "
	     "that stays")
	SEE("where, vmalloc, ps")

	TERM("ShadowCallStack") UNIT("bytes")
	MEANING("second stacks that protect return addresses in the kernel "
		"(CONFIG_SHADOW_CALL_STACK)")
	SEE("where")

	TERM("PageTables") UNIT("bytes")
	MEANING("tables that translate the addresses of processes into pages")
	TRAP("many processes that map the same large shared memory have a table each: "
	     "hundreds of them with gigabytes make gigabytes of tables. Huge pages make "
	     "them small")
	SEE("ps, where")

	TERM("SecPageTables") UNIT("bytes")
	MEANING("page tables that are not of processes: those KVM keeps for guests, and "
		"those of the IOMMU")
	TRAP("in no process")
	SEE("where")

	TERM("Quicklists") UNIT("bytes")
	MEANING("lists of spare page tables of kernels that had them")
	TRAP("not in current kernels")
	SEE("where")

	TERM("NFS_Unstable") UNIT("bytes")
	MEANING("pages sent to an NFS server that has not confirmed them; since Linux "
		"5.8 they count in Writeback")
	TRAP("always 0 on a current kernel")
	SEE("free")

	TERM("Bounce") UNIT("bytes")
	MEANING("memory that stands in for buffers which a device cannot reach")
	TRAP("0 on 64-bit machines, and always on kernels that no longer count it; "
	     "swiotlb is not in it")
	SEE("free")

	TERM("WritebackTmp") UNIT("bytes")
	MEANING("temporary copies that FUSE made while writing back")
	TRAP("always 0 on kernels that make no such copies any more")
	SEE("free")

	TERM("CommitLimit") UNIT("bytes")
	ALSO("commit limit")
	MEANING("most that may be promised to programs when overcommit is forbidden")
	FORMULA("(MemTotal - hugetlb pool) x vm.overcommit_ratio / 100 + SwapTotal, or "
		"vm.overcommit_kbytes + SwapTotal")
	TRAP("enforced only with vm.overcommit_memory=2. In the default mode "
	     "Committed_AS above it is normal and means nothing")
	SEE("free")

	TERM("Committed_AS") UNIT("bytes")
	ALSO("committed, commit charge")
	MEANING("memory that programs were promised and may claim by touching it: "
		"private writable mappings, shared memory")
	TRAP("a promise, not pages: it is often larger than RAM. A fork counts all of "
	     "the parent's writable memory again")
	SEE("free, ps")

	TERM("VmallocTotal") UNIT("bytes")
	MEANING("size of the address range that is meant for vmalloc")
	TRAP("an address range, not memory: terabytes here are right on 64 bit")
	SEE("vmalloc")

	TERM("VmallocUsed") UNIT("bytes")
	MEANING("pages behind areas of vmalloc: modules, BPF, large buffers, and stacks "
		"with CONFIG_VMAP_STACK")
	TRAP("overlaps KernelStack. Mapped device memory (ioremap) is in vmallocinfo "
	     "and not here. Kernels 4.4 to 5.2 print 0")
	SEE("vmalloc")

	TERM("VmallocChunk") UNIT("bytes")
	MEANING("once the largest free piece of the vmalloc range")
	TRAP("always 0: the kernel no longer looks")
	SEE("vmalloc")

	TERM("Percpu") UNIT("bytes")
	MEANING("memory of the per-CPU allocator: one copy of each counter and object "
		"for every CPU")
	TRAP("grows with the number of possible CPUs and with control groups, dead ones "
	     "included; the allocator's own records are not counted")
	SEE("where")

	TERM("EarlyMemtestBad") UNIT("bytes")
	MEANING("memory found bad by the test at boot that memtest= asks for")
	TRAP("the line is there only when that test was run")
	SEE("where")

	TERM("HardwareCorrupted") UNIT("bytes")
	MEANING("pages taken out of use because the hardware reported errors in them")
	TRAP("anything but 0 calls for a look at the memory modules; not all errors of "
	     "a module lead to it")
	SEE("where")

	TERM("AnonHugePages") UNIT("bytes")
	MEANING("anonymous memory in huge pages that are mapped as such (2 MiB on x86)")
	TRAP("a part of AnonPages. Smaller large pages (mTHP) are not in it: see "
	     "/sys/kernel/mm/transparent_hugepage/hugepages-*/stats. Nothing to do with "
	     "hugetlb")
	SEE("vmstat, frag, map")

	TERM("ShmemHugePages") UNIT("bytes")
	MEANING("shared memory and tmpfs that lie in huge pages")
	TRAP("a part of Shmem, mapped or not")
	SEE("vmstat")

	TERM("ShmemPmdMapped") UNIT("bytes")
	MEANING("shared memory that processes map as huge pages")
	TRAP("a part of ShmemHugePages, and smaller where it is mapped with small "
	     "entries")
	SEE("vmstat, map")

	TERM("FileHugePages") UNIT("bytes")
	MEANING("page cache of files that lies in huge pages")
	TRAP("a part of Cached; smaller large folios are not counted")
	SEE("vmstat")

	TERM("FilePmdMapped") UNIT("bytes")
	MEANING("page cache that processes map as huge pages")
	TRAP("a part of FileHugePages")
	SEE("vmstat, map")

	TERM("CmaTotal") UNIT("bytes")
	ALSO("CMA")
	MEANING("memory set aside for large contiguous buffers of devices (contiguous "
		"memory allocator)")
	TRAP("not lost: movable pages may use it until a device wants it")
	SEE("zone, frag")

	TERM("CmaFree") UNIT("bytes")
	MEANING("free pages inside that range")
	TRAP("contained in MemFree, but requests for unmovable memory cannot use it: an "
	     "allocation can fail with free memory")
	SEE("zone, frag")

	TERM("Unaccepted") UNIT("bytes")
	MEANING("memory of a confidential virtual machine that the guest has not yet "
		"accepted from its host")
	TRAP("free memory, and in MemFree")
	SEE("free")

	TERM("Balloon") UNIT("bytes")
	MEANING("memory that balloon drivers of this guest have given back to the host")
	TRAP("a new line, and not every driver counts here: VMware and Hyper-V may show "
	     "0 with a large balloon")
	SEE("where, vmstat")

	TERM("GPUActive") UNIT("bytes")
	MEANING("system memory held for objects of graphics drivers (those that use "
		"TTM)")
	TRAP("RAM, not the memory on the card. Buffers built on shared memory are in "
	     "Shmem instead. Linux 7.1")
	SEE("where")

	TERM("GPUReclaim") UNIT("bytes")
	MEANING("system memory kept in pools of graphics drivers for their next buffer; "
		"can be given back")
	TRAP("not in GPUActive and not in MemAvailable. Linux 7.1")
	SEE("where")

	TERM("HugePages_Total") UNIT("count")
	MEANING("pages in the hugetlb pool of the default size")
	TRAP("the default size only: other sizes are in Hugetlb. The pool is taken from "
	     "free memory whether it is used or not")
	SEE("where, free")

	TERM("HugePages_Free") UNIT("count")
	MEANING("hugetlb pages of the default size that no one uses")
	TRAP("some may be promised: free for others are HugePages_Free - "
	     "HugePages_Rsvd. Idle pages of the pool are of no use to anybody else")
	SEE("where")

	TERM("HugePages_Rsvd") UNIT("count")
	MEANING("hugetlb pages that were promised to a mapping and not yet touched")
	TRAP("contained in HugePages_Free")
	SEE("where")

	TERM("HugePages_Surp") UNIT("count")
	MEANING("hugetlb pages beyond the size that was set, allowed by "
		"nr_overcommit_hugepages and given back when they are free")
	TRAP("contained in HugePages_Total")
	SEE("where")

	TERM("Hugepagesize") UNIT("bytes")
	MEANING("default size of hugetlb pages")
	TRAP("the size of transparent huge pages is another setting")
	SEE("where")

	TERM("Hugetlb") UNIT("bytes")
	ALSO("hugetlb, hugetlbfs")
	MEANING("memory in all hugetlb pools, of every size, used or idle")
	FORMULA("sum over the sizes of pages x size")
	TRAP("in no RSS or PSS, not in MemFree and not in Cached: a machine full of "
	     "hugetlb pages looks as if nobody used its memory")
	SEE("where")

	TERM("DirectMap4k") UNIT("bytes")
	MEANING("memory that the kernel addresses through small page table entries")
	TRAP("tells how RAM is mapped, not how much is used. When it grows, something "
	     "splits the large entries: see direct_map_level2_splits")
	SEE("where")

	TERM("DirectMap64k") UNIT("bytes")
	MEANING("memory that the kernel addresses through 64 KiB entries")
	TRAP("tells how RAM is mapped, not how much is used")
	SEE("where")

	TERM("DirectMap2M") UNIT("bytes")
	MEANING("memory that the kernel addresses through 2 MiB entries")
	TRAP("tells how RAM is mapped, not how much is used")
	SEE("where")

	TERM("DirectMap4M") UNIT("bytes")
	MEANING("memory that a 32-bit kernel addresses through 4 MiB entries")
	TRAP("tells how RAM is mapped, not how much is used")
	SEE("where")

	TERM("DirectMap1M") UNIT("bytes")
	MEANING("memory that the kernel addresses through 1 MiB entries")
	TRAP("tells how RAM is mapped, not how much is used")
	SEE("where")

	TERM("DirectMap1G") UNIT("bytes")
	MEANING("memory that the kernel addresses through 1 GiB entries")
	TRAP("tells how RAM is mapped, not how much is used")
	SEE("where")

	TERM("DirectMap2G") UNIT("bytes")
	MEANING("memory that the kernel addresses through 2 GiB entries")
	TRAP("tells how RAM is mapped, not how much is used")
	SEE("where")
};

const struct ml_glossary ml_glossary_meminfo = {
	.kind = "meminfo",
	.source = "/proc/meminfo",
	GLOSSES(terms),
};
