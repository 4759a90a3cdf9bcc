/* SPDX-License-Identifier: MIT */
/* rules_process: what single processes hold, as far as one or two instants tell it. */
#include <errno.h>

#include "base/cleanup.h"
#include "diag/process_sight.h"
#include "diag/rules.h"
#include "parse/stat.h"

/* ---- proc.rss.top ---- */

/* PSS was read of the largest only; without it, memory of its own alone. */
static uint64_t weight_of(const struct ml_proc *p)
{
	return p->pss != ML_NONE ? p->pss : p->anon;
}

/* After fork both count the pages that they still share: the parent stands for both. */
static bool shares_with_parent(const struct ml_diag *d, const struct ml_proc *p)
{
	const struct ml_proc *parent;

	if (p->pss != ML_NONE)
		return false;
	ml_for_each_row(parent, ml_diag_processes(d))
		if (parent->pid == p->ppid)
			return ml_or0(weight_of(parent)) >= weight_of(p) / 2 &&
			       ml_str_eq(parent->comm, p->comm);
	return false;
}

static double share_of_memory(const struct ml_diag *d, const struct ml_proc *p)
{
	return ml_ratio(weight_of(p), ml_snap_mem(d->cur, "MemTotal"));
}

static void tell_top(struct ml_diag *d, const struct ml_proc *p, double share,
		     enum ml_severity severity)
{
	const struct ml_object process = ml_object_process(p);
	struct ml_finding *f;

	if (shares_with_parent(d, p))
		return;
	f = ml_diag_add(d, severity, &process, "holds %s, %s of the machine's memory",
			ml_say_bytes(d, weight_of(p)), ml_say_share(d, share));
	ml_diag_evidence(d, f,
			 p->pss != ML_NONE ? "Pss / MemTotal" : "RssAnon / MemTotal",
			 share, ML_UNIT_RATIO, ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "VmRSS", ml_f64(p->rss), ML_UNIT_BYTES, NAN);
	if (p->pss == ML_NONE)
		f->confidence = ML_CONFIDENCE_MEDIUM;
}

static int check_top(struct ml_diag *d)
{
	return ml_diag_each_process(d, share_of_memory, tell_top);
}

/* ---- proc.swapped ---- */

static double fault_rate(const struct ml_diag *d, const struct ml_proc *p)
{
	const struct ml_proc *was = ml_process_was(d, p);

	return was ? ml_diag_rate(d, was->majflt, p->majflt) : (double)NAN;
}

/* Of what can be swapped; only of those that want it back. */
static double share_swapped(const struct ml_diag *d, const struct ml_proc *p)
{
	uint64_t all = ml_add(ml_add(p->swap, p->anon), ml_or0(p->shmem));
	double share = ml_ratio(p->swap, all);

	return share > 0 && fault_rate(d, p) > ml_diag_limit(d, "faults") ? share
									  : (double)NAN;
}

static void tell_swapped(struct ml_diag *d, const struct ml_proc *p, double share,
			 enum ml_severity severity)
{
	const struct ml_object process = ml_object_process(p);
	struct ml_finding *f = ml_diag_add(
		d, severity, &process,
		"has %s of its memory in swap and reads it back with %s page faults",
		ml_say_share(d, share), ml_say_rate(d, fault_rate(d, p)));

	ml_diag_evidence(d, f, "VmSwap / (VmSwap + RssAnon + RssShmem)", share,
			 ML_UNIT_RATIO, ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "majflt", fault_rate(d, p), ML_UNIT_PER_SECOND,
			 ml_diag_limit(d, "faults"));
	ml_diag_evidence(d, f, "VmSwap", ml_f64(p->swap), ML_UNIT_BYTES, NAN);
}

static int check_swapped(struct ml_diag *d)
{
	return ml_diag_each_process(d, share_swapped, tell_swapped);
}

/* ---- proc.arenas ---- */

static uint64_t cpus_of(const struct ml_diag *d)
{
	const struct ml_parsed *stat = ml_snap_parsed(d->cur, ML_FEED_STAT);
	const struct ml_stat_head *head = stat ? stat->head : NULL;

	return head && head->ncpus ? head->ncpus : ML_NONE;
}

/* What is in memory of the arenas is not told by maps; all that is of its own is the most
 * that it can be. */
static uint64_t most_used(const struct ml_proc *p)
{
	uint64_t own = ml_add(p->anon, ml_or0(p->swap));

	return own < p->heap_bytes ? own : p->heap_bytes;
}

static double heaps_per_cpu(const struct ml_diag *d, const struct ml_proc *p)
{
	double used = ml_ratio(most_used(p), p->heap_bytes);

	return used < ml_diag_limit(d, "used") ? ml_ratio(p->heaps, cpus_of(d))
					       : (double)NAN;
}

static void tell_arenas(struct ml_diag *d, const struct ml_proc *p, double heaps,
			enum ml_severity severity)
{
	const struct ml_object process = ml_object_process(p);
	struct ml_finding *f = ml_diag_add(
		d, severity, &process,
		"its malloc has spread over %s heaps of %s, of which at most %s is in use",
		ml_say_count(d, p->heaps), ml_say_bytes(d, p->heap_bytes),
		ml_say_bytes(d, most_used(p)));

	ml_diag_evidence(d, f, "heaps / CPUs", heaps, ML_UNIT_NONE,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "RssAnon + VmSwap",
			 ml_f64(ml_add(p->anon, ml_or0(p->swap))), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "Threads", ml_f64(p->threads), ML_UNIT_COUNT, NAN);
}

static int check_arenas(struct ml_diag *d)
{
	if (cpus_of(d) == ML_NONE)
		return ml_diag_skip(d, "it is not known how many CPUs there are");
	return ml_diag_each_process(d, heaps_per_cpu, tell_arenas);
}

/* ---- proc.defunct ---- */

static bool is_zombie(const struct ml_proc *p)
{
	return ml_str_is(p->state, "Z");
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The parent of most; NULL when the list is none. */
static const struct ml_proc *parent_of_most(const struct ml_rows *rows, uint64_t *parents,
					    size_t n, size_t *ret_of)
{
	const struct ml_proc *p;
	uint64_t most = ML_NONE;
	size_t run = 0;

	*ret_of = 0;
	if (n)
		qsort(parents, n, sizeof(*parents), by_number);
	for (size_t i = 0; i < n; i++) {
		run = i && parents[i] == parents[i - 1] ? run + 1 : 1;
		if (run > *ret_of)
			*ret_of = run, most = parents[i];
	}
	ml_for_each_row(p, rows)
		if (p->pid == most)
			return p;
	return NULL;
}

static void tell_zombies(struct ml_diag *d, const struct ml_proc *parent, size_t of,
			 size_t n, enum ml_severity severity)
{
	const struct ml_object who =
		parent ? ml_object_process(parent) : ml_object_host();
	struct ml_finding *f;

	if (parent)
		f = ml_diag_add(d, severity, &who,
				"has not waited for %s of the %s zombies there are: they "
				"hold no memory",
				ml_say_count(d, of), ml_say_count(d, n));
	else
		f = ml_diag_add(d, severity, &who,
				"there are %s zombies: they hold no memory",
				ml_say_count(d, n));
	ml_diag_evidence(d, f, "zombies", (double)n, ML_UNIT_COUNT,
			 ml_diag_crossed(d, severity));
}

static int check_defunct(struct ml_diag *d)
{
	const struct ml_rows *rows = ml_diag_processes(d);
	_cleanup_free_ uint64_t *parents = calloc(rows->n + 1, sizeof(*parents));
	const struct ml_object host = ml_object_host();
	const struct ml_proc *p;
	enum ml_severity severity;
	size_t n = 0, of;

	if (!parents)
		return -ENOMEM;
	ml_for_each_row(p, rows)
		if (is_zombie(p))
			parents[n++] = p->ppid;
	severity = ml_diag_measure(d, &host, (double)n);
	if (severity) {
		p = parent_of_most(rows, parents, n, &of);
		tell_zombies(d, p, of, n, severity);
	}
	return 0;
}

/* ---- proc.stack ---- */

static double stack_of(const struct ml_diag *d, const struct ml_proc *p)
{
	(void)d;
	return ml_f64(p->stack);
}

static void tell_stack(struct ml_diag *d, const struct ml_proc *p, double bytes,
		       enum ml_severity severity)
{
	const struct ml_object process = ml_object_process(p);
	struct ml_finding *f = ml_diag_add(
		d, severity, &process, "the stack of its first thread has grown to %s",
		ml_say_bytes(d, bytes));

	ml_diag_evidence(d, f, "VmStk", bytes, ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	if (p->limit_stack != ML_NONE)
		ml_diag_evidence(d, f, "RLIMIT_STACK", ml_f64(p->limit_stack),
				 ML_UNIT_BYTES, NAN);
}

static int check_stack(struct ml_diag *d)
{
	return ml_diag_each_process(d, stack_of, tell_stack);
}

static const struct ml_rule rules[] = {
	{
		.id = "proc.rss.top",
		.title = "one process holds half of the machine",
		.need = ML_FEED(PROCESSES) | ML_FEED(MEMINFO),
		.reads = ML_READ_STAT | ML_READ_STATUS | ML_READ_VMAS,
		.measure = "share",
		.unit = ML_UNIT_RATIO,
		.check = check_top,
		.why = "what it does next decides how the machine fares",
		.isnt = "no fault; its RSS counts pages that others share, which is left out here",
		.remedy = "nothing, if the machine is there for it",
		.next = "memlens map, memlens ps",
	},
	{
		.id = "proc.swapped",
		.title = "a process is mostly in swap and wants it back",
		.need = ML_FEED(PROCESSES),
		.reads = ML_READ_STAT | ML_READ_STATUS,
		.rate = true,
		.measure = "swapped",
		.unit = ML_UNIT_RATIO,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.check = check_swapped,
		.why = "each of these faults waits for the swap device",
		.isnt = "a process that sleeps in swap costs nothing; some of the faults may be for "
			"its files",
		.remedy = "free memory, or end what pushed it out: it comes back by itself",
		.next = "memlens swap, memlens ps",
	},
	{
		.id = "proc.arenas",
		.title = "malloc of a process has more heaps than it makes use of",
		.need = ML_FEED(PROCESSES),
		.use = ML_FEED(STAT),
		.reads = ML_READ_STAT | ML_READ_STATUS | ML_READ_VMAS,
		.measure = "heaps",
		.unit = ML_UNIT_NONE,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.check = check_arenas,
		.why = "each thread that had to wait for malloc made an arena of its own, and what "
		       "is free in one is of no use to another",
		.isnt = "most of it is address space, not memory",
		.remedy = "start it with MALLOC_ARENA_MAX=2 or another allocator, if it is too large",
		.risk = "threads then wait for each other in malloc",
		.next = "memlens map",
	},
	{
		.id = "proc.defunct",
		.title = "many processes ended and nobody asked how",
		.need = ML_FEED(PROCESSES),
		.reads = ML_READ_STAT,
		.measure = "zombies",
		.unit = ML_UNIT_COUNT,
		.check = check_defunct,
		.why = "each keeps a number of those that pid_max allows, and their parent has a fault",
		.isnt = "they hold no memory but a few KiB of the kernel's: a shortage is not theirs",
		.remedy = "mend or restart the parent",
		.risk = "its children end with it, or go to init",
		.next = "memlens ps",
	},
	{
		.id = "proc.stack",
		.title = "the stack of a process has grown large",
		.need = ML_FEED(PROCESSES),
		.reads = ML_READ_STAT | ML_READ_STATUS,
		.measure = "stack",
		.unit = ML_UNIT_BYTES,
		.check = check_stack,
		.why = "it grew by a deep recursion or large arrays, and never shrinks",
		.isnt = "threads beside the first have stacks of fixed size, which are not in this",
		.remedy = "look for recursion without an end; allocate large arrays by malloc",
		.next = "memlens map",
	},
};

const struct ml_rule_set ml_rules_process = ML_RULE_SET(rules);
