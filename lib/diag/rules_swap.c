/* SPDX-License-Identifier: MIT */
/* rules_swap: whether swap is used up, missing, or the place where time is lost. */
#include "diag/rules.h"
#include "diag/traffic.h"
#include "model/vm_settings.h"
#include "model/zswap.h"
#include "parse/swaps.h"

/* False also where it is not known: pages that come and go show it. */
static bool lacks_swap(const struct ml_diag *d)
{
	return ml_snap_mem(d->cur, "SwapTotal") == 0;
}

static int no_swap(struct ml_diag *d)
{
	return ml_diag_absent(d, "this machine has no swap");
}

/* ---- traffic ---- */

static bool is_zram(const struct ml_swaps_row *area)
{
	return ml_str_starts(area->path, "/dev/zram");
}

/* Whether any, or with `all` every area is compressed RAM. */
static bool lies_in_ram(const struct ml_diag *d, bool all)
{
	const struct ml_parsed *swaps = ml_snap_parsed(d->cur, ML_FEED_SWAPS);
	const struct ml_swaps_row *area;

	if (!swaps || !swaps->rows.n)
		return false;
	ml_for_each_row(area, &swaps->rows)
		if (is_zram(area) != all)
			return !all;
	return all;
}

/* Whether pages go to RAM, not to a disk: zram, or zswap which takes nearly all. */
static bool is_cheap(const struct ml_diag *d, const struct ml_swap_traffic *t)
{
	double disk = ml_traffic_or0(ml_diag_vm_rate(d, "pswpin"));

	return lies_in_ram(d, true) || disk < ml_diag_limit(d, "disk") * t->in;
}

/* How much goes round is judged, and whether it hurts: a fast disk bears more than a slow
 * one, and compressed RAM bears very much. */
static enum ml_severity temper(const struct ml_diag *d, enum ml_severity severity,
			       const struct ml_swap_traffic *t)
{
	if (ml_diag_stall(d, ML_FEED_PRESSURE_MEMORY, "full") >= ml_diag_limit(d, "full"))
		return ML_CRIT;
	if (severity == ML_CRIT && !ml_traffic_is_host(d)) /* only the group is short */
		severity = ML_WARN;
	if (!ml_traffic_is_unfelt(d))
		return severity;
	return severity == ML_CRIT && !is_cheap(d, t) ? ML_WARN : ML_INFO;
}

static void show_traffic(struct ml_diag *d, struct ml_finding *f,
			 const struct ml_swap_traffic *t, double limit)
{
	ml_diag_evidence(d, f, "pswpin + zswpin", t->in, ML_UNIT_PER_SECOND, limit);
	ml_diag_evidence(d, f, "pswpout + zswpout", t->out, ML_UNIT_PER_SECOND, limit);
	ml_traffic_show_some(d, f);
	f->amount[ML_AMOUNT_SWAP] = t->in + t->out;
	f->amount[ML_AMOUNT_FAULT] = t->faults;
	f->amount[ML_AMOUNT_STALL] = /* as much of it as of the faults */
		ml_diag_stall(d, ML_FEED_PRESSURE_MEMORY, "some") * t->faults /
		ml_diag_vm_rate(d, "pgmajfault");
}

static int check_storm(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	struct ml_swap_traffic t = ml_traffic_swap(d);
	double least = t.in < t.out ? t.in : t.out;
	enum ml_severity severity;
	struct ml_finding *f;

	if (lacks_swap(d))
		return no_swap(d);
	if (isnan(t.in) || isnan(t.out))
		return ml_diag_skip(d, "the growth of pswpin and pswpout is not known");
	severity = ml_diag_measure(d, &host, least);
	if (!severity)
		return 0;
	f = ml_diag_add(d, temper(d, severity, &t), &host,
			"pages go round through %s: %s in, %s out%s",
			is_cheap(d, &t) ? "compressed swap" : "swap",
			ml_say_rate(d, t.in), ml_say_rate(d, t.out),
			ml_traffic_is_host(d)
				? ""
				: ", for the limit of a control group, since "
				  "the machine itself reclaims nothing");
	show_traffic(d, f, &t, ml_diag_crossed(d, severity));
	return 0;
}

static int check_in(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	struct ml_swap_traffic t = ml_traffic_swap(d);
	enum ml_severity severity;
	struct ml_finding *f;

	if (lacks_swap(d))
		return no_swap(d);
	if (isnan(t.in) || isnan(t.out))
		return ml_diag_skip(d, "the growth of pswpin and pswpout is not known");
	severity = ml_diag_measure(d, &host, t.in);
	if (!severity || t.out >= ml_diag_limit(d, "out"))
		return 0;
	f = ml_diag_add(d, severity, &host,
			"pages return from swap, %s, and none have to leave",
			ml_say_rate(d, t.in));
	show_traffic(d, f, &t, NAN);
	return 0;
}

/* ---- how full it is ---- */

/* Slots of pages that are in memory as well are given up when others are wanted. */
static uint64_t can_be_had(const struct ml_diag *d)
{
	return ml_add(ml_snap_mem(d->cur, "SwapFree"),
		      ml_or0(ml_snap_mem(d->cur, "SwapCached")));
}

static uint64_t bound(const struct ml_diag *d)
{
	return ml_sub_sat(ml_snap_mem(d->cur, "SwapTotal"), can_be_had(d));
}

static int check_stale(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	struct ml_swap_traffic t = ml_traffic_swap(d);
	double bytes = ml_f64(bound(d)), rate = ml_diag_limit(d, "rate");
	enum ml_severity severity;
	struct ml_finding *f;

	if (lacks_swap(d))
		return no_swap(d);
	if (isnan(t.in) || isnan(t.out))
		return ml_diag_skip(d, "the growth of pswpin and pswpout is not known");
	severity = ml_diag_measure(d, &host, bytes);
	if (!severity || t.in >= rate || t.out >= rate)
		return 0;
	f = ml_diag_add(
		d, severity, &host,
		"%s in swap are cold: nothing goes in or out, nothing is to be done",
		ml_say_bytes(d, bytes));
	ml_diag_evidence(d, f, "SwapTotal - SwapFree - SwapCached", bytes, ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	show_traffic(d, f, &t, NAN);
	return 0;
}

/* Cold pages may fill it: with memory at hand that is a remark. */
static enum ml_severity by_available(const struct ml_diag *d, enum ml_severity severity,
				     double available)
{
	if (available >= ml_diag_limit(d, "available"))
		return ML_INFO;
	return available < ml_diag_limit(d, "available_crit") ? ML_CRIT : severity;
}

static int check_full(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t total = ml_snap_mem(d->cur, "SwapTotal");
	double share = ml_ratio(can_be_had(d), total);
	double available = ml_traffic_available(d);
	enum ml_severity severity;
	struct ml_finding *f;

	if (lacks_swap(d))
		return no_swap(d);
	if (isnan(share))
		return ml_diag_skip(d, "SwapFree is not known");
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = ml_diag_add(d, by_available(d, severity, available), &host,
			"swap is used up: %s of %s are left", ml_say_share(d, share),
			ml_say_bytes(d, total));
	ml_diag_evidence(d, f, "(SwapFree + SwapCached) / SwapTotal", share,
			 ML_UNIT_RATIO, ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "MemAvailable / MemTotal", available, ML_UNIT_RATIO, NAN);
	return 0;
}

/* Not having any is a choice that many make; it is told again when memory is short. */
static int check_none(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double available = ml_traffic_available(d);
	enum ml_severity severity = ml_diag_measure(d, &host, available);
	struct ml_finding *f;

	if (ml_snap_mem(d->cur, "SwapTotal") == ML_NONE)
		return ml_diag_skip(d, "SwapTotal is not known");
	if (!lacks_swap(d))
		return 0;
	f = ml_diag_add(d, severity ? severity : ML_INFO, &host,
			"there is no swap: anonymous memory stays where it is until its "
			"program ends");
	ml_diag_evidence(d, f, "MemAvailable / MemTotal", available, ML_UNIT_RATIO,
			 severity ? ml_diag_crossed(d, severity) : NAN);
	return 0;
}

/* ---- how it is set ---- */

/* Also where it is not known what the swap lies on. */
static bool may_be_compressed(const struct ml_diag *d)
{
	const struct ml_zswap *z = ml_zswap_of(d->cur);

	return !ml_snap_parsed(d->cur, ML_FEED_SWAPS) || lies_in_ram(d, false) ||
	       (z && ml_str_is(z->enabled, "Y"));
}

static int check_swappiness(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double value = ml_f64(ml_vm_setting(d->cur, "swappiness"));
	enum ml_severity severity;
	struct ml_finding *f;

	if (lacks_swap(d))
		return no_swap(d);
	if (isnan(value))
		return ml_diag_skip(d, "vm.swappiness is not known");
	severity = ml_diag_measure(d, &host, value);
	if (value > 0 && (!severity || may_be_compressed(d)))
		return 0;
	f = ml_diag_add(
		d, value > 0 ? severity : ML_INFO, &host,
		value > 0 ? "vm.swappiness of %s prefers swapping on a disk to "
			    "dropping files"
			  : "vm.swappiness of %s lets swap rest until hardly a file "
			    "page is left",
		ml_say_count(d, value));
	ml_diag_evidence(d, f, "swappiness", value, ML_UNIT_COUNT,
			 value > 0 ? ml_diag_crossed(d, severity) : NAN);
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "swap.storm",
		.title = "pages go out to swap and come back at once",
		.need = ML_FEED(VMSTAT),
		.use = ML_FEED(MEMINFO) | ML_FEED(SWAPS) | ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.window = 10,
		.measure = "cycling",
		.unit = ML_UNIT_PER_SECOND,
		.check = check_storm,
		.why = "more is in use than fits, so that each page that comes in drives "
		       "another out",
		.isnt = "swap that is used and has no traffic is well; to compressed RAM this "
			"costs CPU time, not disk time",
		.remedy = "find the process or group that swaps, and make it smaller or its "
			  "limit larger; add memory",
		.risk = "a lower vm.swappiness evicts files instead; switching swap off can "
			"make the kernel kill",
		.next = "memlens swap, memlens cgroup, memlens psi 1",
	},
	{
		.id = "swap.in",
		.title = "pages return from swap, and none leave",
		.need = ML_FEED(VMSTAT),
		.use = ML_FEED(MEMINFO) | ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.window = 10,
		.measure = "in",
		.unit = ML_UNIT_PER_SECOND,
		.check = check_in,
		.why = "what was swapped out in a burst is used again, and is slow until it is "
		       "back",
		.isnt = "no shortage any more: it heals by itself",
		.remedy = "nothing",
		.next = "memlens swap, memlens vmstat 1",
	},
	{
		.id = "swap.stale",
		.title = "swap holds pages that nobody uses",
		.need = ML_FEED(VMSTAT) | ML_FEED(MEMINFO),
		.use = ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.measure = "used",
		.unit = ML_UNIT_BYTES,
		.check = check_stale,
		.why = "what programs set up once and never touch again is kept there, so that "
		       "memory is free for what is used",
		.isnt = "no sign of a shortage now",
		.remedy = "nothing",
		.risk = "switching swap off to empty it can make the kernel kill",
		.next = "memlens swap",
	},
	{
		.id = "swap.full",
		.title = "swap is used up",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(ZONEINFO) | ML_FEED(VMSTAT),
		.capacity = true,
		.measure = "free",
		.unit = ML_UNIT_RATIO,
		.below = true,
		.check = check_full,
		.why = "from then on anonymous memory cannot be reclaimed, and the next burst "
		       "ends in a kill",
		.isnt = "with plenty of memory available it only holds what nobody uses",
		.remedy = "find who is swapped out; add swap, or zram, or memory",
		.risk = "more swap also means that a program that grows without bound is "
			"killed later, after more swapping",
		.next = "memlens swap, memlens free",
	},
	{
		.id = "swap.none",
		.title = "there is no swap",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(ZONEINFO) | ML_FEED(VMSTAT),
		.measure = "available",
		.unit = ML_UNIT_RATIO,
		.below = true,
		.check = check_none,
		.why = "when memory is short only files can be dropped, those of running "
		       "programs too, and then the kernel kills",
		.isnt = "no fault: clusters and machines that must answer fast are run so on "
			"purpose",
		.remedy = "where a kill is worse than a delay, add a small swap area or zram",
		.risk = "swapping makes programs slow without a warning of their own",
		.next = "memlens free, memlens where",
	},
	{
		.id = "swap.swappiness",
		.title = "vm.swappiness does not fit the swap there is",
		.need = ML_FEED(MEMINFO) | ML_FEED(VM_SETTINGS),
		.use = ML_FEED(SWAPS) | ML_FEED(ZSWAP),
		.measure = "swappiness",
		.unit = ML_UNIT_COUNT,
		.check = check_swappiness,
		.why = "it says what reading back a swapped page costs beside reading a file "
		       "page again: 100 is as much",
		.isnt = "0 does not switch swap off; groups can have a value of their own",
		.remedy = "1 to 60 for disks, 100 and more for compressed RAM; see what your "
			  "database asks for",
		.risk = "low values evict files that are in use, high ones swap out programs "
			"that are",
		.next = "memlens swap",
	},
};

const struct ml_rule_set ml_rules_swap = ML_RULE_SET(rules);
