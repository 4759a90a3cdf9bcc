/* SPDX-License-Identifier: MIT */
/* rules_pressure: whether tasks wait for memory. */
#include "diag/rules.h"

/* By how the total grew: the averages that stand beside it are of the past as well. */
static int check_stall(struct ml_diag *d, const char *kind, const char *key,
		       const char *sentence)
{
	const struct ml_object host = ml_object_host();
	double share = ml_diag_stall(d, ML_FEED_PRESSURE_MEMORY, kind);
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (isnan(share))
		return ml_diag_skip(d, "the stall times do not tell what grew");
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host, "%s %s of the time%s", sentence,
			ml_say_share(d, share), *kind == 'f' ? " because of memory" : "");
	ml_diag_evidence(d, f, key, share, ML_UNIT_RATIO, ml_diag_crossed(d, severity));
	f->amount[ML_AMOUNT_STALL] = share;
	return 0;
}

static int check_some(struct ml_diag *d)
{
	return check_stall(d, "some", "memory some", "tasks waited for memory");
}

/* What systemd-oomd compares is the average of a group; the machine is the root group. */
static int check_full(struct ml_diag *d)
{
	double share = ml_diag_stall(d, ML_FEED_PRESSURE_MEMORY, "full");
	size_t before = d->findings.n;
	int rc = check_stall(d, "full", "memory full", "nothing ran for");
	struct ml_finding *f;

	if (d->findings.n == before || !(share >= ml_diag_limit(d, "oomd")))
		return rc;
	f = ml_rows_at(&d->findings, before);
	f->why = ml_diag_words(
		d, "%s; systemd-oomd ends a group of which this is true for 30 s",
		d->rule->why);
	return rc;
}

/* Before 4.20 there were none. */
static int check_off(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	const struct ml_feed_data *feed = &d->cur->feed[ML_FEED_PRESSURE_MEMORY];

	if (ml_snap_parsed(d->cur, ML_FEED_PRESSURE_MEMORY))
		return 0;
	if (feed->status != ML_ABSENT && feed->status != ML_UNSUPPORTED)
		return ml_diag_skip(d, "%s: %s",
				    ml_feeds_register[ML_FEED_PRESSURE_MEMORY].path,
				    ml_status_name(feed->status));
	ml_diag_add(d, ML_INFO, &host,
		    "the kernel does not tell how long tasks wait for memory (%s)",
		    feed->status == ML_ABSENT ? "no /proc/pressure" : "switched off");
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "psi.mem.some",
		.title = "tasks waited for memory",
		.need = ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.window = 30,
		.measure = "some",
		.unit = ML_UNIT_RATIO,
		.check = check_some,
		.why = "while a task reclaims, or reads back what was evicted, it does nothing "
		       "of its own",
		.isnt = "waits that memory.high imposes on a group count as well, and the "
			"machine may have plenty",
		.remedy = "find the group or process that waits, and whether its limit or the "
			  "machine is too small",
		.risk = "a higher limit takes memory from the others",
		.next = "memlens psi 1, memlens cgroup, memlens vmstat 1",
	},
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
		.risk = "ending a program loses what it has not saved",
		.next = "memlens psi 1, memlens cgroup, memlens vmstat 1",
	},
	{
		.id = "psi.off",
		.title = "stall times cannot be had",
		.need = ML_FEED(VMSTAT),
		.use = ML_FEED(PRESSURE_MEMORY),
		.check = check_off,
		.why = "without them it is a guess whether reclaim and swapping hurt anybody",
		.isnt = "no trouble by itself; before Linux 4.20 there were none",
		.remedy = "boot with psi=1, where the kernel was built with CONFIG_PSI",
		.risk = "each time a task sleeps or wakes it costs some nanoseconds",
		.next = "memlens psi",
	},
};

const struct ml_rule_set ml_rules_pressure = ML_RULE_SET(rules);
