/* SPDX-License-Identifier: MIT */
/* rules_oom: what the kernel log tells of want of memory, who is protected from it. */
#include <errno.h>
#include <stdlib.h>

#include "diag/rules.h"
#include "model/oom.h"
#include "model/proc.h"

/* What one rule looks for among the events of the log. */
struct wanted {
	bool (*is)(const struct ml_oom_event *e);
	struct ml_str (*tell)(struct ml_diag *d, const struct ml_oom_event *e);
	bool (*is_worse)(const struct ml_oom_event *e); /* by a step; or NULL */
};

/* The same in one place: of one control group, or of the host. */
struct place {
	const struct ml_oom_event *last;
	uint64_t n;
};

#define PLACES 64
#define TOLD 3 /* the newest; groups that come and go have a name each */
#define TOLD 3 /* the newest; groups that come and go have a name each */

static double age_of(const struct ml_oom_event *e)
{
	return ml_f64(e->age_ms) / 1e3;
}

static struct ml_object object_of(const struct ml_oom_event *e)
{
	return e->group.p ? ml_object_cgroup(e->group) : ml_object_host();
}

static struct place *place_of(struct place places[static PLACES], size_t *n,
			      const struct ml_oom_event *e)
{
	for (size_t i = 0; i < *n; i++)
		if (ml_str_eq(places[i].last->group, e->group) &&
		    places[i].last->scope == e->scope)
			return &places[i];
	if (*n == PLACES)
		return NULL;
	places[*n].last = e;
	return &places[(*n)++];
}

/* Events come in the order of the log, so that the last of a place is the newest. */
static size_t find_places(const struct ml_diag *d, const struct wanted *wanted,
			  struct place ret[static PLACES])
{
	const struct ml_parsed *log = ml_snap_parsed(d->cur, ML_FEED_OOM);
	const struct ml_oom_event *e;
	size_t n = 0;

	ml_for_each_row(e, &log->rows) {
		struct place *p = wanted->is(e) ? place_of(ret, &n, e) : NULL;

		if (!p)
			continue;
		p->last = e;
		p->n++;
	}
	return n;
}

static const char *say_age(struct ml_diag *d, const struct ml_oom_event *e)
{
	return e->age_ms == ML_NONE
		       ? "at an unknown time"
		       : ml_arena_printf(d->arena, "%s ago", ml_say_time(d, age_of(e)));
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->last->age_ms > y->last->age_ms) - (x->last->age_ms < y->last->age_ms);
}

static void add_event(struct ml_diag *d, const struct wanted *wanted,
		      const struct place *p, enum ml_severity severity, size_t others)
{
	const struct ml_object object = object_of(p->last);
	struct ml_str words = wanted->tell(d, p->last);
	struct ml_finding *f = ml_diag_add(d, severity, &object, "%.*s, %s", (int)words.n,
					   words.p, say_age(d, p->last));

	if (p->last->age_ms != ML_NONE)
		ml_diag_evidence(d, f, "age", age_of(p->last), ML_UNIT_SECONDS,
				 ml_diag_crossed(d, severity));
	if (p->n > 1)
		ml_diag_evidence(d, f, "times in the log", ml_f64(p->n), ML_UNIT_COUNT,
				 NAN);
	if (others)
		ml_diag_evidence(d, f, "other places in the log", (double)others,
				 ML_UNIT_COUNT, NAN);
	if (!p->last->complete)
		f->confidence = ML_CONFIDENCE_MEDIUM;
	if (p->last->age_ms == ML_NONE)
		f->confidence = ML_CONFIDENCE_LOW;
}

/* A log without times is history of an unknown age: it is told, but alarms nobody. */
static int check_events(struct ml_diag *d)
{
	const struct wanted *wanted = d->rule->data;
	struct place places[PLACES] = { 0 };
	size_t n = find_places(d, wanted, places), told = n < TOLD ? n : TOLD;

	qsort(places, n, sizeof(*places), compare_places);
	for (size_t i = 0; i < told; i++) {
		const struct ml_object object = object_of(places[i].last);
		enum ml_severity severity =
			ml_diag_measure(d, &object, age_of(places[i].last));

		if (places[i].last->age_ms == ML_NONE)
			severity = ML_INFO;
		if (severity == ML_WARN && wanted->is_worse &&
		    wanted->is_worse(places[i].last))
			severity = ML_CRIT;
		if (severity)
			add_event(d, wanted, &places[i], severity, n - told);
	}
	return 0;
}

/* ---- kills ---- */

static bool is_kernel_kill(const struct ml_oom_event *e)
{
	return e->kind == ML_OOM_KILL;
}

static struct ml_str victim_of(struct ml_diag *d, const struct ml_oom_event *e)
{
	if (!e->victim.name.p)
		return e->no_victim ? ML_STR("nobody, for nobody could be killed")
				    : ML_STR("somebody");
	return ml_diag_words(d, "%.*s (%s)", (int)e->victim.name.n, e->victim.name.p,
			     ml_say_bytes(d, ml_f64(e->victim.rss)));
}

static struct ml_str tell_kill(struct ml_diag *d, const struct ml_oom_event *e)
{
	struct ml_str victim = victim_of(d, e);

	return ml_diag_words(d, "the kernel killed %.*s for want of memory %s%.*s%s%.*s",
			     (int)victim.n, victim.p, e->group.p ? "in " : "on the host",
			     (int)e->group.n, e->group.p ? e->group.p : "",
			     e->asker.p ? ", asked by " : "", (int)e->asker.n,
			     e->asker.p ? e->asker.p : "");
}

/* The kernel counts kills even where its log is not to be read. */
static int check_kills(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t counted = ml_snap_vm(d->cur, "oom_kill");
	struct ml_finding *f;

	if (ml_snap_parsed(d->cur, ML_FEED_OOM))
		return check_events(d);
	if (counted == ML_NONE)
		return ml_diag_skip(d, "neither the kernel log nor oom_kill can be read");
	if (!counted)
		return 0;
	f = ml_diag_add(
		d, ML_INFO, &host,
		"the kernel killed %s processes for want of memory since it was booted; "
		"its log, which tells when and why, cannot be read",
		ml_say_count(d, counted));
	f->confidence = ML_CONFIDENCE_LOW;
	ml_diag_evidence(d, f, "oom_kill", ml_f64(counted), ML_UNIT_COUNT, NAN);
	return 0;
}

static const struct wanted kill = { is_kernel_kill, tell_kill };

static bool is_daemon_kill(const struct ml_oom_event *e)
{
	return e->kind == ML_OOM_SYSTEMD_OOMD || e->kind == ML_OOM_EARLYOOM ||
	       e->kind == ML_OOM_META_OOMD;
}

static struct ml_str tell_daemon(struct ml_diag *d, const struct ml_oom_event *e)
{
	struct ml_str who = e->victim.name.p ? e->victim.name
			    : e->group.p     ? e->group
					     : ML_STR("somebody");

	return ml_diag_words(d, "%s killed %.*s%s%.*s", ml_oom_kind_name(e->kind),
			     (int)who.n, who.p, e->words.p ? ": " : "", (int)e->words.n,
			     e->words.p ? e->words.p : "");
}

static const struct wanted daemon_kill = { is_daemon_kill, tell_daemon };

/* ---- why ---- */

static bool is_fragmentation(const struct ml_oom_event *e)
{
	return e->cause == ML_OOM_CAUSE_FRAGMENTATION;
}

static struct ml_str tell_fragmentation(struct ml_diag *d, const struct ml_oom_event *e)
{
	return ml_diag_words(
		d,
		"%.*s found no block of order %lld although %s were free: memory is "
		"scattered",
		(int)e->asker.n, e->asker.p ? e->asker.p : "", (long long)e->order,
		ml_say_bytes(d, ml_f64(e->zone_free)));
}

static const struct wanted fragmentation = { is_fragmentation, tell_fragmentation };

static bool is_constraint(const struct ml_oom_event *e)
{
	return is_kernel_kill(e) &&
	       (e->scope == ML_OOM_SCOPE_CPUSET || e->scope == ML_OOM_SCOPE_POLICY ||
		e->cause == ML_OOM_CAUSE_NODES);
}

static struct ml_str tell_constraint(struct ml_diag *d, const struct ml_oom_event *e)
{
	return ml_diag_words(d, "%.*s ran out of memory on the nodes it may use%s%.*s",
			     (int)e->asker.n, e->asker.p ? e->asker.p : "",
			     e->nodes.p ? ", " : "", (int)e->nodes.n,
			     e->nodes.p ? e->nodes.p : "");
}

static const struct wanted constraint = { is_constraint, tell_constraint };

static bool is_low_zone(const struct ml_oom_event *e)
{
	return e->cause == ML_OOM_CAUSE_LOW_ZONE;
}

static struct ml_str tell_low_zone(struct ml_diag *d, const struct ml_oom_event *e)
{
	return ml_diag_words(d, "zone %.*s was empty, not the machine", (int)e->zone.n,
			     e->zone.p ? e->zone.p : "");
}

static const struct wanted low_zone = { is_low_zone, tell_low_zone };

static bool is_innocent(const struct ml_oom_event *e)
{
	return is_kernel_kill(e) && e->innocent && e->hog.name.p;
}

static struct ml_str tell_innocent(struct ml_diag *d, const struct ml_oom_event *e)
{
	return ml_diag_words(d, "%.*s died, but %.*s held the memory (%s)",
			     (int)e->victim.name.n,
			     e->victim.name.p ? e->victim.name.p : "", (int)e->hog.name.n,
			     e->hog.name.p, ml_say_bytes(d, ml_f64(e->hog.bytes)));
}

static const struct wanted innocent = { is_innocent, tell_innocent };

static bool is_no_task(const struct ml_oom_event *e)
{
	return is_kernel_kill(e) && e->no_task;
}

static struct ml_str tell_no_task(struct ml_diag *d, const struct ml_oom_event *e)
{
	return ml_diag_words(d, "no process held the memory: most of it was %s (%s)",
			     ml_oom_holder_name(e->holder),
			     ml_say_bytes(d, ml_f64(e->held)));
}

static const struct wanted no_task = { is_no_task, tell_no_task };

/* ---- again and again ---- */

static bool is_within(const struct ml_diag *d, const struct ml_oom_event *e)
{
	return age_of(e) < ml_diag_limit(d, "window");
}

static uint64_t count_recent(const struct ml_diag *d, const struct ml_oom_event *last)
{
	const struct ml_parsed *log = ml_snap_parsed(d->cur, ML_FEED_OOM);
	const struct ml_oom_event *e;
	uint64_t n = 0;

	ml_for_each_row(e, &log->rows)
		n += is_kernel_kill(e) && is_within(d, e) &&
		     ml_str_eq(e->group, last->group);
	return n;
}

static int check_repeat(struct ml_diag *d)
{
	struct place places[PLACES] = { 0 };
	size_t n = find_places(d, &kill, places);

	qsort(places, n, sizeof(*places), compare_places);
	for (size_t i = 0; i < n && i < TOLD; i++) {
		const struct ml_oom_event *last = places[i].last;
		const struct ml_object object = object_of(last);
		double times = ml_f64(count_recent(d, last));
		enum ml_severity severity = ml_diag_measure(d, &object, times);
		struct ml_finding *f;

		if (!severity)
			continue;
		f = ml_diag_add(d, severity, &object,
				"%s kills for want of memory within %s, the last of %.*s",
				ml_say_count(d, times),
				ml_say_time(d, ml_diag_limit(d, "window")),
				(int)last->victim.name.n,
				last->victim.name.p ? last->victim.name.p : "somebody");
		ml_diag_evidence(d, f, "kills", times, ML_UNIT_COUNT,
				 ml_diag_crossed(d, severity));
	}
	return 0;
}

/* ---- allocations that failed ---- */

static bool is_failure(const struct ml_oom_event *e)
{
	return e->kind == ML_OOM_ALLOC || e->kind == ML_OOM_SLAB ||
	       e->kind == ML_OOM_VMALLOC;
}

static struct ml_str tell_failure(struct ml_diag *d, const struct ml_oom_event *e)
{
	return ml_diag_words(d, "an allocation of %s by %.*s failed (%.*s%s)",
			     ml_say_bytes(d, ml_f64(e->asked)), (int)e->asker.n,
			     e->asker.p ? e->asker.p : "", (int)e->gfp.n,
			     e->gfp.p ? e->gfp.p : "",
			     e->atomic ? "; it could not wait, and is tried again" : "");
}

/* A single page for one who could wait is what never fails on a machine that is well. */
static bool is_page_failure(const struct ml_oom_event *e)
{
	return e->order == 0 && !e->atomic;
}

static const struct wanted failure = { is_failure, tell_failure, is_page_failure };

/* ---- who cannot be killed ---- */

static int check_protected(struct ml_diag *d)
{
	const struct ml_parsed *procs = ml_snap_parsed(d->cur, ML_FEED_PROCESSES);
	double total = ml_f64(ml_snap_mem(d->cur, "MemTotal"));
	double adj = ml_diag_limit(d, "adj"), least = ml_diag_limit(d, "bytes");
	const struct ml_proc *p;

	ml_for_each_row(p, &procs->rows) {
		double bytes = ml_f64(ml_sum(p->rss, p->swap));
		struct ml_object object;
		struct ml_finding *f;

		if (p->kernel || p->oom_adj == INT64_MIN || (double)p->oom_adj > adj ||
		    isnan(bytes))
			continue;
		object = ml_object_process(p);
		if (!ml_diag_measure(d, &object, bytes / total) && bytes < least)
			continue;
		f = ml_diag_add(
			d, ML_WARN, &object,
			"%.*s (pid %llu) holds %s and is protected: others die for it",
			(int)p->comm.n, p->comm.p ? p->comm.p : "",
			(unsigned long long)p->pid, ml_say_bytes(d, bytes));
		ml_diag_evidence(d, f, "RSS + swap", bytes, ML_UNIT_BYTES, least);
		ml_diag_evidence(d, f, "oom_score_adj", (double)p->oom_adj, ML_UNIT_NONE,
				 adj);
	}
	return 0;
}

static int check_next(struct ml_diag *d)
{
	struct ml_rows ranks = ML_ROWS(struct ml_oom_next);
	uint64_t total = ml_oom_host_total(d->cur);
	const struct ml_oom_next *next;
	struct ml_object object;
	struct ml_finding *f;

	if (ml_oom_rank(d->cur, (struct ml_str){ 0 }, total, d->arena, &ranks))
		return -ENOMEM;
	next = ranks.n ? ml_rows_at(&ranks, 0) : NULL;
	if (!next || next->proc->oom_adj == INT64_MIN)
		return ml_diag_skip(d, "oom_score_adj of processes is not known");
	if (next->score == ML_NONE) /* all of them are protected */
		return 0;
	object = ml_object_process(next->proc);
	f = ml_diag_add(d, ML_INFO, &object,
			"if memory ran out now, %.*s (pid %llu, %s) would be killed",
			(int)next->proc->comm.n,
			next->proc->comm.p ? next->proc->comm.p : "",
			(unsigned long long)next->proc->pid,
			ml_say_bytes(d, ml_f64(next->bytes)));
	ml_diag_evidence(d, f, "badness", ml_f64(next->score), ML_UNIT_BYTES, NAN);
	return 0;
}

/* ---- the rules ---- */

#define OF_LOG \
	.need = ML_FEED(OOM), .check = check_events, .measure = "age", \
	.unit = ML_UNIT_SECONDS, .below = true

static const struct ml_rule rules[] = {
	{
		.id = "oom.kill.recent",
		.title = "the kernel killed a process for want of memory",
		.use = ML_FEED(OOM) | ML_FEED(VMSTAT),
		.check = check_kills,
		.data = &kill,
		.measure = "age",
		.unit = ML_UNIT_SECONDS,
		.below = true,
		.why = "work was lost, and what made memory short may still be there",
		.isnt = "the one who asked last is rarely the one who used the memory; inside a "
			"group its limit was hit, not the machine's",
		.remedy = "read the report: it tells who held the memory, and what would have "
			  "prevented it",
		.next = "memlens oom, memlens oom --next",
	},
	{
		OF_LOG,
		.id = "oom.fragmentation",
		.title = "memory was free, but in no block that was large enough",
		.data = &fragmentation,
		.why = "more memory alone does not help: the free blocks are too small",
		.isnt = "no shortage",
		.remedy = "compact memory when the load allows it, and ask for huge pages at boot",
		.risk = "compaction stalls what allocates meanwhile",
		.next = "memlens frag, memlens oom",
	},
	{
		OF_LOG,
		.id = "oom.constraint",
		.title = "memory ran out on the nodes that a task may use",
		.data = &constraint,
		.why = "other nodes may have had memory that the task was not allowed to use",
		.isnt = "no shortage of the machine",
		.remedy = "widen the cpuset or the memory policy, or move the task",
		.risk = "memory of other nodes is slower to reach",
		.next = "memlens numa, memlens oom",
	},
	{
		OF_LOG,
		.id = "oom.lowmem",
		.title = "one low zone was empty, not the machine",
		.data = &low_zone,
		.why = "drivers of old devices and 32-bit kernels can use low memory only",
		.isnt = "no shortage of the machine",
		.remedy = "find the driver that asks for low memory, or run a 64-bit kernel",
		.next = "memlens zone, memlens oom",
	},
	{
		OF_LOG,
		.id = "oom.innocent",
		.title = "the victim was not the one who held the memory",
		.data = &innocent,
		.why = "the next victim will be an innocent one, too",
		.isnt = "the larger one may be protected on purpose",
		.remedy = "look at oom_score_adj of both, and limit the larger one by a group",
		.risk = "a limit makes the larger one the victim",
		.next = "memlens oom, memlens oom --next",
	},
	{
		OF_LOG,
		.id = "oom.notask",
		.title = "memory ran out although the processes had little",
		.data = &no_task,
		.why = "killing processes does not give back what none of them holds",
		.remedy = "look at shared memory, at the kernel's caches, and at what is not "
			  "accounted for",
		.next = "memlens shm, memlens slab, memlens where",
	},
	{
		.id = "oom.repeat",
		.title = "the kernel kills in the same place again and again",
		.need = ML_FEED(OOM),
		.check = check_repeat,
		.measure = "kills",
		.unit = ML_UNIT_COUNT,
		.why = "something is started again, grows, and is killed again",
		.remedy = "give it the memory it needs, or make it stop growing, before it is "
			  "started again",
		.next = "memlens oom, memlens cgroup",
	},
	{
		OF_LOG,
		.id = "alloc.fail",
		.title = "the kernel could not get memory for itself",
		.data = &failure,
		.why = "packets are dropped, or a driver or a mount fails",
		.isnt = "an allocation that cannot wait may fail under load and is tried again",
		.remedy = "if it repeats, look at fragmentation and at the watermarks",
		.risk = "more memory kept free is memory that nothing else can use",
		.next = "memlens frag, memlens zone, memlens oom",
	},
	{
		OF_LOG,
		.id = "oom.userkill",
		.title = "a daemon killed for want of memory",
		.data = &daemon_kill,
		.why = "work was lost, and the kernel's log does not tell",
		.isnt = "not the kernel's doing: the daemon has limits of its own",
		.remedy = "see its reason, and give the group memory or the daemon other limits",
		.next = "memlens oom, memlens cgroup",
	},
	{
		.id = "oom.protected.hog",
		.title = "a large process cannot be killed",
		.need = ML_FEED(PROCESSES) | ML_FEED(MEMINFO),
		.reads = ML_OOM_NEXT_READS,
		.check = check_protected,
		.measure = "memory",
		.unit = ML_UNIT_RATIO,
		.why = "when memory runs out small processes die one after the other and it "
		       "stays short",
		.isnt = "small services are protected with reason",
		.remedy = "protect less, or limit it by a control group",
		.risk = "it may then be the one that is killed",
		.next = "memlens oom --next",
	},
	{
		.id = "oom.next",
		.title = "who would be killed if memory ran out now",
		.need = ML_FEED(PROCESSES) | ML_FEED(MEMINFO),
		.reads = ML_OOM_NEXT_READS,
		.check = check_next,
		.why = "better known before than after",
		.isnt = "no sign that memory is short",
		.remedy = "nothing, unless it is the one that must live",
		.next = "memlens oom --next",
	},
};

const struct ml_rule_set ml_rules_oom = ML_RULE_SET(rules);
