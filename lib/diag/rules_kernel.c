/* SPDX-License-Identifier: MIT */
/* rules_kernel: memory of the kernel itself that is no slab. */
#include <errno.h>

#include "diag/rules.h"
#include "model/kernel.h"
#include "model/proc.h"
#include "model/vmalloc.h"
#include "parse/loadavg.h"

static uint64_t total_of(const struct ml_diag *d)
{
	return ml_snap_mem(d->cur, "MemTotal");
}

/* ---- page tables ---- */

static int check_pagetables(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t bytes = ml_snap_mem(d->cur, "PageTables");
	double share = ml_ratio(bytes, total_of(d));
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host, "page tables take %s (%s of memory)",
			ml_say_bytes(d, bytes), ml_say_share(d, share));
	ml_diag_evidence(d, f, "PageTables / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "PageTables", ml_f64(bytes), ML_UNIT_BYTES, NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(bytes);
	return 0;
}

static void judge_process(struct ml_diag *d, const struct ml_proc *p)
{
	const struct ml_object object = ml_object_process(p);
	uint64_t held = ml_add(p->rss, ml_or0(p->swap));
	enum ml_severity severity = ml_diag_judge(d, ml_f64(p->pagetables));
	double share = ml_ratio(p->pagetables, held);
	struct ml_finding *f;

	if (!severity)
		return;
	ml_diag_measure(d, &object, ml_f64(p->pagetables));
	if (held == ML_NONE || (held && !(share > ml_diag_limit(d, "share"))))
		return;
	f = ml_diag_add(d, severity, &object,
			"process %llu (%.*s) has %s of page tables for %s in memory and "
			"in swap",
			(unsigned long long)p->pid, (int)p->comm.n, p->comm.p,
			ml_say_bytes(d, p->pagetables), ml_say_bytes(d, held));
	ml_diag_evidence(d, f, "VmPTE", ml_f64(p->pagetables), ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "VmPTE / (VmRSS + VmSwap)", share, ML_UNIT_RATIO,
			 ml_diag_limit(d, "share"));
	f->amount[ML_AMOUNT_BYTES] = ml_f64(p->pagetables);
}

static int check_process_pagetables(struct ml_diag *d)
{
	const struct ml_parsed *procs = ml_snap_parsed(d->cur, ML_FEED_PROCESSES);
	const struct ml_proc *p;

	ml_for_each_row(p, &procs->rows)
		judge_process(d, p);
	return 0;
}

/* ---- stacks ---- */

static int check_stacks(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	const struct ml_parsed *loadavg = ml_snap_parsed(d->cur, ML_FEED_LOADAVG);
	const struct ml_loadavg_row *load =
		loadavg && loadavg->rows.n ? ml_rows_at(&loadavg->rows, 0) : NULL;
	uint64_t bytes = ml_snap_mem(d->cur, "KernelStack");
	uint64_t tasks = load ? load->tasks : ML_NONE;
	double share = ml_ratio(bytes, total_of(d)), most = ml_diag_limit(d, "tasks");
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (severity < ML_WARN && ml_f64(tasks) >= most)
		severity = ML_WARN;
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host, "%s tasks have %s of kernel stacks (%s)",
			ml_say_count(d, tasks), ml_say_bytes(d, bytes),
			ml_say_share(d, share));
	if (tasks == ML_NONE)
		f->message =
			ml_diag_words(d, "kernel stacks take %s (%s of memory)",
				      ml_say_bytes(d, bytes), ml_say_share(d, share));
	ml_diag_evidence(d, f, "KernelStack / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_judge(d, share) ? ml_diag_crossed(d, severity) : NAN);
	ml_diag_evidence(d, f, "tasks of /proc/loadavg", ml_f64(tasks), ML_UNIT_COUNT,
			 ml_f64(tasks) >= most ? most : NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(bytes);
	return 0;
}

/* ---- per-CPU memory ---- */

/* What as many CPUs and control groups take as it should be. */
static double percpu_expected(const struct ml_diag *d, const struct ml_kernel *k)
{
	double base = ml_diag_limit(d, "cpu"), each = ml_diag_limit(d, "group");

	if (!k || k->cpus == ML_NONE)
		return NAN;
	return ml_f64(k->cpus) * (base + each * (double)ml_or0(k->groups));
}

static int check_percpu(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	const struct ml_kernel *k = ml_kernel_of(d->cur);
	uint64_t bytes = ml_snap_mem(d->cur, "Percpu");
	double share = ml_ratio(bytes, total_of(d)), expected = percpu_expected(d, k);
	double most = ml_diag_limit(d, "bytes");
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;

	if (isnan(share))
		return ml_diag_skip(d, "this kernel does not tell Percpu");
	if (severity < ML_WARN && ml_f64(bytes) >= most)
		severity = ML_WARN;
	if (!severity)
		return 0;
	if (ml_f64(bytes) <= expected)
		severity = ML_INFO; /* large, but as large as it has to be */
	f = ml_diag_add(
		d, severity, &host,
		"per-CPU data take %s (%s of memory), with %s CPUs and %s control "
		"groups",
		ml_say_bytes(d, bytes), ml_say_share(d, share),
		ml_say_count(d, ml_f64(k ? k->cpus : ML_NONE)),
		ml_say_count(d, ml_f64(k ? k->groups : ML_NONE)));
	if (isnan(expected))
		f->confidence = ML_CONFIDENCE_LOW;
	ml_diag_evidence(d, f, "Percpu / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_judge(d, share) ? ml_diag_crossed(d, ML_WARN) : NAN);
	ml_diag_evidence(d, f, "Percpu", ml_f64(bytes), ML_UNIT_BYTES,
			 ml_f64(bytes) >= most ? most : NAN);
	ml_diag_evidence(d, f, "usual for these CPUs and groups", expected, ML_UNIT_BYTES,
			 NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(bytes);
	return 0;
}

/* ---- vmalloc ---- */

/* Pages that vmalloc took for itself; vmap shows pages of others, stacks have a rule. */
static bool is_vmalloc(const struct ml_vmalloc_row *row)
{
	return row->bytes != ML_NONE && ml_str_is(row->kind, "vmalloc") &&
	       !ml_vmalloc_is_stack(row->caller);
}

static void add_caller(struct ml_diag *d, const struct ml_vmalloc_row *row,
		       enum ml_severity severity, double share)
{
	const struct ml_object host = ml_object_host();
	const char *open = row->module.n ? " [" : "", *close = row->module.n ? "]" : "";
	struct ml_finding *f;

	f = ml_diag_add(d, severity, &host,
			"%.*s%s%.*s%s holds %s (%s of memory) by vmalloc",
			(int)row->caller.n, row->caller.p, open, (int)row->module.n,
			row->module.n ? row->module.p : "", close,
			ml_say_bytes(d, row->bytes), ml_say_share(d, share));
	ml_diag_evidence(d, f, "pages of vmallocinfo / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "areas", ml_f64(row->areas), ML_UNIT_COUNT, NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(row->bytes);
}

/* The largest caller alone: the host cannot have two findings of one rule. */
static int check_vmalloc(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	struct ml_rows callers = ML_ROWS(struct ml_vmalloc_row);
	const struct ml_vmalloc_row *row, *top = NULL;
	enum ml_severity severity;
	double share;

	if (ml_vmalloc_by_caller(d->cur, d->arena, &callers))
		return -ENOMEM;
	ml_for_each_row(row, &callers)
		if (!top && is_vmalloc(row))
			top = row;
	share = top ? ml_ratio(top->bytes, total_of(d)) : 0;
	severity = ml_diag_measure(d, &host, share);
	if (severity && top)
		add_caller(d, top, severity, share);
	return 0;
}

/* ---- control groups that were removed ---- */

static int check_zombies(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	const struct ml_kernel *k = ml_kernel_of(d->cur);
	enum ml_severity severity;
	struct ml_finding *f;

	if (!k || k->groups_dying == ML_NONE)
		return ml_diag_absent(d,
				      "only control groups of version 2 with the memory "
				      "controller tell");
	severity = ml_diag_measure(d, &host, ml_f64(k->groups_dying));
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"%s control groups that were removed still hold memory",
			ml_say_count(d, k->groups_dying));
	ml_diag_evidence(d, f, "nr_dying_descendants", ml_f64(k->groups_dying),
			 ML_UNIT_COUNT, ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "Percpu", ml_f64(ml_snap_mem(d->cur, "Percpu")),
			 ML_UNIT_BYTES, NAN);
	return 0;
}

/* ---- the direct map ---- */

static int check_directmap(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t small = ml_snap_mem(d->cur, "DirectMap4k");
	uint64_t all = ml_add(ml_add(small, ml_snap_mem(d->cur, "DirectMap2M")),
			      ml_or0(ml_snap_mem(d->cur, "DirectMap1G")));
	double two = ml_diag_vm_rate(d, "direct_map_level2_splits");
	double three = ml_diag_vm_rate(d, "direct_map_level3_splits");
	double share = ml_ratio(small, all), rate = two + (isnan(three) ? 0 : three);
	enum ml_severity severity;
	struct ml_finding *f;

	if (isnan(share) || isnan(rate))
		return ml_diag_absent(d, "this kernel does not tell how it maps memory");
	severity = ml_diag_measure(d, &host, share);
	if (!severity || !(rate > 0))
		return 0;
	f = ml_diag_add(
		d, severity, &host,
		"the kernel maps %s of memory in pages of 4 KiB, and splits %s more",
		ml_say_share(d, share), ml_say_rate(d, rate));
	ml_diag_evidence(d, f, "DirectMap4k / DirectMap*", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "direct_map_level*_splits", rate, ML_UNIT_PER_SECOND, NAN);
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "mem.pagetables.large",
		.title = "page tables take much memory",
		.need = ML_FEED(MEMINFO),
		.measure = "pagetables",
		.unit = ML_UNIT_RATIO,
		.check = check_pagetables,
		.why = "page tables are never swapped, and no process shows them in its RSS",
		.isnt = "0.2 % is what memory in pages of 4 KiB costs that one process maps; "
			"many that map one large segment each have tables of their own",
		.remedy = "find the processes with large PTE; use huge pages for large shared "
			  "segments, unmap what is touched here and there only",
		.risk = "huge pages have to be reserved and are then lost to others",
		.next = "memlens ps --sort pagetables",
	},
	{
		.id = "proc.pagetables.large",
		.title = "a process has large page tables for little memory",
		.need = ML_FEED(PROCESSES),
		.reads = ML_READ_STAT | ML_READ_STATUS,
		.measure = "pagetables",
		.unit = ML_UNIT_BYTES,
		.check = check_process_pagetables,
		.why = "it takes memory that its RSS does not show, though the OOM killer "
		       "counts it",
		.isnt = "no leak of the kernel: tables go when the process unmaps or ends",
		.remedy = "touch memory densely, unmap sparse areas, or use huge pages",
		.risk = "ending the process loses what it has not saved",
		.next = "memlens map PID, memlens ps --sort pagetables",
	},
	{
		.id = "kstack.large",
		.title = "stacks of tasks in the kernel take much memory",
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(LOADAVG),
		.measure = "stacks",
		.unit = ML_UNIT_RATIO,
		.check = check_stacks,
		.why = "each thread costs 16 KiB that cannot be swapped, before it does anything",
		.isnt = "not the stacks that programs use, which are in their RSS",
		.remedy = "find who starts so many threads and limit them (TasksMax, pids.max)",
		.risk = "a limit that is too low makes its program fail to start threads",
		.next = "memlens ps --sort threads",
	},
	{
		.id = "percpu.large",
		.title = "per-CPU data take much memory",
		.need = ML_FEED(MEMINFO) | ML_FEED(KERNEL),
		.measure = "percpu",
		.unit = ML_UNIT_RATIO,
		.check = check_percpu,
		.why = "it cannot be reclaimed, and each control group, network device and BPF "
		       "map adds to it for every CPU that may be there",
		.isnt = "it grows with CPUs times control groups: large machines have much of "
			"it as it should be",
		.remedy = "look for control groups that were removed, and for per-CPU BPF maps",
		.risk = "removing groups or maps that are in use stops what uses them",
		.next = "memlens cgroup, memlens where",
	},
	{
		.id = "vmalloc.large",
		.title = "one caller of vmalloc holds much memory",
		.need = ML_FEED(MEMINFO) | ML_FEED(VMALLOCINFO),
		.measure = "largest",
		.unit = ML_UNIT_RATIO,
		.check = check_vmalloc,
		.why = "it cannot be reclaimed, and is no slab, so that few tools show it",
		.isnt = "VmallocTotal and the size of areas are addresses, not memory; ioremap "
			"is memory of devices",
		.remedy = "see which module or function it is: a table that is set too large, a "
			  "BPF program, a driver",
		.risk = "unloading a module stops what uses it",
		.next = "memlens slab, memlens where",
	},
	{
		.id = "cg.zombies",
		.title = "control groups that were removed still hold memory",
		.need = ML_FEED(KERNEL),
		.use = ML_FEED(MEMINFO),
		.measure = "dying",
		.unit = ML_UNIT_COUNT,
		.check = check_zombies,
		.why = "each keeps its counters for every CPU until the last page that was "
		       "charged to it goes",
		.isnt = "no processes: they hold cache or slab only, and go under pressure",
		.remedy = "find what makes and removes groups so fast; memory.reclaim of the "
			  "group above frees their cache",
		.risk = "reclaiming drops cache that has to be read again",
		.next = "memlens cgroup",
	},
	{
		.id = "directmap.split",
		.title = "the kernel maps its memory in ever smaller pages",
		.need = ML_FEED(MEMINFO) | ML_FEED(VMSTAT),
		.rate = true,
		.measure = "small",
		.unit = ML_UNIT_RATIO,
		.check = check_directmap,
		.why = "each split makes the kernel's own accesses need more of the TLB",
		.isnt = "it takes no memory worth naming",
		.remedy = "find what changes the protection of kernel pages: BPF programs and "
			  "modules that are loaded again and again",
		.risk = "they may be needed",
		.next = "memlens vmstat",
	},
};

const struct ml_rule_set ml_rules_kernel = ML_RULE_SET(rules);
