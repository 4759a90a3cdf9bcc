/* SPDX-License-Identifier: MIT */
/* rules_cgroup_rates: what the limits of control groups do to those in them. */
#include <errno.h>

#include "diag/group_sight.h"
#include "diag/rules.h"

/* Feeds of files that a rate of groups is told by. */
#define GROUP_FEEDS (ML_FEED(GROUPS) | ML_FEED(MEMINFO) | ML_FEED(VMSTAT) | ML_FEED(STAT))
#define GROUP_READS                                                                      \
	(ML_READ_GROUP_STAT | ML_READ_GROUP_MARKS | ML_READ_GROUP_SWAP |                 \
	 ML_READ_GROUP_EVENTS | ML_READ_GROUP_KERNEL | ML_READ_GROUP_PRESSURE)

/* ---- which limit holds a group ---- */

enum held {
	FREE,
	BY_MAX,
	BY_HIGH,
};

struct rates {
	struct ml_group_sight s;
	uint64_t *max, *high; /* events of each group itself since the instant before */
};

static bool look(struct ml_diag *d, struct rates *ret)
{
	if (!ml_group_sight(d, &ret->s))
		return false;
	if (!ret->s.before_head) {
		ml_diag_skip(d, "the control groups were not read in the first sample");
		return false;
	}
	ret->max = ml_group_own_counts(d, &ret->s, ml_group_count_max, true);
	ret->high = ml_group_own_counts(d, &ret->s, ml_group_count_high, true);
	return ret->max && ret->high;
}

/* A group that is near to a limit is held by it: what was just taken from it makes it a
 * bit smaller. Of two marks that are both near, the one that was met. */
static enum held held_by(const struct ml_diag *d, const struct rates *r, size_t i)
{
	const struct ml_group *g = ml_group_at(&r->s, i);
	bool max = ml_ratio(g->usage, g->max) >= ml_diag_limit(d, "held");
	bool high = ml_ratio(g->usage, g->high) >= ml_diag_limit(d, "held");

	if (high && ml_or0(r->high[i]) && !(max && ml_or0(r->max[i])))
		return BY_HIGH;
	return max ? BY_MAX : FREE;
}

/* The host's stall by the group's share of the host's refaults: where groups have no
 * pressure of their own (v1), who has the refaults has the waits. */
static double stall_of(const struct ml_diag *d, const struct rates *r, size_t i,
		       bool full)
{
	double told = ml_group_stall(d, &r->s, i, full), host, all, mine;

	if (!isnan(told))
		return told;
	mine = ml_group_refault_rate(d, &r->s, i);
	all = ml_diag_vm_rate(d, "workingset_refault_file") +
	      ml_diag_vm_rate(d, "workingset_refault_anon");
	host = ml_diag_stall(d, ML_FEED_PRESSURE_MEMORY, full ? "full" : "some");
	if (!(all > 0) || isnan(mine))
		return NAN;
	return mine < all ? host * mine / all : host;
}

static void set_amounts(const struct ml_diag *d, const struct rates *r, size_t i,
			struct ml_finding *f)
{
	f->amount[ML_AMOUNT_SWAP] = ml_group_swap_rate(d, &r->s, i);
	f->amount[ML_AMOUNT_REFAULT] = ml_group_refault_rate(d, &r->s, i);
	f->amount[ML_AMOUNT_FAULT] = ml_group_stat_rate(d, &r->s, i, "pgmajfault");
	f->amount[ML_AMOUNT_STALL] = stall_of(d, r, i, false);
}

static void add_rate(struct ml_diag *d, struct ml_finding *f, const char *key,
		     double value, double limit)
{
	if (!isnan(value))
		ml_diag_evidence(d, f, key, value, ML_UNIT_PER_SECOND, limit);
}

static void add_stall(struct ml_diag *d, const struct rates *r, size_t i,
		      struct ml_finding *f, double limit)
{
	double some = ml_group_stall(d, &r->s, i, false);
	double full = ml_group_stall(d, &r->s, i, true);

	if (!isnan(some))
		ml_diag_evidence(d, f, "memory.pressure some", some, ML_UNIT_RATIO,
				 limit);
	if (!isnan(full))
		ml_diag_evidence(d, f, "memory.pressure full", full, ML_UNIT_RATIO, NAN);
}

/* A rule that found the same of the same group has told it all. */
static bool is_told(const struct ml_diag *d, const struct ml_object *group)
{
	static const char *const tellers[] = { "cg.thrash", "cg.high.throttled",
					       "cg.max.hit" };
	const struct ml_finding *f;

	ml_for_each_row(f, &d->findings)
		for (size_t i = 0; i < ML_ARRAY_SIZE(tellers); i++)
			if (f->rule != d->rule && f->severity > ML_INFO &&
			    !strcmp(f->rule->id, tellers[i]) &&
			    ml_object_same(&f->object, group))
				return true;
	return false;
}

typedef enum ml_severity judge_fn(struct ml_diag *d, const struct rates *r, size_t i);
typedef void tell_fn(struct ml_diag *d, const struct rates *r, size_t i,
		     enum ml_severity severity);

/* Judge all groups; of a line of them tell the deepest that has most of `traffic`. */
static int judge_all(struct ml_diag *d, const struct rates *r, judge_fn *judge,
		     double (*traffic)(const struct ml_diag *d, const struct rates *r,
				       size_t i),
		     tell_fn *tell)
{
	size_t n = r->s.rows->n;
	double *found = ml_arena_calloc(d->arena, n, sizeof(*found));
	uint8_t *severity = ml_arena_calloc(d->arena, n, 1);

	if (!found || !severity)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		double much;

		severity[i] = (uint8_t)judge(d, r, i);
		if (!severity[i])
			continue;
		much = traffic(d, r, i);
		found[i] = much > 0 ? much : 1e-9; /* it was found for something else */
	}
	if (!ml_group_keep_deepest(d, &r->s, found))
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (found[i] > 0)
			tell(d, r, i, severity[i]);
	return 0;
}

static double refaults_of(const struct ml_diag *d, const struct rates *r, size_t i)
{
	return ml_group_refault_rate(d, &r->s, i);
}

static double stall_time_of(const struct ml_diag *d, const struct rates *r, size_t i)
{
	return ml_group_stall(d, &r->s, i, false);
}

static double per_second(const struct ml_diag *d, uint64_t events)
{
	return ml_f64(events) / d->seconds;
}

/* ---- cg.thrash ---- */

/* Bytes that come back a second, as a share of the limit. */
static double turnover(const struct ml_diag *d, double refaults, uint64_t limit)
{
	return refaults * ml_f64(d->cur->page_size) / ml_f64(limit);
}

static enum ml_severity judge_thrash(struct ml_diag *d, const struct rates *r, size_t i)
{
	const struct ml_group *g = ml_group_at(&r->s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	enum ml_severity severity;
	double refaults;

	if (held_by(d, r, i) != BY_MAX)
		return ML_QUIET;
	refaults = ml_group_refault_rate(d, &r->s, i);
	severity = ml_diag_measure(d, &group, refaults);
	if (!severity && refaults >= ml_diag_limit(d, "least") &&
	    turnover(d, refaults, g->max) > ml_diag_limit(d, "turnover"))
		severity = ML_WARN;
	if (severity == ML_WARN && stall_of(d, r, i, true) > ml_diag_limit(d, "full"))
		severity = ML_CRIT;
	return severity;
}

static void tell_thrash(struct ml_diag *d, const struct rates *r, size_t i,
			enum ml_severity severity)
{
	const struct ml_group *g = ml_group_at(&r->s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	double refaults = ml_group_refault_rate(d, &r->s, i);
	double share = turnover(d, refaults, g->max);
	double wanted = ml_diag_limit(d, "turnover");
	struct ml_finding *f = ml_diag_add(
		d, severity, &group,
		"throws out what it needs: %s pages come back within its limit of %s",
		ml_say_rate(d, refaults), ml_say_bytes(d, g->max));

	add_rate(d, f, "workingset_refault", refaults,
		 refaults >= ml_diag_limit(d, "warn") ? ml_diag_limit(d, "warn") : NAN);
	if (share > wanted)
		ml_diag_evidence(d, f, "refaults a second / limit", share, ML_UNIT_RATIO,
				 wanted);
	ml_diag_evidence(d, f, "usage / limit", ml_ratio(g->usage, g->max), ML_UNIT_RATIO,
			 ml_diag_limit(d, "held"));
	add_rate(d, f, g->version == 1 ? "failcnt" : "events max",
		 per_second(d, r->max[i]), NAN);
	set_amounts(d, r, i, f);
	add_rate(d, f, "swapped pages", f->amount[ML_AMOUNT_SWAP], NAN);
	add_rate(d, f, "pgmajfault", f->amount[ML_AMOUNT_FAULT], NAN);
	add_stall(d, r, i, f, NAN);
}

static int check_thrash(struct ml_diag *d)
{
	size_t limited = 0, told = 0;
	struct rates r;

	if (!look(d, &r))
		return 0;
	for (size_t i = 0; i < r.s.rows->n; i++) {
		if (held_by(d, &r, i) != BY_MAX)
			continue;
		limited++;
		told += !isnan(ml_group_refault_rate(d, &r.s, i)) ||
			!ml_group_was(&r.s, i);
	}
	if (limited && !told)
		return ml_diag_skip(d, "this kernel does not count refaults of groups");
	return judge_all(d, &r, judge_thrash, refaults_of, tell_thrash);
}

/* ---- cg.high.throttled ---- */

/* Reclaim of files that are read once costs little: only waiting, or files that come
 * back, is trouble. Without pressure, having nothing to give tells that it waits. */
static enum ml_severity judge_high(struct ml_diag *d, const struct rates *r, size_t i)
{
	const struct ml_group *g = ml_group_at(&r->s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	enum ml_severity severity;
	double stall;

	if (held_by(d, r, i) != BY_HIGH)
		return ML_QUIET;
	stall = ml_group_stall(d, &r->s, i, false);
	severity = ml_diag_measure(d, &group, stall);
	if (severity < ML_WARN &&
	    ml_group_refault_rate(d, &r->s, i) >= ml_diag_limit(d, "refaults"))
		severity = ML_WARN;
	if (severity < ML_WARN && isnan(stall) &&
	    ml_ratio(ml_group_held(d, &r->s, i), g->high) >= ml_diag_limit(d, "held"))
		severity = ML_WARN;
	return severity ? severity : ML_INFO;
}

static void tell_high(struct ml_diag *d, const struct rates *r, size_t i,
		      enum ml_severity severity)
{
	const struct ml_group *g = ml_group_at(&r->s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	double stall = ml_group_stall(d, &r->s, i, false);
	struct ml_finding *f;

	if (isnan(stall))
		f = ml_diag_add(d, severity, &group,
				"is slowed by its memory.high of %s, which it meets %s",
				ml_say_bytes(d, g->high),
				ml_say_rate(d, per_second(d, r->high[i])));
	else
		f = ml_diag_add(d, severity, &group,
				"is slowed by its memory.high of %s: stalled %s of the "
				"time",
				ml_say_bytes(d, g->high), ml_say_share(d, stall));
	add_rate(d, f, "events high", per_second(d, r->high[i]), NAN);
	ml_diag_evidence(d, f, "usage / high", ml_ratio(g->usage, g->high), ML_UNIT_RATIO,
			 ml_diag_limit(d, "held"));
	add_stall(d, r, i, f, ml_diag_crossed(d, severity));
	set_amounts(d, r, i, f);
	add_rate(d, f, "workingset_refault", f->amount[ML_AMOUNT_REFAULT], NAN);
	add_rate(d, f, "swapped pages", f->amount[ML_AMOUNT_SWAP], NAN);
	f->amount[ML_AMOUNT_STALL] = stall;
}

static int check_high(struct ml_diag *d)
{
	struct rates r;

	if (!look(d, &r))
		return 0;
	if (ml_group_at(&r.s, 0)->version == 1)
		return ml_diag_absent(d,
				      "control groups of version 1 have no memory.high");
	return judge_all(d, &r, judge_high, stall_time_of, tell_high);
}

/* ---- cg.max.hit ---- */

/* A group that reads files meets its limit with each of them, and drops old ones. */
static enum ml_severity judge_max(struct ml_diag *d, const struct rates *r, size_t i)
{
	const struct ml_group *g = ml_group_at(&r->s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	enum ml_severity severity;
	double stall;

	if (g->max == ML_NONE)
		return ML_QUIET;
	severity = ml_diag_measure(d, &group, per_second(d, r->max[i]));
	stall = ml_group_stall(d, &r->s, i, false);
	if (!severity || is_told(d, &group))
		return ML_QUIET;
	if (stall >= ml_diag_limit(d, "stall"))
		return severity;
	if (isnan(stall) &&
	    ml_ratio(ml_group_held(d, &r->s, i), g->max) >= ml_diag_limit(d, "held"))
		return severity;
	return ML_INFO;
}

static void tell_max(struct ml_diag *d, const struct rates *r, size_t i,
		     enum ml_severity severity)
{
	const struct ml_group *g = ml_group_at(&r->s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	double hits = per_second(d, r->max[i]);
	struct ml_finding *f = ml_diag_add(
		d, severity, &group, "meets its limit of %s %s%s",
		ml_say_bytes(d, g->max), ml_say_rate(d, hits),
		severity > ML_INFO ? " and waits for it"
				   : ", and gets by with dropping files: this is normal");

	add_rate(d, f, g->version == 1 ? "failcnt" : "events max", hits,
		 ml_diag_limit(d, "warn"));
	add_stall(d, r, i, f, severity > ML_INFO ? ml_diag_limit(d, "stall") : NAN);
	set_amounts(d, r, i, f);
}

static double hits_of(const struct ml_diag *d, const struct rates *r, size_t i)
{
	return per_second(d, r->max[i]);
}

static int check_max(struct ml_diag *d)
{
	struct rates r;

	if (!look(d, &r))
		return 0;
	return judge_all(d, &r, judge_max, hits_of, tell_max);
}

/* ---- cg.pressure ---- */

/* A group that has no limit waits because the host is short, which rules of the host
 * tell. */
static enum ml_severity judge_pressure(struct ml_diag *d, const struct rates *r, size_t i)
{
	const struct ml_group *g = ml_group_at(&r->s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	double stall = ml_group_stall(d, &r->s, i, false);
	enum ml_severity severity;

	if (isnan(stall))
		return ML_QUIET;
	severity = ml_diag_measure(d, &group, stall);
	return held_by(d, r, i) == FREE || is_told(d, &group) ? ML_QUIET : severity;
}

static void tell_pressure(struct ml_diag *d, const struct rates *r, size_t i,
			  enum ml_severity severity)
{
	const struct ml_group *g = ml_group_at(&r->s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	double stall = ml_group_stall(d, &r->s, i, false);
	struct ml_finding *f = ml_diag_add(
		d, severity, &group,
		"waited for memory %s of the time, with %s of its limit of %s in use",
		ml_say_share(d, stall), ml_say_share(d, ml_ratio(g->usage, g->limit)),
		ml_say_bytes(d, g->limit));

	add_stall(d, r, i, f, ml_diag_crossed(d, severity));
	set_amounts(d, r, i, f);
}

static int check_pressure(struct ml_diag *d)
{
	struct rates r;
	bool any = false;

	if (!look(d, &r))
		return 0;
	for (size_t i = 0; i < r.s.rows->n; i++)
		any |= ml_group_at(&r.s, i)->some.kind.p != NULL;
	if (!any)
		return ml_diag_absent(d, "control groups tell no pressure here");
	return judge_all(d, &r, judge_pressure, stall_time_of, tell_pressure);
}

static const struct ml_rule rules[] = {
	{
		.id = "cg.thrash",
		.title = "a control group throws out what it needs, for lack of a larger limit",
		.use = GROUP_FEEDS | ML_FEED(PRESSURE_MEMORY),
		.reads = GROUP_READS,
		.rate = true,
		.measure = "refaults",
		.unit = ML_UNIT_PER_SECOND,
		.check = check_thrash,
		.why = "its processes wait for disks to read what they had, while the host may "
		       "have plenty; the host's counters of reclaim do not show it",
		.isnt = "a file that is read once does not come back; a file that was cached by "
			"another group costs this one nothing",
		.remedy = "raise the limit of the group, or make what runs in it smaller",
		.risk = "a higher limit takes from all others",
		.next = "memlens cgroup --processes, memlens vmstat 1",
	},
	{
		.id = "cg.high.throttled",
		.title = "a control group is slowed by its memory.high",
		.use = GROUP_FEEDS,
		.reads = GROUP_READS,
		.rate = true,
		.measure = "stall",
		.unit = ML_UNIT_RATIO,
		.check = check_high,
		.why = "beyond memory.high each allocation reclaims, and the kernel puts the task "
		       "to sleep when that does not help",
		.isnt = "meant so, where memory.high is the governor of a batch job; averages lag "
			"behind, the totals here do not",
		.remedy = "raise memory.high, let the group swap, or find what grows in it",
		.risk = "a higher mark takes from all others",
		.next = "memlens cgroup --processes",
	},
	{
		.id = "cg.max.hit",
		.title = "a control group meets its limit all the time",
		.use = GROUP_FEEDS,
		.reads = GROUP_READS,
		.rate = true,
		.measure = "hits",
		.unit = ML_UNIT_PER_SECOND,
		.check = check_max,
		.why = "each time a task of it has to reclaim before it goes on",
		.isnt = "reading files meets the limit with each of them, which costs little as "
			"long as nobody waits",
		.remedy = "raise the limit, or set memory.high below it so that reclaim begins "
			  "sooner",
		.risk = "a higher limit takes from all others",
		.next = "memlens cgroup",
	},
	{
		.id = "cg.pressure",
		.title = "tasks of a limited control group wait for memory",
		.use = GROUP_FEEDS,
		.reads = GROUP_READS,
		.rate = true,
		.window = 30,
		.measure = "some",
		.unit = ML_UNIT_RATIO,
		.check = check_pressure,
		.why = "the time is lost to the group, however idle the host is",
		.isnt = "a group without a limit that waits because the host is short",
		.remedy = "give the group more memory, or make what runs in it smaller",
		.risk = "a higher limit takes from all others",
		.next = "memlens cgroup",
	},
};

const struct ml_rule_set ml_rules_cgroup_rates = ML_RULE_SET(rules);
