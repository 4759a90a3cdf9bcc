/* SPDX-License-Identifier: MIT */
/* glossary_process: the memory of a process - smaps, status, OOM score, flags, states. */
#include "report/glossary.h"

static const char smaps_terms[] = {
	TERM("Size") UNIT("bytes")
	MEANING("length of the mapping: addresses, touched or not")
	TRAP("not memory in use")
	SEE("map")

	TERM("KernelPageSize") UNIT("bytes")
	MEANING("page size that the kernel uses for the mapping; larger than a page "
		"only for hugetlb")
	TRAP("says nothing of transparent huge pages: see AnonHugePages")
	SEE("map")

	TERM("MMUPageSize") UNIT("bytes")
	MEANING("page size that the hardware uses for the mapping, mostly the same as "
		"KernelPageSize")
	SEE("map")

	TERM("Rss") UNIT("bytes")
	MEANING("pages of the mapping that are in memory now")
	TRAP("pages shared with others count in full, so sums over processes count them "
	     "many times. Hugetlb pages are not in it")
	SEE("map, ps")

	TERM("Pss") UNIT("bytes")
	MEANING("pages of the mapping in memory, each divided by the number of those "
		"who map it")
	FORMULA("sum over pages of page size / mappings of the page")
	TRAP("changes when another process starts or ends. Hugetlb pages are not in it")
	SEE("map, ps")

	TERM("Pss_Dirty") UNIT("bytes")
	MEANING("the part of Pss that was changed and is nowhere else")
	FORMULA("clean part = Pss - Pss_Dirty")
	SEE("map, ps")

	TERM("Pss_Anon") UNIT("bytes")
	MEANING("the part of Pss that is anonymous memory (smaps_rollup only)")
	SEE("ps, map")

	TERM("Pss_File") UNIT("bytes")
	MEANING("the part of Pss that is page cache of files (smaps_rollup only)")
	SEE("ps, map")

	TERM("Pss_Shmem") UNIT("bytes")
	MEANING("the part of Pss that is tmpfs or shared memory (smaps_rollup only)")
	SEE("ps, map")

	TERM("Shared_Clean") UNIT("bytes")
	MEANING("pages mapped more than once that need not be written anywhere: code of "
		"libraries, mostly")
	TRAP("shared means mapped more than once now: a MAP_SHARED page with one user "
	     "counts as private")
	SEE("map")

	TERM("Shared_Dirty") UNIT("bytes")
	MEANING("pages mapped more than once that were changed: shared memory, or "
		"memory shared after fork")
	TRAP("shared means mapped more than once now")
	SEE("map")

	TERM("Private_Clean") UNIT("bytes")
	MEANING("pages that only this mapping has and that can be read again from their "
		"file")
	SEE("map")

	TERM("Private_Dirty") UNIT("bytes")
	MEANING("pages that only this mapping has and that were changed: what the "
		"process costs in any case")
	TRAP("a large part of USS; ends with the process, unless it is tmpfs")
	SEE("map, ps")

	TERM("Referenced") UNIT("bytes")
	MEANING("pages used since the marks were last cleared, by reclaim or through "
		"clear_refs")
	TRAP("without clearing first it says little: a page used once a week ago may "
	     "still be marked")
	SEE("map")

	TERM("Anonymous") UNIT("bytes")
	MEANING("pages that belong to no file, private copies of file pages included")
	TRAP("a mapping of a file can have much of it: data that was written to")
	SEE("map, ps")

	TERM("KSM") UNIT("bytes")
	MEANING("pages that KSM merged with equal ones")
	SEE("map")

	TERM("LazyFree") UNIT("bytes")
	MEANING("pages given up with MADV_FREE that the kernel did not need yet")
	TRAP("they count in Rss, although the program has freed them")
	SEE("map, ps")

	TERM("AnonHugePages") UNIT("bytes")
	MEANING("anonymous memory mapped as huge pages of the usual size (2 MiB on x86)")
	TRAP("smaller large pages (mTHP) are not in it")
	SEE("map")

	TERM("ShmemPmdMapped") UNIT("bytes")
	MEANING("shared memory or tmpfs mapped as huge pages")
	SEE("map")

	TERM("FilePmdMapped") UNIT("bytes")
	MEANING("page cache of files mapped as huge pages")
	SEE("map")

	TERM("Shared_Hugetlb") UNIT("bytes")
	MEANING("hugetlb pages mapped more than once")
	TRAP("not in Rss, Pss, nor the other Shared and Private lines")
	SEE("map, ps")

	TERM("Private_Hugetlb") UNIT("bytes")
	MEANING("hugetlb pages that only this mapping has")
	TRAP("not in Rss, Pss, nor the other Shared and Private lines")
	SEE("map, ps")

	TERM("Swap") UNIT("bytes")
	MEANING("memory of the mapping that is in swap; for shared memory, of the whole "
		"part that is mapped")
	TRAP("shared memory in swap is counted by everyone who maps it")
	SEE("map, ps")

	TERM("SwapPss") UNIT("bytes")
	MEANING("anonymous memory in swap, divided by the number of those who share it")
	TRAP("shared memory in swap is not in it")
	SEE("map, ps")

	TERM("Locked") UNIT("bytes")
	MEANING("the part of Pss that lies in locked memory (mlock)")
	SEE("map, ps")

	TERM("THPeligible")
	MEANING("1 when the mapping may get huge pages of some enabled size")
	TRAP("eligible is not given: AnonHugePages tells what it has")
	SEE("map")

	TERM("ProtectionKey") UNIT("number")
	MEANING("memory protection key of the mapping (x86 pkeys)")
	SEE("map")

	TERM("VmFlags")
	MEANING("properties of the mapping as two-letter codes; each is explained under "
		"its code")
	TRAP("codes come and go with kernels")
	SEE("map")
};

static const char status_terms[] = {
	TERM("VmPeak") UNIT("bytes")
	MEANING("largest address space that the process ever had")
	TRAP("addresses, not memory")
	SEE("ps")

	TERM("VmSize") UNIT("bytes")
	MEANING("size of the address space: all mappings, touched or not")
	TRAP("addresses, not memory: terabytes are harmless (sanitizers, Go, Java, "
	     "databases)")
	SEE("ps, map")

	TERM("VmLck") UNIT("bytes")
	MEANING("length of the ranges locked with mlock")
	TRAP("length, not pages: what is really in memory is in Locked of smaps")
	SEE("ps")

	TERM("VmPin") UNIT("bytes")
	MEANING("pages pinned for devices, which may not even be moved (RDMA, io_uring, "
		"VFIO)")
	TRAP("pinned memory cannot be swapped or compacted")
	SEE("ps, frag")

	TERM("VmHWM") UNIT("bytes")
	MEANING("largest VmRSS the process ever had")
	TRAP("reset by writing 5 to clear_refs")
	SEE("ps")

	TERM("VmRSS") UNIT("bytes")
	MEANING("memory of the process that is in RAM: RssAnon + RssFile + RssShmem")
	TRAP("shared pages count in full in each process. Kept per CPU on newer "
	     "kernels, so it may be some pages off: smaps_rollup is exact")
	SEE("ps")

	TERM("RssAnon") UNIT("bytes")
	MEANING("anonymous memory of the process in RAM: heap, stack, changed private "
		"pages")
	TRAP("the number that grows with a leak; huge pages make it grow in steps")
	SEE("ps, map")

	TERM("RssFile") UNIT("bytes")
	MEANING("file pages that the process maps: its code, libraries, mapped data")
	TRAP("mostly shared with others, and can be dropped when memory is short")
	SEE("ps, map")

	TERM("RssShmem") UNIT("bytes")
	MEANING("shared memory and tmpfs pages that the process has mapped and touched")
	TRAP("counted in full by every process that touched them")
	SEE("ps, map")

	TERM("VmData") UNIT("bytes")
	MEANING("length of private writable mappings, stack excepted")
	TRAP("promised, not used")
	SEE("ps")

	TERM("VmStk") UNIT("bytes")
	MEANING("length of the stack mapping of the first thread")
	TRAP("stacks of other threads are ordinary mappings and stand in VmData")
	SEE("ps")

	TERM("VmExe") UNIT("bytes")
	MEANING("length of the program's own code")
	SEE("ps")

	TERM("VmLib") UNIT("bytes")
	MEANING("length of mapped code of libraries")
	SEE("ps")

	TERM("VmPTE") UNIT("bytes")
	MEANING("page tables of the process")
	TRAP("not in VmRSS; large with sparse or huge address spaces, and with large "
	     "shared memory")
	SEE("ps")

	TERM("VmPMD") UNIT("bytes")
	MEANING("second-level page tables; since Linux 4.15 they are in VmPTE")
	SEE("ps")

	TERM("VmSwap") UNIT("bytes")
	MEANING("anonymous memory of the process that is in swap")
	TRAP("shared memory in swap is not in it")
	SEE("ps")

	TERM("HugetlbPages") UNIT("bytes")
	MEANING("hugetlb pages that the process maps")
	TRAP("not in VmRSS")
	SEE("ps, where")

	TERM("Threads") UNIT("count")
	MEANING("threads of the process; each has a stack in the kernel besides its own")
	SEE("ps")

	TERM("Mems_allowed_list") UNIT("nodes")
	MEANING("NUMA nodes from which the process may take memory")
	TRAP("with a cpuset or a container a process can run out of memory on its nodes "
	     "while others have plenty")
	SEE("zone, ps")

	TERM("CoreDumping")
	MEANING("1 while the memory of the process is being written to a core file")
	TRAP("killing it now makes the core useless")
	SEE("ps")

	TERM("THP_enabled")
	MEANING("0 when the process switched transparent huge pages off for itself "
		"(prctl)")
	SEE("ps")

	TERM("Kthread")
	MEANING("1 for a thread of the kernel, which has no memory of its own")
	SEE("ps")
};

static const char stat_terms[] = {
	TERM("minflt") UNIT("faults")
	MEANING("page faults of the process that needed no disk")
	SEE("ps, vmstat")

	TERM("majflt") UNIT("faults")
	MEANING("page faults of the process that had to wait for their page, or had to "
		"be tried again")
	TRAP("not the same rule as pgmajfault, so sums differ")
	SEE("ps, vmstat")

	TERM("vsize") UNIT("bytes")
	MEANING("size of the address space, as VmSize")
	SEE("ps")
};

static const char statm_terms[] = {
	TERM("resident") UNIT("pages")
	MEANING("memory of the process in RAM, as VmRSS")
	SEE("ps")
};

static const char oom_terms[] = {
	TERM("oom_score") UNIT("points")
	ALSO("OOM score, badness")
	MEANING("how likely the kernel is to kill this process when memory ends: the "
		"highest goes first")
	FORMULA("(1000 + (RSS + swap + page tables) x 1000 / (RAM + swap) + "
		"oom_score_adj) x 2 / 3; before Linux 5.9 without the 1000 and the 2 / "
		"3")
	TRAP("a process that uses next to nothing has 666, not 0; 0 is one that is "
	     "never chosen. At a limit of a control group only its members compete")
	SEE("ps")

	TERM("oom_score_adj") UNIT("points")
	MEANING("what an administrator adds to the OOM score: -1000 (never kill) to "
		"1000 (kill first)")
	TRAP("inherited by children: a service with -1000 protects whatever it starts")
	SEE("ps")

	TERM("oom_adj") UNIT("points")
	MEANING("the old scale of oom_score_adj, -17 to 15; the kernel translates")
	SEE("ps")
};

static const char vmflag_terms[] = {
	TERM("rd")
	MEANING("the mapping may be read")
	SEE("map")

	TERM("wr")
	MEANING("the mapping may be written")
	SEE("map")

	TERM("ex")
	MEANING("the mapping may be executed")
	SEE("map")

	TERM("sh")
	MEANING("changes are seen by everybody who maps it (MAP_SHARED)")
	SEE("map")

	TERM("mr")
	MEANING("mprotect may allow reading")
	SEE("map")

	TERM("mw")
	MEANING("mprotect may allow writing")
	SEE("map")

	TERM("me")
	MEANING("mprotect may allow executing")
	SEE("map")

	TERM("ms")
	MEANING("the mapping may be shared")
	SEE("map")

	TERM("gd")
	MEANING("grows downwards, as a stack does")
	SEE("map")

	TERM("pf")
	MEANING("pages without descriptors, as memory of a device has: never in Rss")
	SEE("map")

	TERM("dw")
	MEANING("writing to the mapped file was denied (older kernels)")
	SEE("map")

	TERM("lo")
	MEANING("pages are locked in memory (mlock)")
	SEE("map, ps")

	TERM("io")
	MEANING("memory of a device")
	TRAP("counts in Size only")
	SEE("map")

	TERM("sr")
	MEANING("the program promised to read in sequence (MADV_SEQUENTIAL): pages "
		"behind are dropped early")
	SEE("map")

	TERM("rr")
	MEANING("the program promised to read at random (MADV_RANDOM): no reading ahead")
	SEE("map")

	TERM("dc")
	MEANING("not copied to a child on fork (MADV_DONTFORK)")
	SEE("map")

	TERM("de")
	MEANING("cannot grow by mremap")
	SEE("map")

	TERM("ac")
	MEANING("counts in Committed_AS")
	SEE("map, free")

	TERM("nr")
	MEANING("no swap is reserved for it (MAP_NORESERVE)")
	TRAP("does not count in Committed_AS unless overcommit is forbidden")
	SEE("map, free")

	TERM("ht")
	MEANING("made of hugetlb pages")
	TRAP("not in Rss or Pss")
	SEE("map, where")

	TERM("sf")
	MEANING("faults wait until the file's data is safe (MAP_SYNC, persistent "
		"memory)")
	SEE("map")

	TERM("ar")
	MEANING("a flag of the architecture")
	SEE("map")

	TERM("nl")
	MEANING("a non-linear mapping (old kernels)")
	SEE("map")

	TERM("wf")
	MEANING("a child gets zeroes instead of a copy (MADV_WIPEONFORK)")
	SEE("map")

	TERM("dd")
	MEANING("left out of core files (MADV_DONTDUMP)")
	SEE("map")

	TERM("sd")
	MEANING("pages are marked when written to (soft dirty tracking)")
	SEE("map")

	TERM("mm")
	MEANING("pages with and without descriptors mixed")
	SEE("map")

	TERM("hg")
	MEANING("the program asked for huge pages here (MADV_HUGEPAGE)")
	TRAP("asked for is not given: see AnonHugePages")
	SEE("map")

	TERM("nh")
	MEANING("the program wants no huge pages here (MADV_NOHUGEPAGE)")
	SEE("map")

	TERM("mg")
	MEANING("KSM may merge equal pages (MADV_MERGEABLE)")
	SEE("map")

	TERM("lf")
	MEANING("pages are locked when they are first touched (mlock2 with "
		"MLOCK_ONFAULT)")
	SEE("map")

	TERM("bt")
	MEANING("guarded against wrong jumps (BTI on arm64)")
	SEE("map")

	TERM("mt")
	MEANING("tags of memory are on (MTE on arm64)")
	SEE("map")

	TERM("um")
	MEANING("a program handles faults on missing pages (userfaultfd)")
	SEE("map")

	TERM("uw")
	MEANING("a program handles faults on writes (userfaultfd)")
	SEE("map")

	TERM("ui")
	MEANING("a program handles faults on pages that are in the cache but not mapped "
		"(userfaultfd)")
	SEE("map")

	TERM("ss")
	MEANING("a shadow stack, which protects return addresses")
	SEE("map")

	TERM("sl")
	MEANING("sealed: can be neither unmapped nor changed (mseal)")
	SEE("map")

	TERM("dp")
	MEANING("may be dropped under pressure and reads as zeroes then (droppable "
		"memory of vgetrandom)")
	SEE("map")

	TERM("gu")
	MEANING("guard pages may be in it: touching one kills the program "
		"(MADV_GUARD_INSTALL)")
	SEE("map")
};

static const char state_terms[] = {
	TERM("R")
	ALSO("running")
	MEANING("runs, or wants to and waits for a CPU")
	SEE("ps, vmstat")

	TERM("S")
	ALSO("sleeping")
	MEANING("sleeps until something happens, and can be woken by a signal")
	SEE("ps")

	TERM("D")
	ALSO("uninterruptible sleep")
	MEANING("sleeps and is not woken by signals, mostly waiting for a disk or for "
		"memory")
	TRAP("counts in the load average: a load of 100 with an idle CPU is a hundred "
	     "of these")
	SEE("psi, ps")

	TERM("T")
	ALSO("stopped")
	MEANING("stopped by a signal")
	TRAP("keeps all its memory")
	SEE("ps")

	TERM("t")
	ALSO("traced")
	MEANING("stopped by a debugger")
	TRAP("keeps all its memory")
	SEE("ps")

	TERM("Z")
	ALSO("zombie")
	MEANING("ended, waiting until its parent takes the exit status")
	TRAP("has no memory left but an entry in the process table")
	SEE("ps")

	TERM("X")
	ALSO("dead")
	MEANING("on its way out")
	SEE("ps")

	TERM("I")
	ALSO("idle")
	MEANING("an idle thread of the kernel")
	TRAP("does not count in the load average")
	SEE("ps")

	TERM("P")
	ALSO("parked")
	MEANING("a parked thread of the kernel")
	SEE("ps")
};

const struct ml_glossary ml_glossary_smaps = {
	.kind = "smaps",
	.source = "/proc/PID/smaps",
	GLOSSES(smaps_terms),
};

const struct ml_glossary ml_glossary_status = {
	.kind = "status",
	.source = "/proc/PID/status",
	GLOSSES(status_terms),
};

const struct ml_glossary ml_glossary_stat = {
	.kind = "stat",
	.source = "/proc/PID/stat",
	GLOSSES(stat_terms),
};

const struct ml_glossary ml_glossary_statm = {
	.kind = "statm",
	.source = "/proc/PID/statm",
	GLOSSES(statm_terms),
};

const struct ml_glossary ml_glossary_oom = {
	.kind = "oom",
	.source = "/proc/PID/oom_*",
	GLOSSES(oom_terms),
};

const struct ml_glossary ml_glossary_vmflag = {
	.kind = "vmflag",
	.source = "VmFlags of /proc/PID/smaps",
	GLOSSES(vmflag_terms),
};

const struct ml_glossary ml_glossary_state = {
	.kind = "state",
	.source = "/proc/PID/stat",
	GLOSSES(state_terms),
};
