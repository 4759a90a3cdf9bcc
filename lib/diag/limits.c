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
