/* SPDX-License-Identifier: MIT */
/* rules_reclaim: how hard the kernel has to look for pages that it can take back. */
#include "diag/rules.h"
#include "diag/traffic.h"
#include "model/proc.h"
#include "parse/task_stat.h"

/* ---- tasks that reclaim for themselves ---- */

/* What it costs, for what explains it. Where that is not known, all of it. */
static double cost_of_stalls(const struct ml_diag *d)
{
	double some = ml_traffic_some(d);

	return some > 0 ? some : 1;
}

static int check_direct(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double rate = ml_traffic_rate(d, "allocstall");
	enum ml_severity severity = ml_diag_measure(d, &host, rate);
	struct ml_finding *f;

	if (isnan(rate))
		return ml_diag_skip(d, "the growth of allocstall is not known");
	if (!severity)
		return 0;
	if (ml_traffic_is_unfelt(d)) /* it happens, and nobody waits for it */
		severity = ML_INFO;
	f = ml_diag_add(d, severity, &host,
			"allocations had to reclaim memory for themselves, %s",
			ml_say_rate(d, rate));
	ml_diag_evidence(d, f, "allocstall", rate, ML_UNIT_PER_SECOND,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "pgscan_direct", ml_traffic_rate(d, "pgscan_direct"),
			 ML_UNIT_PER_SECOND, NAN);
	ml_traffic_show_some(d, f);
	f->amount[ML_AMOUNT_STALL] = cost_of_stalls(d);
	return 0;
}

static int check_throttled(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double rate = ml_diag_vm_rate(d, "pgscan_direct_throttle");
	enum ml_severity severity = ml_diag_measure(d, &host, rate);
	struct ml_finding *f;

	if (isnan(rate))
		return ml_diag_skip(d,
				    "the growth of pgscan_direct_throttle is not known");
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"tasks were put to sleep until kswapd frees pages, %s",
			ml_say_rate(d, rate));
	ml_diag_evidence(d, f, "pgscan_direct_throttle", rate, ML_UNIT_PER_SECOND,
			 ml_diag_crossed(d, severity));
	ml_traffic_show_some(d, f);
	return 0;
}

/* ---- what comes of looking ---- */

/* Of the machine: what tasks scan counts only if some reclaimed for themselves. */
static double both(const struct ml_diag *d, const char *kswapd, const char *direct)
{
	double rate = ml_traffic_rate(d, kswapd);

	return ml_traffic_rate(d, "allocstall") > 0
		       ? rate + ml_traffic_or0(ml_traffic_rate(d, direct))
		       : rate;
}

static int check_efficiency(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double scan = both(d, "pgscan_kswapd", "pgscan_direct");
	double steal = both(d, "pgsteal_kswapd", "pgsteal_direct");
	double rotated = ml_traffic_or0(ml_diag_vm_rate(d, "pgrotated"));
	double share = scan >= ml_diag_limit(d, "scan") ? steal / scan : NAN;
	enum ml_severity severity;
	struct ml_finding *f;

	if (isnan(scan) || isnan(steal))
		return ml_diag_skip(d, "the growth of pgscan and pgsteal is not known");
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	/* pages that were written out on the way, and are freed the next time round */
	if (rotated >= ml_diag_limit(d, "rotated") * (scan - steal))
		severity = ML_INFO;
	f = ml_diag_add(d, severity, &host,
			severity == ML_INFO
				? "only %s of the pages looked at were freed, "
				  "since many had to be written first"
				: "only %s of the pages looked at could be freed",
			ml_say_share(d, share));
	ml_diag_evidence(d, f, "pgsteal / pgscan", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "pgscan", scan, ML_UNIT_PER_SECOND, NAN);
	ml_diag_evidence(d, f, "pgrotated", rotated, ML_UNIT_PER_SECOND, NAN);
	return 0;
}

/* ---- kswapd ---- */

struct node_marks {
	uint64_t free, high; /* pages of its zones */
	bool gave_up;
};

static bool gave_up(const struct ml_zoneinfo_row *zone)
{
	uint64_t flag = ml_kv_get(&zone->stats, "node_unreclaimable");

	if (flag == ML_NONE) /* before 4.12 */
		flag = ml_kv_get(&zone->stats, "all_unreclaimable");
	return flag != ML_NONE && flag > 0;
}

static struct node_marks marks_of(const struct ml_rows *zones, uint64_t node)
{
	struct node_marks ret = { 0 };
	const struct ml_zoneinfo_row *zone;

	ml_for_each_row(zone, zones) {
		if (zone->node != node)
			continue;
		ret.free = ml_add(ret.free, ml_or0(zone->free));
		ret.high = ml_add(ret.high, ml_or0(zone->high));
		ret.gave_up |= gave_up(zone) && zone->managed;
	}
	return ret;
}

/* The flag stays until something is reclaimed: of a node that has free pages again it
 * tells of the past. */
static void judge_node(struct ml_diag *d, uint64_t node, const struct node_marks *marks)
{
	const struct ml_object object = ml_object_node(node);
	double share = marks->gave_up ? ml_ratio(marks->free, marks->high) : NAN;
	enum ml_severity severity = ml_diag_measure(d, &object, share);
	struct ml_finding *f;

	if (!marks->gave_up)
		return;
	f = ml_diag_add(
		d, severity ? severity : ML_INFO, &object,
		severity ? "kswapd gave up: nothing of this node can be reclaimed"
			 : "kswapd gave up some time ago, and was not needed since");
	ml_diag_evidence(d, f, "node_unreclaimable", 1, ML_UNIT_COUNT, NAN);
	ml_diag_evidence(d, f, "free / high", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
}

static int check_hopeless(struct ml_diag *d)
{
	const struct ml_rows *zones = ml_traffic_zones(d->cur);
	const struct ml_zoneinfo_row *zone, *before = NULL;

	ml_for_each_row(zone, zones) {
		if (!before || before->node != zone->node) {
			struct node_marks marks = marks_of(zones, zone->node);

			judge_node(d, zone->node, &marks);
		}
		before = zone;
	}
	return 0;
}

static bool is_kswapd(const struct ml_proc *p, uint64_t *ret_node)
{
	return p->kernel && ml_str_starts(p->comm, "kswapd") &&
	       ml_num_u64(ml_str_skip(p->comm, strlen("kswapd")), ret_node);
}

static void judge_kswapd(struct ml_diag *d, const struct ml_proc *was,
			 const struct ml_proc *p, uint64_t node)
{
	const struct ml_object object = ml_object_node(node);
	double ticks = was ? ml_diag_rate(d, was->cpu_ticks, p->cpu_ticks) : NAN;
	double share = ticks / ML_TICKS_PER_SECOND;
	enum ml_severity severity = ml_diag_measure(d, &object, share);
	struct ml_finding *f;

	if (!severity)
		return;
	f = ml_diag_add(d, severity, &object, "kswapd%llu used %s of a CPU",
			(unsigned long long)node, ml_say_share(d, share));
	ml_diag_evidence(d, f, "utime + stime", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "pgscan_kswapd", ml_traffic_rate(d, "pgscan_kswapd"),
			 ML_UNIT_PER_SECOND, NAN);
}

static int check_kswapd(struct ml_diag *d)
{
	const struct ml_parsed *prev = ml_snap_parsed(d->prev, ML_FEED_PROCESSES);
	const struct ml_parsed *cur = ml_snap_parsed(d->cur, ML_FEED_PROCESSES);
	const struct ml_proc *p;
	bool any = false;

	ml_for_each_row(p, &cur->rows) {
		uint64_t node;

		if (!is_kswapd(p, &node))
			continue;
		judge_kswapd(d, ml_proc_find(&prev->rows, p), p, node);
		any = true;
	}
	return any ? 0 : ml_diag_skip(d, "no kswapd is seen here");
}

static const struct ml_rule rules[] = {
	{
		.id = "reclaim.direct",
		.title = "allocations have to reclaim memory before they are served",
		.need = ML_FEED(VMSTAT),
		.use = ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.window = 10,
		.measure = "stalls",
		.unit = ML_UNIT_PER_SECOND,
		.check = check_direct,
		.why = "kswapd does not keep up, so that programs stand still while they free "
		       "pages",
		.isnt = "reclaim for the limit of a group is not counted here; a few stalls "
			"while a large file is copied do no harm",
		.remedy = "see whether memory is short at all; if not, let kswapd begin earlier "
			  "by a larger vm.watermark_scale_factor",
		.risk = "what kswapd keeps free cannot be used for files",
		.next = "memlens vmstat 1, memlens zone",
	},
	{
		.id = "reclaim.efficiency",
		.title = "little of what is looked at can be freed",
		.need = ML_FEED(VMSTAT),
		.rate = true,
		.window = 10,
		.measure = "efficiency",
		.unit = ML_UNIT_RATIO,
		.below = true,
		.check = check_efficiency,
		.why = "the kernel turns over pages that are all in use: memory is too small "
		       "for what runs",
		.isnt = "pages that wait to be written are passed over as well, until the disk "
			"has them",
		.remedy = "find who holds the memory, and give it less or the machine more",
		.risk = "ending a program loses what it has not saved",
		.next = "memlens where, memlens vmstat 1",
	},
	{
		.id = "reclaim.hopeless",
		.title = "kswapd has given up on a node",
		.need = ML_FEED(ZONEINFO),
		.measure = "free",
		.unit = ML_UNIT_RATIO,
		.below = true,
		.check = check_hopeless,
		.why = "the next allocations reclaim for themselves, and then the kernel kills",
		.isnt = "once a program has freed its memory the sign stays until something is "
			"reclaimed again",
		.remedy = "find what holds the memory of that node: anonymous memory without "
			  "swap, locked, huge or the kernel's own pages",
		.risk = "ending a program loses what it has not saved",
		.next = "memlens zone, memlens where",
	},
	{
		.id = "kswapd.busy",
		.title = "kswapd uses much of a CPU",
		.need = ML_FEED(PROCESSES),
		.use = ML_FEED(VMSTAT),
		.reads = ML_READ_STAT,
		.rate = true,
		.window = 30,
		.measure = "cpu",
		.unit = ML_UNIT_RATIO,
		.check = check_kswapd,
		.why = "there is one for each node; when it has no time left, programs reclaim "
		       "for themselves",
		.isnt = "10 to 30 % is usual while large files are read or written",
		.remedy = "find what makes it run: a working set that does not fit, or streams "
			  "of file data",
		.next = "memlens vmstat 1, memlens ps",
	},
	{
		.id = "vmscan.throttled",
		.title = "tasks sleep until the reserves are filled again",
		.need = ML_FEED(VMSTAT),
		.use = ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.window = 10,
		.measure = "throttled",
		.unit = ML_UNIT_PER_SECOND,
		.check = check_throttled,
		.why = "free memory is below half of the marks that only reclaim itself may go "
		       "under",
		.isnt = "writers that wait for the disk are not meant",
		.remedy = "free memory soon: the kernel is close to killing",
		.risk = "ending a program loses what it has not saved",
		.next = "memlens zone, memlens where",
	},
};

const struct ml_rule_set ml_rules_reclaim = ML_RULE_SET(rules);
