/* SPDX-License-Identifier: MIT */
/* rules_trend: what grows, by more than two instants, and what that comes to. */
#include <errno.h>

#include "diag/process_sight.h"
#include "diag/rules.h"
#include "watch/judge.h"
#include "watch/room.h"

/* All that was watched, judged once for all rules; NULL and skipped where it is too
 * little. */
static const struct ml_rows *grown(struct ml_diag *d)
{
	struct ml_grown_sums sums;

	if (ml_watch_times(d->watch) < ML_TREND_LEAST) {
		ml_diag_skip(d, "%zu samples of the %d that a trend needs",
			     ml_watch_times(d->watch), ML_TREND_LEAST);
		return NULL;
	}
	if (d->grown)
		return d->grown;
	d->grown = ml_arena_calloc(d->arena, 1, sizeof(*d->grown));
	if (!d->grown ||
	    ml_watch_judge(d->watch, ML_WATCH_WINDOW, d->arena, d->grown, &sums)) {
		d->failed = true;
		d->grown = NULL;
	}
	return d->grown;
}

static bool grows(const struct ml_grown *g, enum ml_watched_kind kind)
{
	return g->thing->kind == kind &&
	       (g->trend.verdict == ML_TREND_GROWING || ml_trend_is_leak(&g->trend));
}

/* Seconds until it meets its limit at the rate that is likeliest; NaN: unknown. */
static double left_of(struct ml_diag *d, const struct ml_grown *g)
{
	struct ml_rooms rooms;

	if (ml_rooms_init(d->cur, d->arena, &rooms)) {
		d->failed = true;
		return NAN;
	}
	return ml_room_of(&rooms, g->thing).left / g->trend.slope;
}

static const char *say_left(struct ml_diag *d, double seconds)
{
	if (!(seconds < 1e15)) /* unknown */
		return "a time that is not known";
	return ml_say_time(d, (double)(int64_t)(seconds + .5));
}

/* A rate by the minute or, where that is little, by the hour. */
static const char *say_rate(struct ml_diag *d, const struct ml_grown *g,
			    enum ml_unit unit)
{
	bool hour = g->trend.slope * 60 < (unit == ML_UNIT_BYTES ? 1 << 20 : 1);
	const char *much = ml_say(d->arena, g->trend.slope * (hour ? 3600 : 60), unit);
	struct ml_str words =
		ml_diag_words(d, "%s/%s", much ? much : "?", hour ? "h" : "min");

	return words.p ? words.p : "?";
}

/* What speaks for a finding on a trend. */
static void tell_trend(struct ml_diag *d, struct ml_finding *f, const struct ml_grown *g,
		       const char *limit, enum ml_unit unit)
{
	ml_diag_evidence(d, f, "slope", g->trend.slope,
			 unit == ML_UNIT_BYTES ? ML_UNIT_BYTES_PER_SECOND
					       : ML_UNIT_PER_SECOND,
			 limit ? ml_diag_limit(d, limit) : NAN);
	ml_diag_evidence(d, f, "grown", g->trend.growth, unit, NAN);
	ml_diag_evidence(d, f, "watched", g->trend.span, ML_UNIT_SECONDS, NAN);
	if (!ml_trend_is_leak(&g->trend))
		f->confidence = ML_CONFIDENCE_LOW;
}

/* ---- over what grows ---- */

/* Of a process `p` is that, else NULL. */
typedef void tell_fn(struct ml_diag *d, const struct ml_grown *g,
		     const struct ml_proc *p);

static int each_grown(struct ml_diag *d, enum ml_watched_kind kind, tell_fn *tell)
{
	const struct ml_rows *rows = grown(d), *procs = ml_diag_processes(d);
	const struct ml_grown *g;

	if (!rows)
		return 0;
	ml_for_each_row(g, rows) {
		const struct ml_proc like = { .pid = g->thing->pid,
					      .start = g->thing->start };
		const struct ml_proc *p = NULL;

		if (!grows(g, kind))
			continue;
		if (like.pid != ML_NONE)
			p = procs ? ml_proc_find(procs, &like) : NULL;
		if (p || like.pid == ML_NONE) /* it has not ended just now */
			tell(d, g, p);
	}
	return 0;
}

/* ---- the machine ---- */

static void tell_available(struct ml_diag *d, const struct ml_grown *g,
			   const struct ml_proc *p)
{
	const struct ml_object host = ml_object_host();
	double left = left_of(d, g);
	enum ml_severity severity = ml_diag_measure(d, &host, left);
	struct ml_finding *f;

	(void)p;
	if (!severity)
		return;
	f = ml_diag_add(d, severity, &host,
			"memory and swap fill by %s: they last for about %s",
			say_rate(d, g, ML_UNIT_BYTES), say_left(d, left));
	ml_diag_evidence(d, f, "left", left, ML_UNIT_SECONDS,
			 ml_diag_crossed(d, severity));
	tell_trend(d, f, g, NULL, ML_UNIT_BYTES);
}

static int check_available(struct ml_diag *d)
{
	return each_grown(d, ML_WATCHED_USED, tell_available);
}

/* ---- slab ---- */

static void tell_slab(struct ml_diag *d, const struct ml_grown *g,
		      const struct ml_proc *p)
{
	struct ml_str cache = ml_watched_name(g->thing);
	struct ml_object object = ml_object_named(ML_OBJECT_CACHE, cache);
	enum ml_severity severity = ml_diag_measure(d, &object, g->trend.slope);
	struct ml_finding *f;

	(void)p;
	if (!severity || g->thing->value < ml_diag_limit(d, "size"))
		return;
	f = ml_diag_add(d, severity, &object,
			"the slab cache %.*s grows by %s, and has %s", (int)cache.n,
			cache.p, say_rate(d, g, ML_UNIT_BYTES),
			ml_say_bytes(d, g->thing->value));
	tell_trend(d, f, g, "warn", ML_UNIT_BYTES);
}

static int check_slab(struct ml_diag *d)
{
	return each_grown(d, ML_WATCHED_SLAB, tell_slab);
}

/* ---- processes ---- */

/* Which of its mappings grow with it. */
static struct ml_str mappings_of(struct ml_diag *d, const struct ml_rows *rows,
				 const struct ml_watched *thing)
{
	const struct ml_grown *g;

	ml_for_each_row(g, rows)
		if (g->thing->pid == thing->pid && g->thing->kind >= ML_WATCHED_HEAP &&
		    grows(g, g->thing->kind))
			return ml_diag_words(d, ", most of it in %s",
					     ml_watched_words[g->thing->kind].of);
	return ML_STR("");
}

/* It grew by so much that it matters, or meets its limit soon. Only what grows as leaks
 * do is more than a candidate. */
static enum ml_severity weigh(const struct ml_diag *d, const struct ml_grown *g,
			      double left, enum ml_severity severity)
{
	if (!ml_trend_is_leak(&g->trend))
		return severity;
	if (left < ml_diag_limit(d, "left_crit"))
		return ML_CRIT;
	if (left < ml_diag_limit(d, "left_warn") ||
	    (g->trend.growth >= ml_diag_limit(d, "grown") &&
	     g->trend.growth >= ml_diag_limit(d, "share") * g->trend.level))
		return ML_WARN;
	return ML_INFO;
}

static void tell_process(struct ml_diag *d, const struct ml_grown *g,
			 const struct ml_proc *p)
{
	struct ml_object object;
	double left = left_of(d, g);
	enum ml_severity severity;
	struct ml_str mappings;
	struct ml_finding *f;

	if (!p)
		return;
	object = ml_object_process(p);
	severity = weigh(d, g, left, ml_diag_measure(d, &object, g->trend.slope));
	if (!severity)
		return;
	mappings = mappings_of(d, d->grown, g->thing);
	f = ml_diag_add(
		d, severity, &object,
		"%.*s (pid %llu) grows by %s%.*s; at that rate its limit is met in %s",
		(int)p->comm.n, p->comm.p, (unsigned long long)p->pid,
		say_rate(d, g, ML_UNIT_BYTES), (int)mappings.n, mappings.p,
		say_left(d, left));
	tell_trend(d, f, g, "info", ML_UNIT_BYTES);
	ml_diag_evidence(d, f, "left", left, ML_UNIT_SECONDS, NAN);
	f->next = ml_diag_words(d, "memlens map %llu", (unsigned long long)p->pid);
}

static int check_process(struct ml_diag *d)
{
	return each_grown(d, ML_WATCHED_PRIVATE, tell_process);
}

static void tell_descriptors(struct ml_diag *d, const struct ml_grown *g,
			     const struct ml_proc *p)
{
	struct ml_object object;
	double left = left_of(d, g);
	struct ml_finding *f;

	if (!p)
		return;
	object = ml_object_process(p);
	if (!ml_diag_measure(d, &object, g->trend.slope))
		return;
	f = ml_diag_add(
		d, ML_INFO, &object,
		"%.*s (pid %llu) opens %s more files than it closes, and has %s open",
		(int)p->comm.n, p->comm.p, (unsigned long long)p->pid,
		say_rate(d, g, ML_UNIT_COUNT), ml_say_count(d, g->thing->value));
	tell_trend(d, f, g, "info", ML_UNIT_COUNT);
	if (!isnan(left))
		ml_diag_evidence(d, f, "left", left, ML_UNIT_SECONDS, NAN);
}

static int check_descriptors(struct ml_diag *d)
{
	return each_grown(d, ML_WATCHED_DESCRIPTORS, tell_descriptors);
}

static const struct ml_rule rules[] = {
	{
		.id = "mem.avail.trend",
		.title = "at this rate memory is used up soon",
		.need = ML_FEED(MEMINFO),
		.trend = true,
		.measure = "left",
		.unit = ML_UNIT_SECONDS,
		.below = true,
		.check = check_available,
		.why = "when memory and swap are used up, processes are killed",
		.isnt = "page cache that fills does not count: it stays available; a job "
			"that ends soon gives all of it back",
		.remedy = "see what grows, and end or limit that before the kernel does",
		.risk = "a limit set too low has the limited service killed instead",
		.next = "memlens leak",
	},
	{
		.id = "slab.growth",
		.title = "a slab cache grows and goes on to",
		.need = ML_FEED(SLABINFO),
		.trend = true,
		.measure = "rate",
		.unit = ML_UNIT_BYTES_PER_SECOND,
		.check = check_slab,
		.why = "what the kernel allocates belongs to no process, and who is killed "
		       "for it gives nothing back",
		.isnt = "dentry and inodes grow with the files that are looked at, and go "
			"under pressure; caches of equal objects share one name",
		.remedy = "find what allocates: trace its allocations by stack, or boot with "
			  "slab_nomerge to see which cache it is",
		.risk = "tracing every allocation costs CPU",
		.next = "memlens slab",
	},
	{
		.id = "proc.leak.trend",
		.title = "a process grows as leaks do",
		.need = ML_FEED(PROCESSES) | ML_FEED(MEMINFO),
		.use = ML_FEED(GROUPS),
		.reads = ML_READ_STATUS | ML_READ_CGROUP | ML_READ_LIMITS,
		.trend = true,
		.measure = "rate",
		.unit = ML_UNIT_BYTES_PER_SECOND,
		.check = check_process,
		.why = "memory of its own that it never gives back ends at a limit, or in the "
		       "swap of all",
		.isnt = "warm-ups, caches that fill to a bound and collectors are told apart "
			"by the floor, once they were watched for longer than they take",
		.remedy = "look at which mappings grow and, in its code, at what is kept; "
			  "until that is mended restart it before its limit is met",
		.risk = "a restart loses its state",
		.next = "memlens leak",
	},
	{
		.id = "proc.fd.leak",
		.title = "a process opens more files than it closes",
		.need = ML_FEED(PROCESSES),
		.reads = ML_READ_STATUS | ML_READ_FDS | ML_READ_LIMITS,
		.trend = true,
		.measure = "rate",
		.unit = ML_UNIT_PER_SECOND,
		.check = check_descriptors,
		.why = "at its limit of open files every open and accept fails; each holds "
		       "kernel memory, too",
		.isnt = "a server that gets ever more clients has ever more connections",
		.remedy = "see what they refer to (ls -l /proc/PID/fd) and who should close it",
		.risk = "a higher limit delays the end, and is no cure",
		.next = "memlens leak",
	},
};

const struct ml_rule_set ml_rules_trend = ML_RULE_SET(rules);
