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
