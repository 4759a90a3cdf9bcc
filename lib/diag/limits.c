/* SPDX-License-Identifier: MIT */
/* limits: the thresholds of all rules, each with its reason. */
#include "diag/limits.h"

#include "base/cleanup.h"
#include "base/str.h"

#define KIB 1024.0
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

#define CHOICE "a choice of this project"

const struct ml_limit ml_limits[] = {
	/* ---- host ---- */
	{ "mem.avail.low.warn", 0.10, ML_UNIT_RATIO,
	  "below a tenth a burst of a few processes needs reclaim to wait for disks",
	  "node_exporter's alerts (utilization above 90 %), earlyoom (10 %)" },
	{ "mem.avail.low.crit", 0.05, ML_UNIT_RATIO,
	  "the last twentieth is mostly files that programs are running from",
	  "earlyoom (5 %)" },
	{ "mem.avail.low.bytes", 100 * MIB, ML_UNIT_BYTES,
	  "so little does not start another program, however small the machine",
	  "kubelet's default eviction limit" },
	{ "mem.free.low.info", 0.05, ML_UNIT_RATIO,
	  "so few free pages make people ask, although it is as it should be", CHOICE },
	{ "mem.free.low.available", 0.10, ML_UNIT_RATIO,
	  "with less available it is short indeed, and mem.avail.low tells", CHOICE },
	{ "mem.watermark.low.share", 0.05, ML_UNIT_RATIO,
	  "smaller zones (DMA) are kept for few devices, and may be empty", CHOICE },
	{ "mem.watermark.low.available", 0.10, ML_UNIT_RATIO,
	  "with so much to take back kswapd is only at work, and it counts a step less",
	  CHOICE },

	/* ---- accounts of memory ---- */
	{ "mem.unaccounted.warn", 0.05, ML_UNIT_RATIO,
	  "so much under no counter is no lag of counters, and no program shows it", CHOICE },
	{ "mem.unaccounted.crit", 0.15, ML_UNIT_RATIO,
	  "no process, cache or slab can be blamed for it, nor be made to give it back",
	  CHOICE },
	{ "mem.unaccounted.bytes", 512 * MIB, ML_UNIT_BYTES,
	  "a busy machine has up to 185 MiB of it for a while", "measured on Linux 6.18" },
	{ "mem.unaccounted.view", 0.02, ML_UNIT_RATIO,
	  "with more in the zones than in MemTotal the two are not of one machine "
	  "(containers)",
	  CHOICE },
	{ "mem.kernel.large.warn", 0.25, ML_UNIT_RATIO,
	  "ordinary machines have a few per cent in it", CHOICE },
	{ "mem.kernel.large.crit", 0.50, ML_UNIT_RATIO,
	  "more than programs and files together have", CHOICE },
	{ "mem.kernel.large.bytes", 256 * MIB, ML_UNIT_BYTES,
	  "so much the kernel has on small machines by itself", CHOICE },
	{ "mem.pcp.large.info", 0.01, ML_UNIT_RATIO,
	  "128 to 447 MiB were seen on two CPUs: it explains a gap between totals",
	  "measured on Linux 6.18" },
	{ "mem.balloon.info", 0.02, ML_UNIT_RATIO,
	  "enough for totals not to fit any more", CHOICE },
	{ "mem.balloon.warn", 0.10, ML_UNIT_RATIO,
	  "a tenth of the memory, if little is available as well", CHOICE },
	{ "mem.balloon.available", 0.15, ML_UNIT_RATIO,
	  "with more available nobody misses what the host took", CHOICE },
	{ "zfs.arc.info", 0.05, ML_UNIT_RATIO,
	  "enough that \"used\" tells something else than it seems", CHOICE },
	{ "mem.cma.info", 0.05, ML_UNIT_RATIO,
	  "free pages that only some requests may have", CHOICE },

	/* ---- the machine's memory ---- */
	{ "mem.total.changed.info", 0.001, ML_UNIT_RATIO,
	  "less is a few pages that the kernel took or gave", CHOICE },
	{ "mem.total.changed.warn", 0.05, ML_UNIT_RATIO,
	  "so much less that what fitted may not fit now", CHOICE },
	{ "mem.view.inconsistent.info", 0.01, ML_UNIT_RATIO,
	  "the sources agree to the page on machines that have all memory initialised",
	  "measured on Linux 6.18" },
	{ "mem.offline.info", 16 * MIB, ML_UNIT_BYTES,
	  "the smallest block that any architecture takes off line", "kernel (powerpc)" },
	{ "mem.hwpoison.warn", 1, ML_UNIT_BYTES, "no frame breaks on a sound machine",
	  "kernel (Documentation/mm/hwpoison.rst)" },

	/* ---- numa ---- */
	{ "numa.imbalance.warn", 0.05, ML_UNIT_RATIO,
	  "free and file pages of a node: what its tasks can have without leaving it",
	  CHOICE },
	{ "numa.imbalance.other", 0.30, ML_UNIT_RATIO,
	  "another node has so much that memory is only in the wrong place", CHOICE },
	{ "numa.zone_reclaim.other", 0.20, ML_UNIT_RATIO,
	  "another node has so much that reclaim was for nothing", CHOICE },
	{ "numa.miss.info", 0.05, ML_UNIT_RATIO,
	  "a twentieth of new pages is further away than wanted", CHOICE },
	{ "numa.miss.warn", 0.20, ML_UNIT_RATIO,
	  "a fifth of new pages costs the distance at each access", CHOICE },
	{ "numa.miss.rate", 100, ML_UNIT_PER_SECOND,
	  "of fewer allocations a share tells nothing", CHOICE },

	/* ---- limits of the host ---- */
	{ "commit.limit.warn", 0.90, ML_UNIT_RATIO,
	  "a tenth left: one large program more and requests fail", CHOICE },
	{ "commit.limit.crit", 0.97, ML_UNIT_RATIO,
	  "what is left is kept for root and for recovery",
	  "kernel (vm.admin_reserve_kbytes, 3 %)" },
	{ "commit.high.info", 1, ML_UNIT_RATIO,
	  "more is promised than the machine has", CHOICE },
	{ "commit.fork.info", 1, ML_UNIT_RATIO,
	  "a copy of all its pages would take more than is available", CHOICE },

	/* ---- pressure ---- */
	{ "psi.mem.full.warn", 0.05, ML_UNIT_RATIO,
	  "in so much of the time nothing ran at all, which users notice", CHOICE },
	{ "psi.mem.full.crit", 0.20, ML_UNIT_RATIO,
	  "a fifth of the time lost; systemd-oomd kills at 60 %", CHOICE },
	{ "psi.mem.full.oomd", 0.60, ML_UNIT_RATIO,
	  "a group that stands still for so much of 30 s is ended where the daemon runs",
	  "systemd-oomd (DefaultMemoryPressureLimit)" },
	{ "psi.mem.some.warn", 0.10, ML_UNIT_RATIO,
	  "some task was held up in a tenth of the time", CHOICE },
	{ "psi.mem.some.crit", 0.40, ML_UNIT_RATIO,
	  "work that waits nearly half of the time takes nearly twice as long", CHOICE },

	/* ---- reclaim ---- */
	{ "reclaim.direct.warn", 1, ML_UNIT_PER_SECOND,
	  "kswapd that keeps up leaves none at all", CHOICE },
	{ "reclaim.direct.crit", 50, ML_UNIT_PER_SECOND,
	  "at some milliseconds each, this is a good part of the time of a task", CHOICE },
	{ "reclaim.direct.stall", 0.01, ML_UNIT_RATIO,
	  "where tasks wait less, these stalls are short ones", CHOICE },
	{ "reclaim.efficiency.warn", 0.40, ML_UNIT_RATIO,
	  "more than 60 % of the pages are looked at in vain",
	  "the kernel (vmpressure_level_med in mm/vmpressure.c)" },
	{ "reclaim.efficiency.crit", 0.05, ML_UNIT_RATIO,
	  "95 % are looked at in vain: close to running out",
	  "the kernel (vmpressure_level_critical in mm/vmpressure.c)" },
	{ "reclaim.efficiency.scan", 1000, ML_UNIT_PER_SECOND,
	  "of fewer pages a few that are in use make the share", CHOICE },
	{ "reclaim.efficiency.rotated", 0.50, ML_UNIT_RATIO,
	  "most of what was not freed is written out and freed soon", CHOICE },
	{ "reclaim.hopeless.crit", 1, ML_UNIT_RATIO,
	  "kswapd sleeps when the free pages of the node are above its high marks",
	  "the kernel (pgdat_balanced() in mm/vmscan.c)" },
	{ "kswapd.busy.warn", 0.50, ML_UNIT_RATIO,
	  "streams of file data need 10 to 30 %", CHOICE },
	{ "vmscan.throttled.warn", 0.1, ML_UNIT_PER_SECOND,
	  "one in ten seconds; it never happens while reserves are there",
	  "the kernel (throttle_direct_reclaim() in mm/vmscan.c); the rate is " CHOICE },

	/* ---- marks ---- */
	{ "mem.watermark.gap.warn", 1, ML_UNIT_PER_SECOND,
	  "as for stalls in general: kswapd that keeps up leaves none", CHOICE },
	{ "mem.watermark.gap.available", 0.10, ML_UNIT_RATIO,
	  "with less, memory is short and no mark helps", CHOICE },
	{ "mem.watermark.gap.compact", 0.10, ML_UNIT_RATIO,
	  "where more of the stalls want blocks, fragmentation is the reason", CHOICE },
	{ "mem.watermark.gap.stall", 0.01, ML_UNIT_RATIO,
	  "where tasks wait less, these stalls are short ones", CHOICE },
	{ "mem.minfree.big.warn", 0.05, ML_UNIT_RATIO,
	  "more than the kernel takes by itself, even for huge pages",
	  "the kernel (set_recommended_min_free_kbytes() in mm/khugepaged.c)" },
	{ "mem.minfree.big.crit", 0.10, ML_UNIT_RATIO,
	  "so much makes the machine run out of memory at once",
	  "the Performance Tuning Guide of Red Hat (5 to 10 % of memory)" },
	{ "mem.minfree.small.crit", 1024 * KIB, ML_UNIT_BYTES,
	  "below it the machine is subtly broken and can lock up under load",
	  "the kernel (Documentation/admin-guide/sysctl/vm.rst)" },
	{ "mem.minfree.small.share", 0.5, ML_UNIT_RATIO,
	  "somebody has lowered what the kernel chooses, four roots of memory in KiB",
	  "the kernel (calculate_min_free_kbytes() in mm/page_alloc.c); half is " CHOICE },
	{ "mem.minfree.small.cap", 64 * MIB, ML_UNIT_BYTES,
	  "older kernels choose no more, however large the machine",
	  "the kernel (init_per_zone_wmark_min() in mm/page_alloc.c)" },
	{ "mem.boost.info", 0.10, ML_UNIT_RATIO,
	  "a single block that was mixed raises the marks by less", CHOICE },

	/* ---- refaults ---- */
	{ "cache.thrash.warn", 0.10, ML_UNIT_RATIO,
	  "a tenth of what is read had been in memory", CHOICE },
	{ "cache.thrash.rate", 100, ML_UNIT_PER_SECOND,
	  "fewer cost less than a second of a slow disk in ten", CHOICE },
	{ "cache.thrash.stall", 0.01, ML_UNIT_RATIO,
	  "264,000 refaults a second from a fast disk were felt in 1 % of the time",
	  "measured on Linux 6.18" },
	{ "cache.thrash.stall_crit", 0.10, ML_UNIT_RATIO,
	  "tasks waited in a tenth of the time", CHOICE },
	{ "cache.restore.info", 0.50, ML_UNIT_RATIO,
	  "most of what comes back was in steady use", CHOICE },
	{ "cache.restore.rate", 100, ML_UNIT_PER_SECOND,
	  "of fewer pages the share says nothing", CHOICE },
	{ "fault.major.warn", 500, ML_UNIT_PER_SECOND,
	  "a thread waits for a disk at each of them",
	  "node_exporter's alerts (NodeMemoryMajorPagesFaults)" },
	{ "fault.major.crit", 2000, ML_UNIT_PER_SECOND,
	  "more than a single disk without moving parts serves at 0.5 ms each", CHOICE },
	{ "fault.major.stall", 0.01, ML_UNIT_RATIO,
	  "programs that start fault without waiting for memory that they had", CHOICE },

	/* ---- swap ---- */
	{ "swap.storm.warn", 64, ML_UNIT_PER_SECOND,
	  "a disk with moving parts is busy with it for a good half of the time", CHOICE },
	{ "swap.storm.crit", 1000, ML_UNIT_PER_SECOND,
	  "even a fast disk needs a tenth of the time for it", CHOICE },
	{ "swap.storm.full", 0.10, ML_UNIT_RATIO,
	  "with pages going round and nothing running, the rate does not matter", CHOICE },
	{ "swap.storm.stall", 0.01, ML_UNIT_RATIO,
	  "where tasks wait less, the swap is fast enough for it", CHOICE },
	{ "swap.storm.disk", 0.10, ML_UNIT_RATIO,
	  "with fewer pages read from devices, zswap serves the rest", CHOICE },
	{ "swap.in.info", 64, ML_UNIT_PER_SECOND,
	  "as much as is told of when pages go round", CHOICE },
	{ "swap.in.out", 64, ML_UNIT_PER_SECOND,
	  "with more going out as well, pages go round", CHOICE },
	{ "swap.stale.info", 1 * MIB, ML_UNIT_BYTES,
	  "less is not seen by those who look how full swap is", CHOICE },
	{ "swap.stale.rate", 1, ML_UNIT_PER_SECOND,
	  "a page now and then is no traffic", CHOICE },
	{ "swap.full.warn", 0.10, ML_UNIT_RATIO,
	  "the next burst has nowhere to go",
	  "Performance Co-Pilot, earlyoom, systemd-oomd (90 % used)" },
	{ "swap.full.available", 0.30, ML_UNIT_RATIO,
	  "with so much at hand swap holds what nobody uses", CHOICE },
	{ "swap.full.available_crit", 0.10, ML_UNIT_RATIO,
	  "both are used up", "earlyoom, systemd-oomd, which end programs then" },
	{ "swap.none.warn", 0.15, ML_UNIT_RATIO,
	  "a machine that cannot swap has less of a way from here to a kill", CHOICE },
	{ "swap.swappiness.info", 101, ML_UNIT_COUNT,
	  "above 100 swap is taken to be faster than the disks of files",
	  "the kernel (Documentation/admin-guide/sysctl/vm.rst)" },

	/* ---- compressed ---- */
	{ "zram.ratio.info", 1.5, ML_UNIT_NONE,
	  "ordinary data becomes a half or a third", CHOICE },
	{ "zram.ratio.warn", 1.1, ML_UNIT_NONE,
	  "a tenth is hardly more than what the allocator loses", CHOICE },
	{ "zram.ratio.bytes", 64 * MIB, ML_UNIT_BYTES,
	  "of less, what the allocator keeps ready makes the ratio", CHOICE },
	{ "zswap.limit.info", 0.98, ML_UNIT_RATIO,
	  "the pool moves in steps, and is not filled to the last page",
	  "the kernel (zswap_check_limits() in mm/zswap.c)" },
	{ "zswap.limit.rate", 1, ML_UNIT_PER_SECOND,
	  "a page now and then is no traffic", CHOICE },

	/* ---- writeback ---- */
	{ "dirty.throttle.warn", 0.5, ML_UNIT_RATIO,
	  "writers are slowed midway between the two thresholds, which is not below half of "
	  "the larger",
	  "the kernel (dirty_freerun_ceiling() in mm/page-writeback.c)" },
	{ "dirty.throttle.crit", 1, ML_UNIT_RATIO,
	  "at the threshold writers stop altogether",
	  "the kernel (balance_dirty_pages() in mm/page-writeback.c)" },
	{ "dirty.window.big.info", 8 * GIB, ML_UNIT_BYTES,
	  "a disk of 100 MiB/s needs more than a minute for it", CHOICE },
	{ "writeback.stuck.seconds", 1, ML_UNIT_SECONDS,
	  "counts of single CPUs are added to the sum once a second",
	  "the kernel (vm.stat_interval)" },
	{ "writeback.stuck.crit", 4 * KIB, ML_UNIT_BYTES,
	  "a single page that does not get to the disk holds up who waits for it", CHOICE },
};
const size_t ml_limits_count = ML_ARRAY_SIZE(ml_limits);

const struct ml_limit *ml_limit_find(const char *rule, const char *name)
{
	size_t n = strlen(rule);

	for (size_t i = 0; i < ml_limits_count; i++) {
		const char *key = ml_limits[i].key;

		if (!strncmp(key, rule, n) && key[n] == '.' && !strcmp(key + n + 1, name))
			return &ml_limits[i];
	}
	return NULL;
}
