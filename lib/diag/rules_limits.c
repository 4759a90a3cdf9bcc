/* SPDX-License-Identifier: MIT */
/* rules_limits: how much the kernel promises, and what it does when that is called in. */
#include "diag/rules.h"
#include "model/proc.h"
#include "model/vm_settings.h"
#include "model/zone.h"

/* Values of vm.overcommit_memory. */
enum {
	GUESS,
	ALWAYS,
	STRICT,
};

/* Programs that write snapshots from a copy of themselves. */
static const char *const forkers[] = { "redis-server", "valkey-server", "keydb-server" };

/* ---- what is promised ---- */

static int check_limit(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t limit = ml_snap_mem(d->cur, "CommitLimit"),
		 promised = ml_snap_mem(d->cur, "Committed_AS"),
		 mode = ml_vm_setting(d->cur, "overcommit_memory");
	double share = ml_ratio(promised, limit);
	enum ml_severity severity;
	struct ml_finding *f;

	if (mode == ML_NONE || isnan(share))
		return ml_diag_skip(d, "what is promised, or how, is not known");
	if (mode != STRICT)
		return ml_diag_absent(d,
				      "the limit holds with vm.overcommit_memory=2 only");
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = ml_diag_add(
		d, severity, &host,
		"%s of what the kernel may promise is promised: requests for memory "
		"will fail",
		ml_say_share(d, share));
	ml_diag_evidence(d, f, "Committed_AS / CommitLimit", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "CommitLimit", ml_f64(limit), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "MemAvailable", ml_f64(ml_available(d->cur)),
			 ML_UNIT_BYTES, NAN);
	return 0;
}

static int check_high(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t promised = ml_snap_mem(d->cur, "Committed_AS"),
		 mode = ml_vm_setting(d->cur, "overcommit_memory"),
		 whole = ml_add(ml_snap_mem(d->cur, "MemTotal"),
				ml_or0(ml_snap_mem(d->cur, "SwapTotal")));
	double share = ml_ratio(promised, whole);
	enum ml_severity severity;
	struct ml_finding *f;

	if (mode == ML_NONE || isnan(share))
		return ml_diag_skip(d, "what is promised, or how, is not known");
	if (mode == STRICT)
		return ml_diag_absent(
			d, "vm.overcommit_memory=2 promises no more than there is");
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = ml_diag_add(
		d, ML_INFO, &host,
		"%s is promised to programs, more than memory and swap (%s): they do "
		"not use it",
		ml_say_bytes(d, promised), ml_say_bytes(d, whole));
	ml_diag_evidence(d, f, "Committed_AS / (MemTotal + SwapTotal)", share,
			 ML_UNIT_RATIO, ml_diag_crossed(d, severity));
	return 0;
}

/* ---- who copies itself ---- */

static bool is_forker(const struct ml_proc *p)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(forkers); i++)
		if (ml_str_is(p->comm, forkers[i]))
			return true;
	return false;
}

static void judge_forker(struct ml_diag *d, const struct ml_proc *p, uint64_t mode)
{
	const struct ml_object object = ml_object_process(p);
	uint64_t left = ml_sub_sat(ml_snap_mem(d->cur, "CommitLimit"),
				   ml_snap_mem(d->cur, "Committed_AS")),
		 available = ml_available(d->cur);
	uint64_t room = mode == STRICT ? left : available;
	double share = ml_ratio(p->rss, room ? room : 1);
	enum ml_severity severity = ml_diag_measure(d, &object, share);
	struct ml_finding *f;

	if (!severity)
		return;
	f = ml_diag_add(d, ML_INFO, &object,
			"process %llu (%.*s) has %s, and %s: its next snapshot may %s",
			(unsigned long long)p->pid, (int)p->comm.n, p->comm.p,
			ml_say_bytes(d, p->rss),
			mode == STRICT ? ml_diag_words(d, "%s may yet be promised",
						       ml_say_bytes(d, left))
						 .p
				       : ml_diag_words(d, "%s is available",
						       ml_say_bytes(d, available))
						 .p,
			mode == STRICT ? "fail to fork" : "be refused, or not fit");
	ml_diag_evidence(d, f, "VmRSS", ml_f64(p->rss), ML_UNIT_BYTES, ml_f64(room));
	ml_diag_evidence(d, f, "vm.overcommit_memory", ml_f64(mode), ML_UNIT_COUNT, NAN);
}

static int check_fork(struct ml_diag *d)
{
	const struct ml_parsed *procs = ml_snap_parsed(d->cur, ML_FEED_PROCESSES);
	uint64_t mode = ml_vm_setting(d->cur, "overcommit_memory");
	const struct ml_proc *p;
	unsigned n = 0;

	if (mode == ML_NONE)
		return ml_diag_skip(d, "vm.overcommit_memory is not known");
	ml_for_each_row(p, &procs->rows) {
		if (!is_forker(p))
			continue;
		n++;
		if (mode != ALWAYS)
			judge_forker(d, p, mode);
	}
	return n ? 0 : ml_diag_absent(d, "no process that writes snapshots from a copy");
}

/* ---- what happens at the end ---- */

static int check_panic(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t panic = ml_vm_setting(d->cur, "panic_on_oom"),
		 asker = ml_vm_setting(d->cur, "oom_kill_allocating_task");
	struct ml_finding *f;

	if (panic == ML_NONE && asker == ML_NONE)
		return ml_diag_skip(d, "what happens at a shortage is not known");
	if (!ml_or0(panic) && !ml_or0(asker))
		return 0;
	f = ml_diag_add(d, ML_INFO, &host,
			ml_or0(panic)
				? "the machine stops (panics) when memory runs out"
				: "the task that asks is killed when memory runs out, "
				  "not the largest");
	ml_diag_evidence(d, f, "vm.panic_on_oom", ml_f64(panic), ML_UNIT_COUNT, NAN);
	ml_diag_evidence(d, f, "vm.oom_kill_allocating_task", ml_f64(asker),
			 ML_UNIT_COUNT, NAN);
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "commit.limit",
		.title = "the kernel has promised all that it may",
		.need = ML_FEED(MEMINFO) | ML_FEED(VM_SETTINGS),
		.use = ML_FEED(ZONEINFO),
		.measure = "committed",
		.unit = ML_UNIT_RATIO,
		.check = check_limit,
		.why = "programs are refused memory and cannot fork, however much is free",
		.isnt = "no shortage of memory: a limit that was set (vm.overcommit_memory=2)",
		.remedy =
			"raise vm.overcommit_ratio or add swap, which only the promise needs",
		.risk = "what is promised may be used, and then processes are killed",
		.next = "memlens free, memlens ps",
	},
	{
		.id = "commit.high",
		.title = "more memory is promised than there is",
		.need = ML_FEED(MEMINFO) | ML_FEED(VM_SETTINGS),
		.measure = "committed",
		.unit = ML_UNIT_RATIO,
		.check = check_high,
		.why = "people take Committed_AS for what is used",
		.isnt = "no shortage: it is a promise, most of which is never called in",
		.remedy = "nothing",
		.next = "memlens free",
	},
	{
		.id = "commit.fork",
		.title =
			"a process that forks for its snapshots is larger than what is left",
		.need = ML_FEED(MEMINFO) | ML_FEED(VM_SETTINGS) | ML_FEED(PROCESSES),
		.use = ML_FEED(ZONEINFO),
		.reads = ML_READ_STAT | ML_READ_STATM,
		.measure = "size",
		.unit = ML_UNIT_RATIO,
		.confidence = ML_CONFIDENCE_LOW,
		.check = check_fork,
		.why = "kernels before 5.2, and all with vm.overcommit_memory=2, refuse such a "
		       "fork; where it is let pass, pages that are written meanwhile are copied",
		.isnt = "no leak; what is not written while the snapshot lasts stays shared",
		.remedy =
			"set vm.overcommit_memory to 1, as its makers advise, or leave it as "
			"much memory again",
		.risk = "if the copy is written to, processes are killed instead",
		.next = "memlens ps, memlens map",
	},
	{
		.id = "oom.panic",
		.title = "what happens when memory runs out is not the default",
		.need = ML_FEED(VM_SETTINGS),
		.check = check_panic,
		.why = "whoever looks for a killed process finds none, or an innocent one",
		.isnt = "clusters want it: another machine takes over",
		.remedy = "nothing where it is intended; else set both to 0",
		.risk = "one process is chosen and killed then",
		.next = "memlens ps",
	},
};

const struct ml_rule_set ml_rules_limits = ML_RULE_SET(rules);
