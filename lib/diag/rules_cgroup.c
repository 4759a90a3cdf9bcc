/* SPDX-License-Identifier: MIT */
/* rules_cgroup: what control groups may use, and what they have of it. */
#include <errno.h>

#include "diag/group_sight.h"
#include "diag/rules.h"

/* ---- cg.limit.near ---- */

/* v1: of memory alone, or of memory and swap together, whichever is nearer. */
static double share_of_limit(const struct ml_group *g, uint64_t held)
{
	double share = ml_ratio(held, g->max), both;

	if (g->memsw_max == ML_NONE || held == ML_NONE)
		return share;
	both = ml_ratio(ml_add(held, ml_sub_sat(g->memsw, g->usage)), g->memsw_max);
	return isnan(share) || both > share ? both : share;
}

static uint64_t limit_of(const struct ml_group *g)
{
	return g->memsw_max < g->max ? g->memsw_max : g->max;
}

/* v1 does not tell how much of its kernel memory can go, which a walk through a file
 * system makes large. */
static bool may_be_slab(const struct ml_diag *d, const struct ml_group *g, uint64_t held)
{
	double without = share_of_limit(g, ml_sub_sat(held, ml_or0(g->kernel)));

	return g->version == 1 && ml_diag_judge(d, without) < ML_WARN;
}

/* With room in swap the limit does not kill; that it hurts, cg.thrash tells. */
static enum ml_severity ease(enum ml_severity severity, uint64_t swap_room,
			     uint64_t limit, double least)
{
	if (severity >= ML_WARN && ml_ratio(swap_room, limit) >= least)
		severity = ML_INFO;
	return severity;
}

static const char *rest_of_message(struct ml_diag *d, const struct ml_group *g,
				   uint64_t held, enum ml_severity severity)
{
	if (ml_diag_judge(d, share_of_limit(g, held)) < ML_WARN)
		return "; files fill the rest, which any limit is filled with";
	if (severity == ML_INFO && may_be_slab(d, g, held))
		return ml_arena_printf(d->arena,
				       "; %s is kernel memory, of which some can go",
				       ml_say_bytes(d, g->kernel));
	if (severity < ml_diag_judge(d, share_of_limit(g, held)))
		return "; swap has room for more";
	return "";
}

static void tell_near(struct ml_diag *d, const struct ml_group_sight *s, size_t i,
		      enum ml_severity severity)
{
	const struct ml_group *g = ml_group_at(s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	uint64_t held = ml_group_held(d, s, i);
	double share = share_of_limit(g, held);
	struct ml_group_split split;
	struct ml_finding *f;
	const char *rest = rest_of_message(d, g, held, severity);

	ml_group_split(s->head, g, ML_NONE, &split);
	f = ml_diag_add(d, severity, &group,
			"uses %s of its limit of %s, %s of it cannot be dropped%s",
			ml_say_bytes(d, g->usage), ml_say_bytes(d, limit_of(g)),
			ml_say_bytes(d, held), rest ? rest : "");
	ml_diag_evidence(d, f, "held / limit", share, ML_UNIT_RATIO,
			 severity > ML_INFO ? ml_diag_crossed(d, severity) : NAN);
	ml_diag_evidence(d, f, g->version == 1 ? "usage_in_bytes" : "memory.current",
			 ml_f64(g->usage), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "working set (usage - inactive_file)",
			 ml_f64(split.working_set), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "anon", ml_f64(split.anon), ML_UNIT_BYTES, NAN);
	if (severity == ML_INFO) {
		f->remedy = ML_STR("nothing");
		f->risk = (struct ml_str){ 0 };
	}
	if (severity > ML_INFO && may_be_slab(d, g, held))
		f->confidence = ML_CONFIDENCE_MEDIUM;
}

static enum ml_severity judge_near(struct ml_diag *d, const struct ml_group_sight *s,
				   size_t i)
{
	const struct ml_group *g = ml_group_at(s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	uint64_t held = ml_group_held(d, s, i);
	enum ml_severity severity = ml_diag_measure(d, &group, share_of_limit(g, held));

	if (severity >= ML_WARN && may_be_slab(d, g, held))
		severity = ML_INFO;
	severity = ease(severity, ml_group_swap_room(d, g), limit_of(g),
			ml_diag_limit(d, "swap"));
	if (!severity &&
	    ml_ratio(ml_group_used(d, g), g->max) >= ml_diag_limit(d, "full"))
		severity = ML_INFO;
	return severity;
}

static int check_near(struct ml_diag *d)
{
	struct ml_group_sight s;
	uint8_t *severity;
	double *found;

	if (!ml_group_sight(d, &s))
		return 0;
	found = ml_arena_calloc(d->arena, s.rows->n, sizeof(*found));
	severity = ml_arena_calloc(d->arena, s.rows->n, 1);
	if (!found || !severity)
		return -ENOMEM;
	for (size_t i = 0; i < s.rows->n; i++) {
		const struct ml_group *g = ml_group_at(&s, i);

		if (g->usage == ML_NONE || limit_of(g) == ML_NONE || !limit_of(g))
			continue;
		severity[i] = (uint8_t)judge_near(d, &s, i);
		found[i] = severity[i] ? ml_f64(g->usage) : 0;
	}
	if (!ml_group_keep_deepest(d, &s, found))
		return -ENOMEM;
	for (size_t i = 0; i < s.rows->n; i++)
		if (found[i] > 0)
			tell_near(d, &s, i, severity[i]);
	return 0;
}

/* ---- cg.swap0 ---- */

static bool has_no_swap(const struct ml_group *g)
{
	return g->swap_max == 0 || (g->memsw_max != ML_NONE && g->memsw_max <= g->max);
}

static int check_swap(struct ml_diag *d)
{
	struct ml_group_sight s;

	if (!ml_group_sight(d, &s))
		return 0;
	if (!ml_or0(ml_snap_mem(d->cur, "SwapTotal")))
		return ml_diag_absent(d, "the machine has no swap");
	for (size_t i = 0; i < s.rows->n; i++) {
		const struct ml_group *g = ml_group_at(&s, i);
		const struct ml_object group = ml_object_cgroup(g->path);
		double share = ml_ratio(ml_group_stat(s.head, g, "anon"), g->max);
		enum ml_severity severity;
		struct ml_finding *f;

		if (isnan(share) || !has_no_swap(g))
			continue;
		severity = ml_diag_measure(d, &group, share);
		if (!severity)
			continue;
		f = ml_diag_add(
			d, severity, &group,
			"may not swap, and %s of its limit of %s is anonymous: at "
			"the limit is a kill",
			ml_say_share(d, share), ml_say_bytes(d, g->max));
		ml_diag_evidence(d, f, "anon / limit", share, ML_UNIT_RATIO,
				 ml_diag_crossed(d, severity));
	}
	return 0;
}

/* ---- cg.protect.sum ---- */

/* What a group below promises counts within what the one above does. */
static int check_protected(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t sum = 0, total = ml_snap_mem(d->cur, "MemTotal");
	enum ml_severity severity;
	struct ml_group_sight s;
	struct ml_finding *f;
	double share;

	if (!ml_group_sight(d, &s))
		return 0;
	if (ml_group_at(&s, 0)->version == 1)
		return ml_diag_absent(d, "control groups of version 1 protect nothing");
	for (size_t i = 0; i < s.rows->n; i++)
		if (s.up[i] != SIZE_MAX && s.up[s.up[i]] == SIZE_MAX)
			sum = ml_add(sum, ml_or0(ml_group_at(&s, i)->min));
	share = ml_ratio(sum, total);
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"control groups are promised %s (%s) that reclaim may never take",
			ml_say_bytes(d, sum), ml_say_share(d, share));
	ml_diag_evidence(d, f, "memory.min / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "memory.min", ml_f64(sum), ML_UNIT_BYTES, NAN);
	return 0;
}

/* ---- cg.kmem ---- */

static double kernel_share(const struct ml_group_sight *s, size_t i, uint64_t *ret)
{
	const struct ml_group *g = ml_group_at(s, i);
	struct ml_group_split split;

	ml_group_split(s->head, g, ML_NONE, &split);
	*ret = ml_add(split.kernel, ml_or0(split.sock));
	return ml_ratio(*ret, g->usage);
}

static void tell_kernel(struct ml_diag *d, const struct ml_group_sight *s, size_t i)
{
	const struct ml_group *g = ml_group_at(s, i);
	const struct ml_object group = ml_object_cgroup(g->path);
	struct ml_finding *f;
	uint64_t kernel;
	double share = kernel_share(s, i, &kernel);
	uint64_t slab = ml_group_stat(s->head, g, "slab_reclaimable");

	f = ml_diag_add(d, ML_INFO, &group, "%s (%s) of what it uses is kernel memory",
			ml_say_bytes(d, kernel), ml_say_share(d, share));
	ml_diag_evidence(d, f, "kernel / usage", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, ML_INFO));
	ml_diag_evidence(d, f, "kernel", ml_f64(kernel), ML_UNIT_BYTES,
			 ml_diag_limit(d, "bytes"));
	if (slab != ML_NONE)
		ml_diag_evidence(d, f, "slab_reclaimable", ml_f64(slab), ML_UNIT_BYTES,
				 NAN);
}

static int check_kernel(struct ml_diag *d)
{
	struct ml_group_sight s;
	double *found, least = ml_diag_limit(d, "bytes");

	if (!ml_group_sight(d, &s))
		return 0;
	found = ml_arena_calloc(d->arena, s.rows->n, sizeof(*found));
	if (!found)
		return -ENOMEM;
	for (size_t i = 0; i < s.rows->n; i++) {
		const struct ml_group *g = ml_group_at(&s, i);
		const struct ml_object group = ml_object_cgroup(g->path);
		uint64_t kernel;
		double share;

		if (!(ml_f64(g->usage) >= least) || ml_group_is_host(g))
			continue;
		share = kernel_share(&s, i, &kernel);
		if (ml_diag_measure(d, &group, share) && ml_f64(kernel) >= least)
			found[i] = ml_f64(kernel);
	}
	if (!ml_group_keep_deepest(d, &s, found))
		return -ENOMEM;
	for (size_t i = 0; i < s.rows->n; i++)
		if (found[i] > 0)
			tell_kernel(d, &s, i);
	return 0;
}

/* ---- cg.view ---- */

static int check_view(struct ml_diag *d)
{
	const struct ml_parsed *own = ml_snap_parsed(d->cur, ML_FEED_CGROUP_LIMIT);
	const struct ml_cgroup_limit *row;
	uint64_t total = ml_snap_mem(d->cur, "MemTotal");
	struct ml_object group;
	struct ml_finding *f;

	if (!own || !own->rows.n)
		return own ? 0 : ml_diag_absent(d, "memlens is in no control group");
	row = ml_rows_at(&own->rows, 0);
	if (!(ml_f64(row->limit) < ml_f64(total)))
		return 0;
	group = ml_object_cgroup(row->path.p ? row->path : ML_STR("/"));
	f = ml_diag_add(d, ML_INFO, &group,
			"memlens itself may use %s of the %s that /proc/meminfo shows",
			ml_say_bytes(d, row->limit), ml_say_bytes(d, total));
	ml_diag_evidence(d, f, "limit", ml_f64(row->limit), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "MemTotal", ml_f64(total), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "room", ml_f64(row->headroom), ML_UNIT_BYTES, NAN);
	return 0;
}

/* ---- cg.v1 ---- */

static int check_version(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	struct ml_group_sight s;
	struct ml_finding *f;

	if (!ml_group_sight(d, &s) || ml_group_at(&s, 0)->version != 1)
		return 0;
	f = ml_diag_add(
		d, ML_INFO, &host,
		"control groups are of version 1: they tell no pressure, no events "
		"and no slab");
	ml_diag_evidence(d, f, "version", 1, ML_UNIT_NONE, NAN);
	ml_diag_evidence(d, f, "groups", (double)s.rows->n, ML_UNIT_COUNT, NAN);
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "cg.limit.near",
		.title = "a control group has used up its limit",
		.use = ML_FEED(GROUPS) | ML_FEED(MEMINFO) | ML_FEED(STAT),
		.reads = ML_READ_GROUP_STAT | ML_READ_GROUP_SWAP | ML_READ_GROUP_KERNEL,
		.measure = "held",
		.unit = ML_UNIT_RATIO,
		.check = check_near,
		.why = "at the limit the kernel drops the group's files, swaps, and at last "
		       "kills in it, however much the host has free",
		.isnt = "page cache fills any limit and goes at once: only what cannot be "
			"dropped counts here; v1's usage is ahead by up to 64 pages a CPU",
		.remedy = "find what grows in the group; raise memory.max if that is what it "
			  "needs, and set memory.high below it",
		.risk = "a higher limit takes from all others",
		.next = "memlens cgroup --processes",
	},
	{
		.id = "cg.swap0",
		.title = "a control group that may not swap is full of anonymous memory",
		.use = ML_FEED(GROUPS) | ML_FEED(MEMINFO),
		.reads = ML_READ_GROUP_STAT | ML_READ_GROUP_SWAP,
		.measure = "anon",
		.unit = ML_UNIT_RATIO,
		.check = check_swap,
		.why = "nothing but files can be taken from it: at its limit follows a kill",
		.isnt = "no fault: Kubernetes sets groups so by design",
		.remedy = "leave room between what it needs and its limit, or allow some swap",
		.risk = "swap makes slow what would be killed",
		.next = "memlens cgroup",
	},
	{
		.id = "cg.protect.sum",
		.title = "control groups are promised most of the memory",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(GROUPS),
		.reads = ML_READ_GROUP_MARKS,
		.measure = "protected",
		.unit = ML_UNIT_RATIO,
		.check = check_protected,
		.why = "reclaim may not touch it: all others share what is left, and the OOM "
		       "killer comes although memory could be taken",
		.isnt = "memory.low, which gives way when nothing else is left; what is promised "
			"and not used is free for others",
		.remedy = "lower memory.min of the groups that do not need it, or use memory.low",
		.risk = "those groups may then be reclaimed",
		.next = "memlens cgroup",
	},
	{
		.id = "cg.kmem",
		.title = "much of what a control group uses is kernel memory",
		.use = ML_FEED(GROUPS),
		.reads = ML_READ_GROUP_STAT | ML_READ_GROUP_KERNEL,
		.measure = "kernel",
		.unit = ML_UNIT_RATIO,
		.check = check_kernel,
		.why = "it counts against the group's limit, and no process shows it",
		.isnt = "dentries and inodes of files that were looked at go when memory is short",
		.remedy = "see which part it is: slab, page tables, sockets, pipes",
		.next = "memlens cgroup, memlens slab",
	},
	{
		.id = "cg.view",
		.title = "a limit below the machine's memory holds for memlens itself",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(CGROUP_LIMIT),
		.check = check_view,
		.why = "in a container /proc/meminfo shows the host: what is available there is not "
		       "what programs here may have",
		.isnt = "no shortage; lxcfs may show the container's own numbers in /proc/meminfo",
		.remedy = "nothing; go by the group's numbers for programs in this container",
		.next = "memlens cgroup, memlens free",
	},
	{
		.id = "cg.v1",
		.title = "control groups are of version 1",
		.use = ML_FEED(GROUPS),
		.check = check_version,
		.why = "what a group waits for cannot be told, and new kernels and systemd leave "
		       "version 1 behind",
		.isnt = "no fault of memory",
		.remedy = "boot with systemd.unified_cgroup_hierarchy=1 when all that uses groups is "
			  "ready for it",
		.risk = "old container runtimes and Java before 15 know only version 1",
		.next = "memlens cgroup",
	},
};

const struct ml_rule_set ml_rules_cgroup = ML_RULE_SET(rules);
