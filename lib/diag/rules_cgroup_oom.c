/* SPDX-License-Identifier: MIT */
/* rules_cgroup_oom: who was killed since a control group ran out. */
#include <errno.h>

#include "diag/group_sight.h"
#include "diag/rules.h"

/* v1 counts no failure where memory and swap together met their limit (Linux 6.18); it
 * tells that the group was full, up to what a CPU takes at once. */
static bool has_filled(const struct ml_group *g)
{
	const uint64_t batch = 64 * 4096;

	return g->version == 1 && g->memsw_max != ML_NONE && g->peak != ML_NONE &&
	       ml_add(g->peak, batch) >= (g->max < g->memsw_max ? g->max : g->memsw_max);
}

/* A kill is counted where the victim was; the limit may be that of a group above. A kill
 * without a group that ran out was the host's. */
static size_t owner_of(const struct ml_group_sight *s, const uint64_t *oom, size_t i)
{
	bool told = false;

	for (size_t at = i; at != SIZE_MAX; at = s->up[at]) {
		told |= oom[at] != ML_NONE;
		if (ml_or0(oom[at]) || has_filled(ml_group_at(s, at)))
			return at;
	}
	for (size_t at = i; !told && at != SIZE_MAX; at = s->up[at])
		if (ml_group_at(s, at)->max != ML_NONE)
			return at;
	return SIZE_MAX;
}

/* Kills by the group whose limit made them. NULL without memory. */
static uint64_t *kills_of(struct ml_diag *d, const struct ml_group_sight *s, bool grown)
{
	uint64_t *kills = ml_group_own_counts(d, s, ml_group_count_kills, grown);
	uint64_t *oom = ml_group_own_counts(d, s, ml_group_count_oom, grown);
	uint64_t *ret = ml_arena_calloc(d->arena, s->rows->n, sizeof(*ret));

	if (!kills || !oom || !ret)
		return NULL;
	for (size_t i = 0; i < s->rows->n; i++) {
		size_t owner = ml_or0(kills[i]) ? owner_of(s, oom, i) : SIZE_MAX;

		if (owner != SIZE_MAX)
			ret[owner] = ml_add(ret[owner], kills[i]);
	}
	return ret;
}

/* A machine that has been up for a day no longer tells that it was within the day. */
static enum ml_severity judge_kills(const struct ml_diag *d, uint64_t grown)
{
	const struct ml_parsed *uptime = ml_snap_parsed(d->cur, ML_FEED_UPTIME);
	double up = uptime && uptime->rows.n ? *(double *)ml_rows_at(&uptime->rows, 0)
					     : (double)NAN;

	if (ml_or0(grown))
		return ML_CRIT;
	return up < ml_diag_limit(d, "recent") ? ML_WARN : ML_INFO;
}

static const char *when_killed(struct ml_diag *d, enum ml_severity severity)
{
	const char *when = "some time since the group was made";

	if (severity == ML_CRIT)
		when = ml_arena_printf(d->arena, "within %s", ml_say_time(d, d->seconds));
	else if (severity == ML_WARN)
		when = "within the last day";
	return when ? when : "";
}

static void tell_kills(struct ml_diag *d, const struct ml_group_sight *s, size_t i,
		       uint64_t grown, uint64_t ever)
{
	const struct ml_group *g = ml_group_at(s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	enum ml_severity severity = judge_kills(d, grown);
	uint64_t n = severity == ML_CRIT ? grown : ever;
	struct ml_finding *f = ml_diag_add(
		d, severity, &group, "%s of its processes %s killed at %s limit%s%s, %s",
		ml_say_count(d, n), n == 1 ? "was" : "were",
		g->max == ML_NONE ? "a" : "its", g->max == ML_NONE ? "" : " of ",
		g->max == ML_NONE ? "" : ml_say_bytes(d, g->max),
		when_killed(d, severity));

	ml_diag_evidence(d, f, "oom_kill", ml_f64(ever), ML_UNIT_COUNT, NAN);
	if (grown != ML_NONE)
		ml_diag_evidence(d, f, "oom_kill since the first sample", ml_f64(grown),
				 ML_UNIT_COUNT, 0);
}

static void tell_hang(struct ml_diag *d, const struct ml_group *g)
{
	const struct ml_object group = ml_object_cgroup(g->path);
	struct ml_finding *f = ml_diag_add(
		d, ML_CRIT, &group,
		"is out of memory and its OOM killer is off: its processes hang");

	ml_diag_evidence(d, f, "under_oom", 1, ML_UNIT_COUNT, 0);
	ml_diag_evidence(d, f, "oom_kill_disable", 1, ML_UNIT_COUNT, NAN);
	f->remedy =
		ML_STR("raise memory.limit_in_bytes of the group, end a process of it, "
		       "or write 0 to its memory.oom_control");
	f->risk = ML_STR("the last lets the kernel kill in it");
}

static bool is_hung(const struct ml_group_sight *s, const struct ml_group *g)
{
	const struct ml_flat_names *names = &s->head->names;

	return g->version == 1 && ml_flat_get(names, &g->events, "under_oom") == 1 &&
	       ml_flat_get(names, &g->events, "oom_kill_disable") == 1;
}

static int check_oom(struct ml_diag *d)
{
	uint64_t *grown, *ever;
	struct ml_group_sight s;
	bool any = false;

	if (!ml_group_sight(d, &s))
		return 0;
	grown = kills_of(d, &s, true);
	ever = kills_of(d, &s, false);
	if (!grown || !ever)
		return -ENOMEM;
	for (size_t i = 0; i < s.rows->n; i++) {
		const struct ml_group *g = ml_group_at(&s, i);

		any |= ml_group_count_kills(s.head, g) != ML_NONE;
		if (is_hung(&s, g))
			tell_hang(d, g);
		if (grown[i] || ever[i])
			tell_kills(d, &s, i, s.before_head ? grown[i] : ML_NONE, ever[i]);
	}
	if (!any && s.rows->n > 1) /* a root alone has no such file */
		return ml_diag_skip(d, "this kernel does not count kills of groups");
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "cg.oom",
		.title = "processes were killed because their control group ran out",
		.use = ML_FEED(GROUPS) | ML_FEED(UPTIME),
		.reads = ML_READ_GROUP_EVENTS | ML_READ_GROUP_SWAP,
		.check = check_oom,
		.why = "what was killed lost its work, and is often started only to be killed "
		       "again",
		.isnt = "no shortage of the host; where a whole group is killed at once, its "
			"victim is counted twice; counters do not tell when",
		.remedy =
			"raise memory.max or find what grows, and set memory.high below it to "
			"be warned first",
		.risk = "a higher limit takes from all others",
		.next = "memlens oom, memlens cgroup",
	},
};

const struct ml_rule_set ml_rules_cgroup_oom = ML_RULE_SET(rules);
