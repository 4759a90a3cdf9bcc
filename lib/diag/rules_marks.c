/* SPDX-License-Identifier: MIT */
/* rules_marks: whether the marks that reclaim begins and ends at fit the machine. */
#include "diag/rules.h"
#include "diag/traffic.h"
#include "model/vm_settings.h"

/* ---- the head start of kswapd ---- */

/* From where kswapd is woken to where allocations stop, in bytes. */
static double head_start(const struct ml_snap *snap)
{
	const struct ml_zoneinfo_row *zone;
	uint64_t sum = 0;

	ml_for_each_row(zone, ml_traffic_zones(snap))
		sum = ml_add(sum, ml_or0(ml_sub_sat(zone->low, zone->min)));
	return ml_f64(ml_snap_pages(snap, sum));
}

/* Memory can be had, and not in large blocks only: kswapd was too late. */
static int check_gap(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double stalls = ml_traffic_rate(d, "allocstall");
	double compact = ml_traffic_or0(ml_diag_vm_rate(d, "compact_stall"));
	double available = ml_traffic_available(d), some = ml_traffic_some(d);
	double gap = head_start(d->cur);
	double pace = ml_traffic_rate(d, "pgalloc") * ml_f64(d->cur->page_size);
	enum ml_severity severity;
	struct ml_finding *f;

	if (isnan(stalls) || isnan(available))
		return ml_diag_skip(d, "the growth of allocstall is not known");
	severity = ml_diag_measure(d, &host, stalls);
	if (!severity || available < ml_diag_limit(d, "available") ||
	    compact >= ml_diag_limit(d, "compact") * stalls)
		return 0;
	if (ml_traffic_is_unfelt(d))
		severity = ML_INFO;
	f = ml_diag_add(d, severity, &host,
			"kswapd wakes too late: it has a head start of %s, while %s are "
			"allocated",
			ml_say_bytes(d, gap),
			ml_say(d->arena, pace, ML_UNIT_BYTES_PER_SECOND));
	ml_diag_evidence(d, f, "allocstall", stalls, ML_UNIT_PER_SECOND,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "low - min", gap, ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "MemAvailable / MemTotal", available, ML_UNIT_RATIO, NAN);
	ml_traffic_show_some(d, f);
	f->amount[ML_AMOUNT_STALL] = some > 0 ? some : 1;
	return 0;
}

/* ---- the marks themselves ---- */

static uint64_t min_free_of(const struct ml_diag *d)
{
	return ml_mul(ml_vm_setting(d->cur, "min_free_kbytes"), ML_KIB);
}

static int check_min_free_big(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t min_free = min_free_of(d);
	double share = ml_ratio(min_free, ml_snap_mem(d->cur, "MemTotal"));
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (isnan(share))
		return ml_diag_skip(d, "vm.min_free_kbytes is not known");
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"%s (%s) of memory are kept free by vm.min_free_kbytes",
			ml_say_bytes(d, min_free), ml_say_share(d, share));
	ml_diag_evidence(d, f, "min_free_kbytes / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	f->amount[ML_AMOUNT_BYTES] = ml_f64(min_free);
	return 0;
}

/* Four times the root of all low memory, in KiB, is what the kernel chooses; it rises no
 * further than the cap. Compared without the root: that is no number of integers. */
static bool is_below_usual(const struct ml_diag *d, double kib, double share)
{
	uint64_t low = ml_snap_mem(d->cur, "LowTotal"); /* with high memory only */
	double total = ml_f64(low != ML_NONE ? low : ml_snap_mem(d->cur, "MemTotal"));
	double usual = ml_diag_limit(d, "cap") / ML_KIB;

	total *= 16.0 / ML_KIB;
	if (total < usual * usual)
		return kib * kib < share * share * total;
	return kib < share * usual;
}

static int check_min_free_small(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double bytes = ml_f64(min_free_of(d)), kib = bytes / ML_KIB;
	enum ml_severity severity = ml_diag_measure(d, &host, bytes);
	struct ml_finding *f;

	if (isnan(bytes))
		return ml_diag_skip(d, "vm.min_free_kbytes is not known");
	if (!is_below_usual(d, kib, 1)) /* a tiny machine has no more */
		return 0;
	if (!severity && is_below_usual(d, kib, ml_diag_limit(d, "share")))
		severity = ML_INFO;
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"vm.min_free_kbytes leaves only %s for what may not wait",
			ml_say_bytes(d, bytes));
	ml_diag_evidence(d, f, "min_free_kbytes", bytes, ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	return 0;
}

static const struct ml_zoneinfo_row *same_zone(const struct ml_snap *snap,
					       const struct ml_zoneinfo_row *like)
{
	const struct ml_zoneinfo_row *zone;

	ml_for_each_row(zone, ml_traffic_zones(snap))
		if (zone->node == like->node && ml_str_eq(zone->zone, like->zone))
			return zone;
	return NULL;
}

/* Of what the high mark would be without; NaN before 5.0. */
static double boost_of(const struct ml_zoneinfo_row *zone)
{
	return zone ? ml_ratio(zone->boost, ml_sub_sat(zone->high, zone->boost)) : NAN;
}

/* One sample tells of a moment: it is taken back as soon as kswapd has run. */
static int check_boost(struct ml_diag *d)
{
	const struct ml_zoneinfo_row *zone;

	ml_for_each_row(zone, ml_traffic_zones(d->cur)) {
		double before = boost_of(same_zone(d->prev, zone)), now = boost_of(zone);
		double least = before < now ? before : now;
		const struct ml_object object = ml_object_zone(zone->node, zone->zone);
		enum ml_severity severity = ml_diag_measure(d, &object, least);
		uint64_t bytes = ml_snap_pages(d->cur, zone->boost);
		struct ml_finding *f;

		if (!severity)
			continue;
		f = ml_diag_add(
			d, severity, &object,
			"the marks of this zone are raised by %s, since blocks had "
			"to be mixed",
			ml_say_bytes(d, bytes));
		ml_diag_evidence(d, f, "boost / high", least, ML_UNIT_RATIO,
				 ml_diag_crossed(d, severity));
	}
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "mem.watermark.gap",
		.title = "kswapd is woken too late, although memory can be had",
		.need = ML_FEED(VMSTAT) | ML_FEED(MEMINFO) | ML_FEED(ZONEINFO),
		.use = ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.window = 10,
		.measure = "stalls",
		.unit = ML_UNIT_PER_SECOND,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.check = check_gap,
		.why = "a burst of allocations uses up the pages between the two marks before "
		       "kswapd has freed any",
		.isnt = "no shortage: what is available would do",
		.remedy = "raise vm.watermark_scale_factor from 10 to 50 or 200",
		.risk = "0.5 to 2 % of memory are kept free for each mark, which files could "
			"have used",
		.next = "memlens zone, memlens vmstat 1",
	},
	{
		.id = "mem.minfree.big",
		.title = "much memory is kept free by a setting",
		.need = ML_FEED(MEMINFO) | ML_FEED(VM_SETTINGS),
		.measure = "min_free",
		.unit = ML_UNIT_RATIO,
		.check = check_min_free_big,
		.why = "programs cannot have it, so that the machine swaps or kills that much "
		       "earlier",
		.isnt = "with huge pages the kernel itself raises it, but not above 5 %",
		.remedy = "see who sets vm.min_free_kbytes (sysctl.d), and lower it in steps; "
			  "vm.watermark_scale_factor wakes kswapd earlier at a lower price",
		.risk = "too low a value lets network and disk drivers fail to allocate",
		.next = "memlens zone, memlens free",
	},
	{
		.id = "mem.minfree.small",
		.title = "hardly anything is kept free for what may not wait",
		.need = ML_FEED(MEMINFO) | ML_FEED(VM_SETTINGS),
		.measure = "min_free",
		.unit = ML_UNIT_BYTES,
		.below = true,
		.check = check_min_free_small,
		.why = "drivers and reclaim itself allocate from it: without it the machine can "
		       "lock up under load",
		.isnt = "a machine of a few MiB has no more by the kernel's own choice",
		.remedy = "take the setting of vm.min_free_kbytes away, and let the kernel choose",
		.risk = "a higher value is taken from what programs can have; too high a value "
			"makes the kernel kill at once",
		.next = "memlens zone",
	},
	{
		.id = "mem.boost",
		.title = "fragmentation has raised the marks of a zone",
		.need = ML_FEED(ZONEINFO),
		.rate = true,
		.measure = "boost",
		.unit = ML_UNIT_RATIO,
		.check = check_boost,
		.why = "kswapd frees more than usual, so that blocks of one kind stay together",
		.isnt = "it goes by itself; that much less is free for programs meanwhile",
		.remedy = "nothing, unless it stays: then see what breaks up the memory",
		.next = "memlens frag, memlens zone",
	},
};

const struct ml_rule_set ml_rules_marks = ML_RULE_SET(rules);
