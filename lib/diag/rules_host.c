/* SPDX-License-Identifier: MIT */
/* rules_host: whether the machine as a whole has memory left. */
#include "diag/rules.h"
#include "model/zone.h"

static int check_available(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t total = ml_snap_mem(d->cur, "MemTotal"),
		 available = ml_available(d->cur);
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
	uint64_t total = ml_snap_mem(d->cur, "MemTotal"),
		 available = ml_available(d->cur);
	double share = ml_ratio(ml_snap_mem(d->cur, "MemFree"), total);
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (!severity || !(ml_ratio(available, total) >= ml_diag_limit(d, "available")))
		return 0;
	f = ml_diag_add(d, ML_INFO, &host,
			"little is free (%s), but %s can be had at once: this is normal",
			ml_say_share(d, share), ml_say_bytes(d, available));
	ml_diag_evidence(d, f, "MemFree / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "MemAvailable", ml_f64(available), ML_UNIT_BYTES, NAN);
	return 0;
}

/* ---- zones ---- */

/* How many zones of its node stand before it: the kernel's number of its kind, as long as
 * it prints the empty ones. */
static uint64_t kind_of(const struct ml_rows *zones, const struct ml_zoneinfo_row *zone)
{
	const struct ml_zoneinfo_row *z;
	uint64_t n = 0;

	ml_for_each_row(z, zones) {
		if (z == zone)
			break;
		n += z->node == zone->node;
	}
	return n;
}

/* Pages that a zone gives to requests for another kind without waking kswapd. */
static bool has_room(const struct ml_zoneinfo_row *zone, uint64_t kind)
{
	uint64_t kept = kind < zone->nr_protection ? zone->protection[kind] : 0;

	return ml_or0(zone->free) >= ml_add(ml_or0(zone->low), kept) &&
	       ml_or0(zone->managed);
}

/* Whether pages for this zone can be had in any zone that the kernel turns to. */
static bool is_served(const struct ml_rows *zones, const struct ml_zoneinfo_row *zone)
{
	uint64_t kind = kind_of(zones, zone);
	const struct ml_zoneinfo_row *z;

	ml_for_each_row(z, zones)
		if (kind_of(zones, z) <= kind && has_room(z, kind))
			return true;
	return false;
}

static const struct ml_zoneinfo_row *find_zone(const struct ml_rows *zones,
					       const struct ml_zoneinfo_row *like)
{
	const struct ml_zoneinfo_row *z;

	ml_for_each_row(z, zones)
		if (z->node == like->node && ml_str_eq(z->zone, like->zone))
			return z;
	return NULL;
}

static void judge_zone(struct ml_diag *d, const struct ml_zoneinfo_row *prev,
		       const struct ml_zoneinfo_row *cur)
{
	const struct ml_object object = ml_object_zone(cur->node, cur->zone);
	double available =
		ml_ratio(ml_available(d->cur), ml_snap_mem(d->cur, "MemTotal"));
	bool least = prev->free < prev->min && cur->free < cur->min;
	uint64_t mark = least ? cur->min : cur->low;
	enum ml_severity severity = least ? ML_CRIT : ML_WARN;
	struct ml_finding *f;

	if (available >= ml_diag_limit(d, "available"))
		severity--; /* kswapd has something to take: it is at work */
	f = ml_diag_add(d, severity, &object,
			"zone %.*s of node %llu has %s free, below its %s mark of %s",
			(int)cur->zone.n, cur->zone.p, (unsigned long long)cur->node,
			ml_say_bytes(d, ml_snap_pages(d->cur, cur->free)),
			least ? "min" : "low",
			ml_say_bytes(d, ml_snap_pages(d->cur, mark)));
	ml_diag_evidence(d, f, "pages free", ml_f64(ml_snap_pages(d->cur, cur->free)),
			 ML_UNIT_BYTES, ml_f64(ml_snap_pages(d->cur, mark)));
	ml_diag_evidence(d, f, "MemAvailable / MemTotal", available, ML_UNIT_RATIO,
			 ml_diag_limit(d, "available"));
}

static int check_watermark(struct ml_diag *d)
{
	const struct ml_parsed *prev = ml_snap_parsed(d->prev, ML_FEED_ZONEINFO),
			       *cur = ml_snap_parsed(d->cur, ML_FEED_ZONEINFO);
	double share = ml_diag_limit(d, "share");
	const struct ml_zoneinfo_row *zone;
	struct ml_zone_sums sums;

	ml_zone_sums(d->cur, &sums);
	ml_for_each_row(zone, &cur->rows) {
		const struct ml_zoneinfo_row *before = find_zone(&prev->rows, zone);

		if (!before || !(ml_ratio(zone->managed, sums.managed) >= share) ||
		    zone->free == ML_NONE || zone->low == ML_NONE ||
		    zone->min == ML_NONE || zone->free >= zone->low ||
		    before->free >= before->low)
			continue;
		if (!is_served(&prev->rows, before) && !is_served(&cur->rows, zone))
			judge_zone(d, before, zone);
	}
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
	{
		.id = "mem.watermark.low",
		.title = "free pages stay below the marks that the kernel keeps",
		.need = ML_FEED(ZONEINFO) | ML_FEED(MEMINFO),
		.use = ML_FEED(VMSTAT),
		.rate = true,
		.capacity = true,
		.check = check_watermark,
		.why = "below the low mark kswapd cannot keep up; below the min mark tasks "
		       "reclaim for themselves, and interrupts get nothing",
		.isnt = "a zone below its mark while another one that serves the same requests "
			"has room; free pages count the contiguous area, which the kernel itself "
			"cannot use",
		.remedy =
			"see what allocates so fast; a larger vm.watermark_scale_factor wakes "
			"kswapd earlier",
		.risk = "what it keeps free nobody uses",
		.next = "memlens zone, memlens vmstat 1",
	},
};

const struct ml_rule_set ml_rules_host = ML_RULE_SET(rules);
