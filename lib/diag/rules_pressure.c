/* SPDX-License-Identifier: MIT */
/* rules_pressure: whether tasks wait for memory, and what the kernel does to find some. */
#include "diag/rules.h"

static int check_full(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double share = ml_diag_stall(d, ML_FEED_PRESSURE_MEMORY, "full");
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"nothing ran for %s of the time because of memory",
			ml_say_share(d, share));
	ml_diag_evidence(d, f, "memory full", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	f->amount[ML_AMOUNT_STALL] = share;
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "psi.mem.full",
		.title = "nothing could run, since all that could waited for memory",
		.need = ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.window = 30,
		.measure = "full",
		.unit = ML_UNIT_RATIO,
		.check = check_full,
		.why = "the work of all CPUs is lost for that time",
		.isnt = "a task that alone is in a limited group counts as all of them",
		.remedy = "find who reclaims or swaps, and give it memory or take others' away",
		.next = "memlens psi 1, memlens cgroup, memlens vmstat 1",
	},
};

const struct ml_rule_set ml_rules_pressure = ML_RULE_SET(rules);
