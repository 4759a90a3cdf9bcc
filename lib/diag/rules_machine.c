/* SPDX-License-Identifier: MIT */
/* rules_machine: whether the memory of the machine is all there. */
#include "diag/rules.h"
#include "model/physical.h"
#include "model/zone.h"

static int check_total(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t prev = ml_snap_mem(d->prev, "MemTotal"),
		 cur = ml_snap_mem(d->cur, "MemTotal");
	double fell = 1 - ml_ratio(cur, prev);
	enum ml_severity severity = ml_diag_measure(d, &host, fell);
	struct ml_finding *f;

	if (isnan(fell))
		return ml_diag_skip(d, "MemTotal is not known");
	if (!severity && -fell >= ml_diag_limit(d, "info"))
		severity = ML_INFO;
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host, "the memory of the machine %s from %s to %s",
			fell > 0 ? "fell" : "rose", ml_say_bytes(d, prev),
			ml_say_bytes(d, cur));
	ml_diag_evidence(d, f, "MemTotal before", ml_f64(prev), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "MemTotal", ml_f64(cur), ML_UNIT_BYTES, NAN);
	return 0;
}

/* Before 3.8 zones told only what is there, which is more than what they manage. */
static bool tell_managed(const struct ml_diag *d)
{
	const struct ml_parsed *zones = ml_snap_parsed(d->cur, ML_FEED_ZONEINFO);
	const struct ml_zoneinfo_row *zone;

	ml_for_each_row(zone, &zones->rows)
		if (zone->managed == ML_NONE)
			return false;
	return true;
}

static int check_view(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t total = ml_snap_mem(d->cur, "MemTotal"), managed;
	struct ml_zone_sums zones;
	enum ml_severity severity;
	struct ml_finding *f;
	double share;
	bool more;

	ml_zone_sums(d->cur, &zones);
	managed = ml_snap_pages(d->cur, zones.managed);
	share = ml_ratio(managed, total) - 1;
	if (isnan(share) || !tell_managed(d))
		return ml_diag_skip(d, "what the zones manage is not known");
	more = share > 0;
	severity = ml_diag_measure(d, &host, fabs(share));
	if (!severity)
		return 0;
	f = more ? ml_diag_add(
			   d, severity, &host,
			   "the zones have %s, though MemTotal is %s, as in a container",
			   ml_say_bytes(d, managed), ml_say_bytes(d, total))
		 : ml_diag_add(
			   d, severity, &host,
			   "the zones have %s of %s: the rest is not initialised yet, or "
			   "hidden",
			   ml_say_bytes(d, managed), ml_say_bytes(d, total));
	ml_diag_evidence(d, f, "sum of managed", ml_f64(managed), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "MemTotal", ml_f64(total), ML_UNIT_BYTES, NAN);
	return 0;
}

/* By the map of addresses: to read the state of each block costs thousands of files. */
static int check_offline(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	struct ml_physical physical;
	enum ml_severity severity;
	struct ml_finding *f;

	ml_physical_of(d->cur, &physical);
	severity = ml_diag_measure(d, &host, ml_f64(physical.offline));
	if (physical.offline == ML_NONE)
		return ml_diag_skip(d,
				    "how much of the memory is in no zone is not known");
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host, "%s of memory is off line",
			ml_say_bytes(d, physical.offline));
	ml_diag_evidence(d, f, "System RAM - present of all zones",
			 ml_f64(physical.offline), ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	return 0;
}

static int check_poison(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t prev = d->prev ? ml_snap_mem(d->prev, "HardwareCorrupted") : ML_NONE,
		 cur = ml_snap_mem(d->cur, "HardwareCorrupted");
	bool grows = prev != ML_NONE && cur != ML_NONE && cur > prev;
	enum ml_severity severity;
	struct ml_finding *f;

	if (cur == ML_NONE)
		return ml_diag_absent(d, "the kernel does not look for broken memory");
	severity = ml_diag_measure(d, &host, ml_f64(cur));
	if (!severity)
		return 0;
	f = ml_diag_add(d, grows ? ML_CRIT : severity, &host,
			"%s of memory is broken and no longer used%s",
			ml_say_bytes(d, cur), grows ? ", and it grows" : "");
	ml_diag_evidence(d, f, "HardwareCorrupted", ml_f64(cur), ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	if (grows)
		ml_diag_evidence(d, f, "HardwareCorrupted before", ml_f64(prev),
				 ML_UNIT_BYTES, NAN);
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "mem.total.changed",
		.title = "the machine got more or less memory while it ran",
		.need = ML_FEED(MEMINFO),
		.rate = true,
		.measure = "fall",
		.unit = ML_UNIT_RATIO,
		.check = check_total,
		.why = "shares of memory before and after are of different wholes",
		.isnt = "no leak: memory was plugged or unplugged, by hand, virtio-mem, a balloon "
			"or a pool of huge pages that is optimised",
		.remedy =
			"nothing where somebody wanted it; else ask who runs the hypervisor",
		.next = "memlens layout, memlens where",
	},
	{
		.id = "mem.view.inconsistent",
		.title = "the kernel's files tell of different amounts of memory",
		.need = ML_FEED(MEMINFO) | ML_FEED(ZONEINFO),
		.measure = "difference",
		.unit = ML_UNIT_RATIO,
		.check = check_view,
		.why = "figures of zones and nodes cover another part of the memory than those of "
		       "the machine",
		.isnt = "no shortage: memory that is not initialised yet is free, and a container "
			"may see its own MemTotal beside the zones of its host",
		.remedy = "nothing; forecasts from zones hold for what these have",
		.next = "memlens zone, memlens layout",
	},
	{
		.id = "mem.offline",
		.title = "blocks of memory are off line",
		.need = ML_FEED(IOMEM) | ML_FEED(ZONEINFO),
		.use = ML_FEED(MEMINFO) | ML_FEED(VMSTAT),
		.measure = "offline",
		.unit = ML_UNIT_BYTES,
		.check = check_offline,
		.why = "the machine has memory that nobody uses",
		.isnt = "guests that get memory when they need it have such blocks by intent",
		.remedy = "put them on line (chmem --enable) if they were forgotten",
		.risk = "memory in ordinary zones may not go off line again",
		.next = "memlens layout",
	},
	{
		.id = "mem.hwpoison",
		.title = "frames were retired after memory errors",
		.need = ML_FEED(MEMINFO),
		.measure = "corrupted",
		.unit = ML_UNIT_BYTES,
		.check = check_poison,
		.why = "a module of memory that breaks goes on breaking",
		.isnt = "a test that injects errors counts here as well; in a guest it is the "
			"host's module",
		.remedy = "find the module in the log of EDAC and replace it",
		.risk = "the machine has to be stopped for it",
		.next = "memlens where, memlens layout",
	},
};

const struct ml_rule_set ml_rules_machine = ML_RULE_SET(rules);
