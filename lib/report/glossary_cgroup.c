/* SPDX-License-Identifier: MIT */
/* glossary_cgroup: what each key of a control group's memory files says. */
#include "base/cleanup.h"
#include "report/glossary.h"

static const struct ml_gloss_member whos[] = {
	{ "kswapd", "kswapd" },
	{ "direct", "tasks in need of memory" },
	{ "khugepaged", "khugepaged" },
	{ "proactive", "memory.reclaim" },
};
static const struct ml_gloss_member kinds[] = {
	{ "anon", "anonymous and shared memory" },
	{ "file", "file" },
};
static const struct ml_gloss_member lrus[] = {
	{ "inactive_anon", "anonymous and shared memory next to be swapped out" },
	{ "active_anon", "anonymous and shared memory in recent use" },
	{ "inactive_file", "cached files used once or not lately" },
	{ "active_file", "cached files used more than once" },
};
static const struct ml_gloss_set sets[] = {
	{ "who", whos, ML_ARRAY_SIZE(whos) },
	{ "kind", kinds, ML_ARRAY_SIZE(kinds) },
	{ "lru", lrus, ML_ARRAY_SIZE(lrus) },
};

/* In both versions a group's numbers have those of the groups below in them, but for the
 * keys of version 1 that do not begin with total_. */
static const char stat_terms[] = {
	TERM("anon") UNIT("bytes")
	MEANING("anonymous memory of the group: heaps, stacks, private mappings that were "
		"written")
	TRAP("without swap none of it can be reclaimed")
	SEE("cgroup, ps")

	TERM("file") UNIT("bytes")
	MEANING("page cache charged to the group, with tmpfs and shared memory in it")
	TRAP("a page is charged to the group that touched it first, others use it for "
	     "nothing")
	SEE("cgroup")

	TERM("kernel") UNIT("bytes")
	MEANING("kernel memory on behalf of the group")
	FORMULA("slab + kernel_stack + pagetables + sec_pagetables + percpu + vmalloc and what "
		"has no line, as pipes")
	TRAP("the line is there since Linux 5.18")
	SEE("cgroup, slab")

	TERM("kernel_stack") UNIT("bytes")
	MEANING("kernel stacks of its threads")
	SEE("cgroup, ps")

	TERM("pagetables") UNIT("bytes")
	MEANING("page tables of its processes")
	SEE("cgroup, ps")

	TERM("sec_pagetables") UNIT("bytes")
	MEANING("page tables of virtual machines and of devices (KVM, IOMMU)")
	SEE("cgroup")

	TERM("percpu") UNIT("bytes")
	MEANING("per-CPU memory of kernel objects that the group made")
	TRAP("grows with the number of possible CPUs")
	SEE("cgroup, where")

	TERM("sock") UNIT("bytes")
	MEANING("network buffers in the queues of its sockets")
	SEE("cgroup, where")

	TERM("vmalloc") UNIT("bytes")
	MEANING("vmalloc memory on behalf of the group")
	SEE("cgroup, vmalloc")

	TERM("shmem") UNIT("bytes")
	MEANING("tmpfs, memfd, System V and shared anonymous memory of the group")
	TRAP("is part of file, but goes to swap or stays")
	SEE("cgroup")

	TERM("zswap") UNIT("bytes")
	MEANING("RAM that compressed pages of the group take in zswap")
	SEE("cgroup")

	TERM("zswapped") UNIT("bytes")
	MEANING("what these pages were before they were compressed")
	FORMULA("zswapped / zswap is how well they compress")
	SEE("cgroup")

	TERM("zswap_incomp") UNIT("bytes")
	MEANING("pages in zswap that did not compress and stand there as they are")
	SEE("cgroup")

	TERM("file_mapped") UNIT("bytes")
	MEANING("page cache, tmpfs included, that processes have mapped")
	SEE("cgroup, map")

	TERM("file_dirty") UNIT("bytes")
	MEANING("page cache that was written and is not yet on disk")
	TRAP("cannot be reclaimed before it is written")
	SEE("cgroup")

	TERM("file_writeback") UNIT("bytes")
	MEANING("page cache that is being written to disk")
	SEE("cgroup")

	TERM("swapcached") UNIT("bytes")
	MEANING("pages that are in memory and in swap at once")
	SEE("cgroup")

	TERM("anon_thp") UNIT("bytes")
	MEANING("anonymous memory in huge pages")
	SEE("cgroup")

	TERM("file_thp") UNIT("bytes")
	MEANING("page cache in huge pages")
	SEE("cgroup")

	TERM("shmem_thp") UNIT("bytes")
	MEANING("shared memory in huge pages")
	SEE("cgroup")

	TERM("#") UNIT("bytes") SET("lru")
	MEANING("%, as the lists of reclaim have it")
	SEE("cgroup")

	TERM("unevictable") UNIT("bytes")
	MEANING("memory that reclaim leaves alone: locked, ramfs, secret memory")
	SEE("cgroup, ps")

	TERM("slab") UNIT("bytes")
	MEANING("kernel objects of the group")
	FORMULA("slab_reclaimable + slab_unreclaimable")
	SEE("cgroup, slab")

	TERM("slab_reclaimable") UNIT("bytes")
	MEANING("kernel objects that can be dropped: dentries, inodes")
	SEE("cgroup, slab")

	TERM("slab_unreclaimable") UNIT("bytes")
	MEANING("kernel objects that stay until their users free them")
	SEE("cgroup, slab")

	TERM("hugetlb") UNIT("bytes")
	MEANING("hugetlb pages that count as memory of the group "
		"(mount option memory_hugetlb_accounting)")
	SEE("cgroup")

	TERM("workingset_refault") UNIT("pages")
	MEANING("pages that were read again soon after they were dropped (before Linux 5.9)")
	SEE("cgroup, vmstat")

	TERM("workingset_activate") UNIT("pages")
	MEANING("refaults so soon that the page counted as in use at once (before Linux 5.9)")
	SEE("cgroup, vmstat")

	TERM("workingset_restore") UNIT("pages")
	MEANING("refaults of pages that had been in use when they were dropped (before "
		"Linux 5.9)")
	SEE("cgroup, vmstat")

	TERM("workingset_refault_#") UNIT("pages") SET("kind")
	MEANING("% pages that were brought back soon after they were dropped")
	TRAP("by rate: steadily above some hundred a second the limit is too small for what "
	     "the group uses, whatever the machine has free")
	SEE("cgroup, vmstat")

	TERM("workingset_activate_#") UNIT("pages") SET("kind")
	MEANING("% pages that came back so soon that they counted as in use at once")
	SEE("cgroup, vmstat")

	TERM("workingset_restore_#") UNIT("pages") SET("kind")
	MEANING("% pages that came back and had been in use when they were dropped")
	SEE("cgroup, vmstat")

	TERM("workingset_nodereclaim") UNIT("events")
	MEANING("times that notes on dropped pages were themselves dropped for want of "
		"memory")
	SEE("cgroup")

	TERM("pgscan") UNIT("pages")
	MEANING("pages of the group that reclaim looked at")
	SEE("cgroup, vmstat")

	TERM("pgscan_#") UNIT("pages") SET("who")
	MEANING("pages of the group that % looked at for reclaim")
	SEE("cgroup, vmstat")

	TERM("pgsteal") UNIT("pages")
	MEANING("pages of the group that reclaim took back")
	FORMULA("pgsteal / pgscan is how easily memory is found")
	SEE("cgroup, vmstat")

	TERM("pgsteal_#") UNIT("pages") SET("who")
	MEANING("pages of the group that % took back")
	TRAP("a group at its own limit reclaims by its own tasks: that is direct, and "
	     "kswapd has no part in it")
	SEE("cgroup, vmstat")

	TERM("pgdemote_#") UNIT("pages") SET("who")
	MEANING("pages that % moved to slower memory instead of dropping them")
	SEE("cgroup")

	TERM("pgpromote_success") UNIT("pages")
	MEANING("pages that were brought back from slower memory")
	SEE("cgroup")

	TERM("pgfault") UNIT("faults")
	MEANING("page faults of all kinds of its tasks")
	SEE("cgroup, ps")

	TERM("pgmajfault") UNIT("faults")
	MEANING("page faults that waited for a disk or for swap")
	SEE("cgroup, ps")

	TERM("pgrefill") UNIT("pages")
	MEANING("pages in use that reclaim looked at, to see whether they still are")
	SEE("cgroup")

	TERM("pgactivate") UNIT("pages")
	MEANING("pages that began to count as in use")
	SEE("cgroup")

	TERM("pgdeactivate") UNIT("pages")
	MEANING("pages that no longer count as in use")
	SEE("cgroup")

	TERM("pglazyfree") UNIT("pages")
	MEANING("pages that a process gave up with MADV_FREE and that may be dropped")
	SEE("cgroup")

	TERM("pglazyfreed") UNIT("pages")
	MEANING("those of them that were dropped")
	SEE("cgroup")

	TERM("pswpin") UNIT("pages")
	MEANING("pages read from swap")
	SEE("cgroup, vmstat")

	TERM("pswpout") UNIT("pages")
	MEANING("pages written to swap")
	SEE("cgroup, vmstat")

	TERM("swpin_zero") UNIT("pages")
	MEANING("pages of zeros brought back without reading swap")
	SEE("cgroup")

	TERM("swpout_zero") UNIT("pages")
	MEANING("pages of zeros that were swapped out without writing them")
	SEE("cgroup")

	TERM("zswpin") UNIT("pages")
	MEANING("pages taken out of zswap")
	SEE("cgroup")

	TERM("zswpout") UNIT("pages")
	MEANING("pages put into zswap")
	SEE("cgroup")

	TERM("zswpwb") UNIT("pages")
	MEANING("pages that went on from zswap to the swap device")
	SEE("cgroup")

	TERM("thp_fault_alloc") UNIT("huge pages")
	MEANING("huge pages given at the first touch of memory")
	SEE("cgroup")

	TERM("thp_collapse_alloc") UNIT("huge pages")
	MEANING("huge pages that khugepaged made of small ones")
	SEE("cgroup")

	TERM("thp_swpout") UNIT("huge pages")
	MEANING("huge pages swapped out in one piece")
	SEE("cgroup")

	TERM("thp_swpout_fallback") UNIT("huge pages")
	MEANING("huge pages that were split to be swapped out")
	SEE("cgroup")

	TERM("numa_pages_migrated") UNIT("pages")
	MEANING("pages moved nearer to the CPU that uses them")
	SEE("cgroup")

	TERM("numa_pte_updates") UNIT("pages")
	MEANING("pages marked so that the next use tells which CPU it is")
	SEE("cgroup")

	TERM("numa_hint_faults") UNIT("faults")
	MEANING("faults on pages marked so")
	SEE("cgroup")
};

const struct ml_glossary ml_glossary_group_stat = {
	.kind = "memory.stat",
	.source = "memory.stat",
	GLOSSES(stat_terms),
	.sets = sets,
	.nsets = ML_ARRAY_SIZE(sets),
};

static const struct ml_gloss_member v1_sizes[] = {
	{ "cache", "page cache, with tmpfs and shared memory" },
	{ "rss", "anonymous memory, which is no RSS: shared files are in none" },
	{ "rss_huge", "anonymous memory in huge pages" },
	{ "shmem", "tmpfs and shared memory" },
	{ "mapped_file", "page cache that processes have mapped" },
	{ "dirty", "page cache that is not yet on disk" },
	{ "writeback", "page cache that is being written" },
	{ "swap", "anonymous and shared memory in swap" },
	{ "swapcached", "pages that are in memory and in swap at once" },
	{ "inactive_anon", "anonymous and shared memory next to be swapped out" },
	{ "active_anon", "anonymous and shared memory in recent use" },
	{ "inactive_file", "cached files used once or not lately" },
	{ "active_file", "cached files used more than once" },
	{ "unevictable", "memory that reclaim leaves alone" },
};
static const struct ml_gloss_member v1_counts[] = {
	{ "pgpgin", "pages charged to the group" },
	{ "pgpgout", "pages that are no longer charged to it" },
	{ "pgfault", "page faults" },
	{ "pgmajfault", "page faults that waited for a disk" },
	{ "workingset_refault", "pages read again soon after they were dropped" },
	{ "workingset_refault_anon", "pages swapped in again soon after they went" },
	{ "workingset_refault_file", "pages of files read again soon after they went" },
	{ "workingset_activate", "refaults so soon that the page counted as in use" },
	{ "workingset_restore", "refaults of pages that had been in use" },
	{ "workingset_nodereclaim", "times that notes on dropped pages were dropped" },
};
static const struct ml_gloss_set v1_sets[] = {
	{ "size", v1_sizes, ML_ARRAY_SIZE(v1_sizes) },
	{ "count", v1_counts, ML_ARRAY_SIZE(v1_counts) },
};

static const char v1_terms[] = {
	TERM("#") UNIT("bytes") SET("size")
	MEANING("version 1, of the group alone: %")
	TRAP("groups below are not in it, though they are in the usage: total_# has them")
	SEE("cgroup")

	TERM("total_#") UNIT("bytes") SET("size")
	MEANING("version 1, of the group and those below: %")
	SEE("cgroup")

	TERM("#") UNIT("events") SET("count")
	MEANING("version 1, of the group alone: %")
	SEE("cgroup")

	TERM("total_#") UNIT("events") SET("count")
	MEANING("version 1, of the group and those below: %")
	SEE("cgroup")

	TERM("hierarchical_memory_limit") UNIT("bytes")
	MEANING("version 1: the smallest limit of the group and all above it")
	TRAP("it also knows of groups that cannot be seen from inside a container")
	SEE("cgroup")

	TERM("hierarchical_memsw_limit") UNIT("bytes")
	MEANING("version 1: the smallest limit of memory and swap together")
	SEE("cgroup")
};

const struct ml_glossary ml_glossary_group_stat_v1 = {
	.kind = "memory.stat-v1",
	.source = "memory.stat",
	GLOSSES(v1_terms),
	.sets = v1_sets,
	.nsets = ML_ARRAY_SIZE(v1_sets),
};

static const char
	event_terms
		[] = {
	TERM("low") UNIT("events")
	MEANING("times the group was reclaimed from although it was below memory.low")
	TRAP("more is promised than there is")
	SEE("cgroup")

	TERM("high") UNIT("events")
	MEANING("times its tasks were slowed and made to reclaim for being above memory.high")
	TRAP("no harm to a group whose cache fills it; with pressure it is slow for that")
	SEE("cgroup, psi")

	TERM("max") UNIT("events")
	MEANING("times it was about to exceed memory.max, or in swap.events its swap")
	SEE("cgroup")

	TERM("oom") UNIT("events")
	MEANING("times reclaim did not help and an allocation was about to fail")
	TRAP("not every one kills: large allocations may fail instead")
	SEE("cgroup")

	TERM("oom_kill") UNIT("events")
	MEANING("processes of the group that an OOM killer took, that of the machine "
		"included")
	SEE("cgroup, vmstat")

	TERM("oom_group_kill") UNIT("events")
	MEANING("times the whole group was killed at once (memory.oom.group)")
	SEE("cgroup")

	TERM("sock_throttled") UNIT("events")
	MEANING("times its sockets were slowed for want of memory")
	SEE("cgroup")

	TERM("fail") UNIT("events")
	MEANING("times a page found no swap: none was left, or its limit was met")
	SEE("cgroup")

	TERM("failcnt") UNIT("events")
	MEANING("version 1: times the limit was met")
	TRAP("page cache fills a group up to its limit, so that it counts in good health")
	SEE("cgroup")

	TERM("under_oom") UNIT("flag")
	MEANING("version 1: 1 while tasks of the group wait for memory that nobody frees")
	SEE("cgroup")

	TERM("oom_kill_disable") UNIT("flag")
	MEANING("version 1: 1 where the OOM killer is off: tasks wait instead")
	SEE("cgroup")

	TERM("nr_descendants") UNIT("groups")
	MEANING("groups below this one")
	SEE("cgroup")

	TERM("nr_dying_descendants") UNIT("groups")
	MEANING("groups below that were removed and live on, since memory is charged to them")
	TRAP("each takes some hundred KiB of per-CPU memory and slab; page cache and tmpfs "
	     "keep them")
	SEE("cgroup, where")
		};

const struct ml_glossary ml_glossary_group_events = {
	.kind = "memory.events",
	.source = "memory.events, memory.swap.events, memory.oom_control, cgroup.stat",
	GLOSSES(event_terms),
};
