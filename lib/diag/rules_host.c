/* SPDX-License-Identifier: MIT */
/* rules_host: whether the machine as a whole has memory left. */
#include "diag/rules.h"
#include "model/zone.h"

static uint64_t available_of(const struct ml_diag *d)
{
	uint64_t bytes = ml_snap_mem(d->cur, "MemAvailable");

	return bytes != ML_NONE ? bytes : ml_mem_available(d->cur); /* before 3.14 */
}

static int check_available(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t total = ml_snap_mem(d->cur, "MemTotal"), available = available_of(d);
	double share = ml_ratio(available, total), least = ml_diag_limit(d, "bytes");
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (isnan(share))
		return ml_diag_skip(d, "what is available is not known");
	if (ml_f64(available) < least)
		severity = ML_CRIT;
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"only %s (%s) of %s can be used without swapping",
			ml_say_bytes(d, available), ml_say_share(d, share),
			ml_say_bytes(d, total));
	ml_diag_evidence(d, f, "MemAvailable / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "MemAvailable", ml_f64(available), ML_UNIT_BYTES,
			 ml_f64(available) < least ? least : NAN);
	f->amount[ML_AMOUNT_BYTES] =
		ml_diag_limit(d, "warn") * ml_f64(total) - ml_f64(available);
	return 0;
}

static int check_free(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t total = ml_snap_mem(d->cur, "MemTotal"), available = available_of(d);
	double share = ml_ratio(ml_snap_mem(d->cur, "MemFree"), total);
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (!severity || !(ml_ratio(available, total) >= 0.10))
		return 0;
	f = ml_diag_add(d, ML_INFO, &host,
			"little is free (%s), but %s can be had at once: this is normal",
			ml_say_share(d, share), ml_say_bytes(d, available));
	ml_diag_evidence(d, f, "MemFree / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "MemAvailable", ml_f64(available), ML_UNIT_BYTES, NAN);
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "mem.avail.low",
		.title = "memory that programs can still have is short",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(ZONEINFO) | ML_FEED(VMSTAT),
		.capacity = true,
		.measure = "available",
		.unit = ML_UNIT_RATIO,
		.below = true,
		.check = check_available,
		.why = "when this is used up the kernel swaps, drops the files programs run "
		       "from, and at last kills",
		.isnt = "MemFree being low alone means nothing; inside a container its own limit "
			"counts",
		.remedy = "find the largest part and free it, or add memory",
		.risk = "ending a program loses what it has not saved; dropping caches only "
			"costs reads",
		.next = "memlens where, memlens ps",
	},
	{
		.id = "mem.free.low",
		.title = "few pages are free, though many can be had",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(ZONEINFO) | ML_FEED(VMSTAT),
		.measure = "free",
		.unit = ML_UNIT_RATIO,
		.below = true,
		.check = check_free,
		.why = "free memory is unused memory: the kernel keeps files in it",
		.isnt = "no shortage: what is available counts",
		.remedy = "nothing",
		.next = "memlens free",
	},
};

const struct ml_rule_set ml_rules_host = ML_RULE_SET(rules);
