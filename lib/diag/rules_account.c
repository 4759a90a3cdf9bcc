/* SPDX-License-Identifier: MIT */
/* rules_account: who has memory that neither programs nor files have. */
#include <errno.h>

#include "diag/rules.h"
#include "model/account.h"
#include "model/zone.h"

static uint64_t total_of(const struct ml_diag *d)
{
	return ml_snap_mem(d->cur, "MemTotal");
}

/* What the account of a snapshot has under a key; NaN when it cannot be closed. */
static double account_of(struct ml_diag *d, const struct ml_snap *snap, const char *key)
{
	struct ml_rows rows = { 0 };
	const struct ml_account_row *row;

	if (ml_account(snap, ML_ACCOUNT_TREE, d->arena, &rows)) {
		d->failed = true;
		return NAN;
	}
	ml_for_each_row(row, &rows)
		if (ml_str_is(row->key, key))
			return row->bytes == INT64_MIN ? NAN : (double)row->bytes;
	return NAN;
}

/* What the account has as taken by the hypervisor is told by new kernels only; older ones
 * count what came and went. */
static uint64_t balloon_of(const struct ml_snap *snap)
{
	uint64_t bytes = ml_snap_mem(snap, "Balloon");

	if (bytes == ML_NONE)
		bytes = ml_snap_pages(snap, ml_snap_vm(snap, "nr_balloon_pages"));
	if (bytes == ML_NONE)
		bytes = ml_snap_pages(snap,
				      ml_sub_sat(ml_snap_vm(snap, "balloon_inflate"),
						 ml_snap_vm(snap, "balloon_deflate")));
	return bytes;
}

static bool is_known_balloon(const struct ml_snap *snap)
{
	return ml_snap_mem(snap, "Balloon") != ML_NONE ||
	       ml_snap_vm(snap, "nr_balloon_pages") != ML_NONE;
}

static uint64_t arc_of(const struct ml_snap *snap, const char *key)
{
	return ml_kv_get(ml_snap_kv(snap, ML_FEED_ARCSTATS), key);
}

/* ---- what no counter has ---- */

static double residue_of(struct ml_diag *d, const struct ml_snap *snap)
{
	double bytes = account_of(d, snap, "unattributed");

	if (!is_known_balloon(snap))
		bytes -= (double)ml_or0(balloon_of(snap));
	return bytes - (double)ml_or0(arc_of(snap, "size"));
}

/* Within a container that has its own meminfo, the zones are still those of the host. */
static bool is_of_two_machines(struct ml_diag *d)
{
	struct ml_zone_sums zones;
	double share;

	ml_zone_sums(d->cur, &zones);
	share = ml_ratio(ml_snap_pages(d->cur, zones.managed), total_of(d));
	return !(share <= 1 + ml_diag_limit(d, "view"));
}

/* The counters are not read in one instant and lag behind each other: what is missing in
 * both samples, and in every interval, is missing. */
static int check_unaccounted(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double prev = residue_of(d, d->prev), bytes = residue_of(d, d->cur), share;
	enum ml_severity severity;
	struct ml_finding *f;

	if (is_of_two_machines(d))
		return ml_diag_skip(
			d, "MemTotal is not of the machine that the zones are of");
	if (isnan(prev) || isnan(bytes))
		return ml_diag_skip(d, "the account cannot be closed");
	if (prev < bytes)
		bytes = prev;
	share = bytes / ml_f64(total_of(d));
	severity = ml_diag_measure(d, &host, share < 0 ? 0 : share);
	if (!severity || bytes < ml_diag_limit(d, "bytes"))
		return 0;
	f = ml_diag_add(d, severity, &host,
			"%s (%s of memory) is in use under no counter",
			ml_say_bytes(d, bytes), ml_say_share(d, share));
	ml_diag_evidence(d, f, "residue / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "residue", bytes, ML_UNIT_BYTES,
			 ml_diag_limit(d, "bytes"));
	f->amount[ML_AMOUNT_BYTES] = bytes;
	if (ml_snap_mem(d->cur, "Percpu") == ML_NONE) /* one counter less */
		f->confidence = ML_CONFIDENCE_LOW;
	return 0;
}

/* ---- what the kernel has ---- */

static int check_kernel(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t reclaimable = ml_snap_mem(d->cur, "KReclaimable");
	double bytes, share;
	enum ml_severity severity;
	struct ml_finding *f;

	if (reclaimable == ML_NONE)
		reclaimable = ml_snap_mem(d->cur, "SReclaimable");
	bytes = account_of(d, d->cur, "kernel") - ml_f64(reclaimable);
	if (isnan(bytes))
		return ml_diag_skip(d, "what the kernel has is not known");
	share = bytes / ml_f64(total_of(d));
	severity = ml_diag_measure(d, &host, share);
	if (!severity || bytes < ml_diag_limit(d, "bytes"))
		return 0;
	f = ml_diag_add(
		d, severity, &host,
		"the kernel itself has %s (%s of memory) that it cannot give back",
		ml_say_bytes(d, bytes), ml_say_share(d, share));
	ml_diag_evidence(d, f, "kernel / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "SUnreclaim", ml_f64(ml_snap_mem(d->cur, "SUnreclaim")),
			 ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "PageTables", ml_f64(ml_snap_mem(d->cur, "PageTables")),
			 ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "Percpu", ml_f64(ml_snap_mem(d->cur, "Percpu")),
			 ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "VmallocUsed", ml_f64(ml_snap_mem(d->cur, "VmallocUsed")),
			 ML_UNIT_BYTES, NAN);
	f->amount[ML_AMOUNT_BYTES] = bytes;
	return 0;
}

static int check_pcp(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	struct ml_zone_sums zones;
	enum ml_severity severity;
	struct ml_finding *f;
	uint64_t bytes;
	double share;

	ml_zone_sums(d->cur, &zones);
	bytes = ml_snap_pages(d->cur, zones.pcp);
	share = ml_ratio(bytes, ml_snap_pages(d->cur, zones.managed));
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = ml_diag_add(
		d, severity, &host,
		"%s (%s of memory) is on lists of the CPUs: free, though not in MemFree",
		ml_say_bytes(d, bytes), ml_say_share(d, share));
	ml_diag_evidence(d, f, "sum of pagesets count", ml_f64(bytes), ML_UNIT_BYTES,
			 NAN);
	return 0;
}

/* ---- what others took ---- */

static int check_balloon(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t bytes = balloon_of(d->cur);
	double share = ml_ratio(bytes, total_of(d)),
	       available = ml_ratio(ml_available(d->cur), total_of(d));
	enum ml_severity severity;
	struct ml_finding *f;

	if (bytes == ML_NONE)
		return ml_diag_absent(d, "the kernel has no balloon driver");
	severity = ml_diag_measure(d, &host, share);
	if (severity > ML_INFO && !(available < ml_diag_limit(d, "available")))
		severity = ML_INFO;
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"the hypervisor took %s back (%s of what is left)",
			ml_say_bytes(d, bytes), ml_say_share(d, share));
	ml_diag_evidence(d, f, "Balloon / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "MemAvailable / MemTotal", available, ML_UNIT_RATIO,
			 ml_diag_limit(d, "available"));
	f->amount[ML_AMOUNT_BYTES] = ml_f64(bytes);
	return 0;
}

static int check_arc(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t size = arc_of(d->cur, "size"), least = arc_of(d->cur, "c_min"),
		 bytes = ml_sub_sat(size, least);
	double share = ml_ratio(bytes, total_of(d));
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (d->cur->feed[ML_FEED_ARCSTATS].status == ML_ABSENT)
		return ml_diag_absent(d, "there is no ZFS");
	if (isnan(share))
		return ml_diag_skip(d, "what the cache of ZFS holds is not known");
	if (!severity)
		return 0;
	f = ml_diag_add(
		d, severity, &host,
		"the cache of ZFS holds %s: it counts as used, but %s of it shrinks",
		ml_say_bytes(d, size), ml_say_bytes(d, bytes));
	ml_diag_evidence(d, f, "arcstats size", ml_f64(size), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "(size - c_min) / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	f->amount[ML_AMOUNT_BYTES] = ml_f64(bytes);
	return 0;
}

static int check_cma(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t all = ml_snap_mem(d->cur, "CmaTotal"),
		 free = ml_snap_mem(d->cur, "CmaFree");
	double share = ml_ratio(free, total_of(d));
	enum ml_severity severity;
	struct ml_finding *f;

	if (!ml_or0(all))
		return ml_diag_absent(d, "there is no contiguous area");
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = ml_diag_add(
		d, severity, &host,
		"%s of the free memory is in the contiguous area of %s: the kernel "
		"itself cannot use it",
		ml_say_bytes(d, free), ml_say_bytes(d, all));
	ml_diag_evidence(d, f, "CmaFree / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "mem.unaccounted",
		.title = "memory is in use under no counter of the kernel",
		.need = ML_FEED(MEMINFO) | ML_FEED(VMSTAT) | ML_FEED(ZONEINFO),
		.use = ML_FEED(SOCKSTAT) | ML_FEED(ZRAM) | ML_FEED(ZSWAP) |
		       ML_FEED(HUGETLB) | ML_FEED(ARCSTATS),
		.rate = true,
		.measure = "residue",
		.unit = ML_UNIT_RATIO,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.check = check_unaccounted,
		.why = "no program shows it, and none that is ended gives it back",
		.isnt = "per-CPU lists, socket queues, the cache of ZFS, balloons and compressed "
			"swap are known and taken off; a difference that comes and goes is lag "
			"of the counters, so both samples must have it",
		.remedy =
			"look for drivers, graphics and pipes that hold pages; a module that "
			"leaks has to be unloaded",
		.risk = "unloading a driver stops its device",
		.next = "memlens where --attribute, memlens slab",
	},
	{
		.id = "mem.kernel.large",
		.title = "the kernel itself has much of the memory",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(VMSTAT) | ML_FEED(ZONEINFO),
		.measure = "kernel",
		.unit = ML_UNIT_RATIO,
		.check = check_kernel,
		.why = "it cannot be swapped or reclaimed, only freed by what made it",
		.isnt = "slab that can be reclaimed is left out; huge page pools are no part of it",
		.remedy = "see which part is large, and what makes it",
		.next = "memlens where, memlens slab, memlens vmalloc",
	},
	{
		.id = "mem.pcp.large",
		.title = "free pages wait on lists of the CPUs",
		.need = ML_FEED(ZONEINFO),
		.measure = "pcp",
		.unit = ML_UNIT_RATIO,
		.check = check_pcp,
		.why = "whoever adds up used and free memory misses them",
		.isnt = "no leak: the kernel takes them back when it needs them",
		.remedy = "nothing",
		.next = "memlens zone",
	},
	{
		.id = "mem.balloon",
		.title = "the hypervisor took memory back",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(VMSTAT) | ML_FEED(ZONEINFO),
		.measure = "balloon",
		.unit = ML_UNIT_RATIO,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.check = check_balloon,
		.why = "the guest has less than it was given, and no process of it has the rest",
		.isnt = "free page reporting tells the host of free pages without taking them",
		.remedy = "ask who runs the hypervisor to deflate the balloon",
		.risk = "the host may be short itself",
		.next = "memlens where",
	},
	{
		.id = "zfs.arc",
		.title = "the cache of ZFS counts as used",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(ARCSTATS),
		.measure = "arc",
		.unit = ML_UNIT_RATIO,
		.check = check_arc,
		.why = "MemAvailable does not have it, though most of it can be had",
		.isnt = "no leak; but it shrinks slower than the page cache, so with tasks that "
			"wait it is a cause",
		.remedy = "limit it with zfs_arc_max if programs wait for memory",
		.risk = "ZFS reads more from disks",
		.next = "memlens where, memlens psi 1",
	},
	{
		.id = "mem.cma",
		.title = "free pages are kept in the contiguous area",
		.need = ML_FEED(MEMINFO),
		.measure = "cma",
		.unit = ML_UNIT_RATIO,
		.check = check_cma,
		.why = "the kernel can fail to get a page while MemFree looks ample",
		.isnt = "programs and files may use it, until a device asks for it",
		.remedy = "nothing, or a smaller cma= when no device needs so much",
		.risk = "cameras, displays and codecs fail to get their buffers",
		.next = "memlens zone",
	},
};

const struct ml_rule_set ml_rules_account = ML_RULE_SET(rules);
