/* SPDX-License-Identifier: MIT */
/* rules_process_limits: processes near a limit of their own, and locked memory. */
#include <errno.h>

#include "base/cleanup.h"
#include "diag/process_sight.h"
#include "diag/rules.h"

/* ---- proc.vma.near ---- */

static const struct ml_proc_head *head_of(const struct ml_diag *d)
{
	const struct ml_parsed *p = ml_snap_parsed(d->cur, ML_FEED_PROCESSES);

	return p ? p->head : NULL;
}

static double mappings_of_limit(const struct ml_diag *d, const struct ml_proc *p)
{
	return ml_ratio(p->vmas, head_of(d)->map_limit);
}

static void tell_mappings(struct ml_diag *d, const struct ml_proc *p, double share,
			  enum ml_severity severity)
{
	const struct ml_object process = ml_object_process(p);
	uint64_t limit = head_of(d)->map_limit;
	struct ml_finding *f =
		ml_diag_add(d, severity, &process,
			    "has %s of the %s mappings that a process may have",
			    ml_say_count(d, p->vmas), ml_say_count(d, limit));

	ml_diag_evidence(d, f, "mappings / max_map_count", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "mappings", ml_f64(p->vmas), ML_UNIT_COUNT, NAN);
	ml_diag_evidence(d, f, "VmSize", ml_f64(p->vss), ML_UNIT_BYTES, NAN);
}

static int check_mappings(struct ml_diag *d)
{
	const struct ml_proc_head *head = head_of(d);
	size_t found = d->findings.n;

	if (!head || head->map_limit == ML_NONE)
		return ml_diag_skip(d, "vm.max_map_count is not known");
	ml_diag_each_process(d, mappings_of_limit, tell_mappings);
	if (d->findings.n == found && head->maps_unread)
		return ml_diag_skip(d,
				    "the mappings of %s processes that are large enough "
				    "could not be counted, which needs CAP_SYS_PTRACE",
				    ml_say_count(d, head->maps_unread));
	return 0;
}

/* ---- proc.mlock.large ---- */

/* VmLck is of addresses: what of them is not resident is no memory. Pages that a device
 * reads are in VmPin, and may be in both. */
static uint64_t locked_of(const struct ml_proc *p)
{
	uint64_t locked = ml_or0(p->locked), rss = ml_or0(p->rss),
		 pinned = ml_or0(p->pinned);

	if (locked > rss)
		locked = rss;
	return pinned > locked ? pinned : locked;
}

static int by_locked(const void *a, const void *b)
{
	const struct ml_proc *x = *(const struct ml_proc *const *)a;
	const struct ml_proc *y = *(const struct ml_proc *const *)b;
	uint64_t lx = locked_of(x), ly = locked_of(y);

	if (lx != ly)
		return lx < ly ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static enum ml_severity judge_locked(struct ml_diag *d, const struct ml_proc *p,
				     uint64_t total)
{
	const struct ml_object process = ml_object_process(p);
	enum ml_severity severity =
		ml_diag_measure(d, &process, ml_ratio(locked_of(p), total));

	if (!severity && ml_f64(locked_of(p)) >= ml_diag_limit(d, "bytes"))
		severity = ML_INFO;
	return severity;
}

static void tell_locked(struct ml_diag *d, const struct ml_proc *p, uint64_t total,
			enum ml_severity severity)
{
	const struct ml_object process = ml_object_process(p);
	uint64_t bytes = locked_of(p);
	double share = ml_ratio(bytes, total), least = ml_diag_limit(d, "bytes");
	struct ml_finding *f = ml_diag_add(
		d, severity, &process,
		"holds %s (%s of memory) that can neither be dropped nor swapped",
		ml_say_bytes(d, bytes), ml_say_share(d, share));

	ml_diag_evidence(d, f, "locked / MemTotal", share, ML_UNIT_RATIO,
			 severity > ML_INFO ? ml_diag_crossed(d, ML_WARN) : NAN);
	ml_diag_evidence(d, f, "VmLck", ml_f64(p->locked), ML_UNIT_BYTES,
			 ml_f64(bytes) >= least ? least : NAN);
	if (ml_or0(p->pinned))
		ml_diag_evidence(d, f, "VmPin", ml_f64(p->pinned), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "VmRSS", ml_f64(p->rss), ML_UNIT_BYTES, NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(bytes);
}

/* Half of the machine is out of reclaim's reach, whoever did it. */
static void judge_unevictable(struct ml_diag *d, struct ml_finding *f, uint64_t total)
{
	const struct ml_object host = ml_object_host();
	uint64_t bytes = ml_snap_mem(d->cur, "Unevictable");
	double share = ml_ratio(bytes, total), limit = ml_diag_limit(d, "host");

	if (!(share >= limit))
		return;
	if (!f) {
		f = ml_diag_add(
			d, ML_CRIT, &host,
			"%s (%s of memory) can neither be dropped nor swapped, and "
			"no process has locked it",
			ml_say_bytes(d, bytes), ml_say_share(d, share));
		f->isnt = ML_STR(
			"locked by mlock(2): it is ramfs, secret memory, or shared "
			"memory that was locked by SHM_LOCK");
	}
	f->severity = ML_CRIT;
	ml_diag_evidence(d, f, "Unevictable / MemTotal", share, ML_UNIT_RATIO, limit);
}

static const struct ml_proc **sort_locked(const struct ml_rows *rows, size_t *ret_n)
{
	const struct ml_proc **ret = calloc(rows->n + 1, sizeof(*ret)), *p;

	*ret_n = 0;
	if (!ret)
		return NULL;
	ml_for_each_row(p, rows)
		if (locked_of(p))
			ret[(*ret_n)++] = p;
	qsort(ret, *ret_n, sizeof(*ret), by_locked);
	return ret;
}

/* Processes that lock one segment have the same pages: when those found make up all that
 * is locked, the others have nothing of their own. */
static int check_locked(struct ml_diag *d)
{
	const struct ml_rows *rows = ml_diag_processes(d);
	uint64_t total = ml_snap_mem(d->cur, "MemTotal"), sum = 0;
	uint64_t all = ml_snap_mem(d->cur, "Mlocked");
	size_t n = 0, first = d->findings.n;
	_cleanup_free_ const struct ml_proc **procs = rows ? sort_locked(rows, &n) : NULL;

	if (!procs)
		return rows ? -ENOMEM : 0;
	for (size_t i = 0; i < n; i++) {
		enum ml_severity severity = judge_locked(d, procs[i], total);

		if (!severity || (sum >= all && sum))
			break;
		tell_locked(d, procs[i], total, severity);
		sum = ml_add(sum, locked_of(procs[i]));
	}
	judge_unevictable(
		d, d->findings.n > first ? ml_rows_at(&d->findings, first) : NULL, total);
	return 0;
}

/* ---- proc.memlock.near ---- */

/* The limit does not hold for root. VmLck and VmPin are each compared with it. */
static double memlock_of_limit(const struct ml_diag *d, const struct ml_proc *p)
{
	uint64_t locked = ml_or0(p->locked), pinned = ml_or0(p->pinned);
	uint64_t most = pinned > locked ? pinned : locked;

	if (p->uid == 0 || p->uid == ML_NONE || ml_f64(most) < ml_diag_limit(d, "bytes"))
		return NAN;
	return ml_ratio(most, p->limit_locked);
}

static void tell_memlock(struct ml_diag *d, const struct ml_proc *p, double share,
			 enum ml_severity severity)
{
	const struct ml_object process = ml_object_process(p);
	struct ml_finding *f = ml_diag_add(
		d, severity, &process, "has locked %s of the %s that it may lock",
		ml_say_share(d, share), ml_say_bytes(d, p->limit_locked));

	ml_diag_evidence(d, f, "locked / RLIMIT_MEMLOCK", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "VmLck", ml_f64(p->locked), ML_UNIT_BYTES, NAN);
	if (ml_or0(p->pinned))
		ml_diag_evidence(d, f, "VmPin", ml_f64(p->pinned), ML_UNIT_BYTES, NAN);
}

static int check_memlock(struct ml_diag *d)
{
	return ml_diag_each_process(d, memlock_of_limit, tell_memlock);
}

/* ---- proc.rlimit ---- */

struct limited {
	const char *what, *key; /* as people and as the kernel name it */
	const char *name;
	uint64_t used, limit;
};

/* The limit that is nearest; false when the process has none. */
static bool find_nearest(const struct ml_proc *p, struct limited *ret)
{
	const struct limited all[] = {
		{ "address space", "VmSize", "VmSize / RLIMIT_AS", p->vss, p->limit_as },
		{ "data", "VmData", "VmData / RLIMIT_DATA", p->data, p->limit_data },
		{ "stack", "VmStk", "VmStk / RLIMIT_STACK", p->stack, p->limit_stack },
	};
	double most = -1;

	for (size_t i = 0; i < ML_ARRAY_SIZE(all); i++) {
		double share = ml_ratio(all[i].used, all[i].limit);

		if (share > most) {
			most = share;
			*ret = all[i];
		}
	}
	return most >= 0;
}

static double used_of_limit(const struct ml_diag *d, const struct ml_proc *p)
{
	struct limited nearest = { 0 };

	(void)d;
	return find_nearest(p, &nearest) ? ml_ratio(nearest.used, nearest.limit)
					 : (double)NAN;
}

static void tell_limit(struct ml_diag *d, const struct ml_proc *p, double share,
		       enum ml_severity severity)
{
	const struct ml_object process = ml_object_process(p);
	struct limited l = { 0 };
	struct ml_finding *f;

	find_nearest(p, &l);
	f = ml_diag_add(d, severity, &process, "uses %s of its limit of %s of %s",
			ml_say_share(d, share), ml_say_bytes(d, l.limit), l.what);
	ml_diag_evidence(d, f, l.name, share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, l.key, ml_f64(l.used), ML_UNIT_BYTES, NAN);
}

static int check_limits(struct ml_diag *d)
{
	return ml_diag_each_process(d, used_of_limit, tell_limit);
}

#define PROCESS_READS (ML_READ_STAT | ML_READ_STATUS | ML_READ_VMAS)
#define PROCESS_USES (ML_FEED(MEMINFO) | ML_FEED(SLABINFO) | ML_FEED(STAT))

static const struct ml_rule rules[] = {
	{
		.id = "proc.vma.near",
		.title = "a process has nearly as many mappings as it may have",
		.need = ML_FEED(PROCESSES),
		.use = PROCESS_USES,
		.reads = PROCESS_READS,
		.measure = "mappings",
		.unit = ML_UNIT_RATIO,
		.check = check_mappings,
		.why = "beyond vm.max_map_count mmap, malloc and new threads fail with ENOMEM, "
		       "however much memory is free",
		.isnt = "no shortage of memory; programs that map a file for each part of an index "
			"need many by design",
		.remedy = "raise vm.max_map_count (262,144 is common), or find what maps so much: "
			  "guard pages, arenas, files",
		.risk = "each mapping costs the kernel some 200 bytes",
		.next = "memlens map, memlens ps",
	},
	{
		.id = "proc.mlock.large",
		.title = "a process has locked much of the memory",
		.need = ML_FEED(PROCESSES) | ML_FEED(MEMINFO),
		.use = PROCESS_USES,
		.reads = PROCESS_READS,
		.measure = "locked",
		.unit = ML_UNIT_RATIO,
		.check = check_locked,
		.why = "reclaim cannot take it: all others share what is left",
		.isnt = "databases, virtual machines and realtime programs lock by intent; VmLck "
			"counts addresses, so what is not resident is left out",
		.remedy = "see that it is meant to; lock less, or make the machine fit it",
		.risk = "what is not locked can be swapped, which such programs do not bear",
		.next = "memlens ps, memlens map",
	},
	{
		.id = "proc.memlock.near",
		.title = "a process has locked nearly as much as it may lock",
		.need = ML_FEED(PROCESSES),
		.use = PROCESS_USES,
		.reads = PROCESS_READS,
		.measure = "memlock",
		.unit = ML_UNIT_RATIO,
		.check = check_memlock,
		.why = "its next mlock, or buffer that a device reads, fails with ENOMEM or EPERM",
		.isnt = "the limit does not hold for root; since Linux 5.11 BPF is not counted",
		.remedy = "raise LimitMEMLOCK of its unit, or ulimit -l",
		.risk = "what is locked cannot be reclaimed",
		.next = "memlens ps",
	},
	{
		.id = "proc.rlimit",
		.title = "a process is near a limit of its address space, data or stack",
		.need = ML_FEED(PROCESSES),
		.use = PROCESS_USES,
		.reads = PROCESS_READS,
		.measure = "used",
		.unit = ML_UNIT_RATIO,
		.check = check_limits,
		.why = "beyond it malloc fails, or a deeper call ends the process",
		.isnt = "no shortage of memory: address space is not memory, and the limits are "
			"unlimited unless somebody set them",
		.remedy = "raise the limit (ulimit -v, -d, -s or the unit's Limit...=), or find what "
			  "grows",
		.risk = "a limit may be there to stop a leak",
		.next = "memlens map, memlens ps",
	},
};

const struct ml_rule_set ml_rules_process_limits = ML_RULE_SET(rules);
