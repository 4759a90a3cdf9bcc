/* SPDX-License-Identifier: MIT */
/* rules_compact: whether putting free memory together succeeds, and what it costs. */
#include "diag/rules.h"
#include "model/proc.h"
#include "parse/task_stat.h"

static double or0(double v)
{
	return isnan(v) ? 0 : v;
}

static int check_fail(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double stalls = ml_diag_vm_rate(d, "compact_stall"), share;
	double failed = ml_diag_vm_rate(d, "compact_fail");
	double all = failed + ml_diag_vm_rate(d, "compact_success");
	double pool = or0(ml_diag_vm_rate(d, "htlb_buddy_alloc_success")) +
		      or0(ml_diag_vm_rate(d, "htlb_buddy_alloc_fail"));
	enum ml_severity severity;
	struct ml_finding *f;

	if (ml_snap_vm(d->cur, "compact_stall") == ML_NONE)
		return ml_diag_absent(d, "the kernel does not count compact_stall");
	if (!(stalls >= ml_diag_limit(d, "rate")) || !(all > 0))
		return 0;
	share = failed / all;
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	if (pool > 0 && severity > ML_INFO)
		severity = ML_INFO;
	f = ml_diag_add(d, severity, &host,
			"%s of the tasks that compact memory do so in vain%s",
			ml_say_share(d, share),
			pool > 0 ? ", while a pool of huge pages is being filled" : "");
	ml_diag_evidence(d, f, "compact_fail / (fail + success)", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, ML_WARN));
	ml_diag_evidence(d, f, "compact_stall", stalls, ML_UNIT_PER_SECOND,
			 ml_diag_limit(d, "rate"));
	if (pool > 0)
		ml_diag_evidence(d, f, "htlb_buddy_alloc_*", pool, ML_UNIT_PER_SECOND,
				 NAN);
	return 0;
}

static void tell_cpu(struct ml_diag *d, const struct ml_proc *p, double share)
{
	const struct ml_object object = ml_object_process(p);
	enum ml_severity severity = ml_diag_measure(d, &object, share);
	struct ml_finding *f;

	if (!severity)
		return;
	f = ml_diag_add(d, severity, &object, "%.*s takes %s of a CPU to compact memory",
			(int)p->comm.n, p->comm.p, ml_say_share(d, share));
	ml_diag_evidence(d, f, "utime + stime", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "compact_daemon_wake",
			 ml_diag_vm_rate(d, "compact_daemon_wake"), ML_UNIT_PER_SECOND,
			 NAN);
}

static int check_cpu(struct ml_diag *d)
{
	const struct ml_parsed *before = ml_snap_parsed(d->prev, ML_FEED_PROCESSES);
	const struct ml_parsed *now = ml_snap_parsed(d->cur, ML_FEED_PROCESSES);
	const struct ml_proc *p, *old;

	ml_for_each_row(p, &now->rows) {
		if (!p->kernel || !ml_str_starts(p->comm, "kcompactd"))
			continue;
		old = ml_proc_find(&before->rows, p);
		if (old)
			tell_cpu(d, p,
				 ml_diag_rate(d, old->cpu_ticks, p->cpu_ticks) /
					 ML_TICKS_PER_SECOND);
	}
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "compact.fail",
		.title = "tasks compact memory in vain",
		.need = ML_FEED(VMSTAT),
		.rate = true,
		.window = 10,
		.measure = "failed",
		.unit = ML_UNIT_RATIO,
		.check = check_fail,
		.why = "each of them waited, and then got small pages or nothing",
		.isnt = "filling a pool of huge pages by hand looks the same: what fails once may "
			"succeed the next time",
		.remedy = "leave it to kernel threads: echo defer+madvise > "
			  "/sys/kernel/mm/transparent_hugepage/defrag",
		.risk = "programs get their huge pages later",
		.next = "memlens frag, memlens vmstat 1",
	},
	{
		.id = "compact.cpu",
		.title = "the kernel spends a CPU on compacting memory",
		.need = ML_FEED(PROCESSES),
		.use = ML_FEED(VMSTAT),
		.reads = ML_READ_STAT,
		.rate = true,
		.window = 10,
		.measure = "cpu",
		.unit = ML_UNIT_RATIO,
		.check = check_cpu,
		.why = "the CPU time is lost, and what is moved cannot be touched meanwhile",
		.isnt = "a burst of it, as after a large program has ended, is as it should be",
		.remedy = "lower vm.compaction_proactiveness; a larger vm.watermark_scale_factor "
			  "leaves the kernel more room",
		.risk = "fewer large blocks are ready when they are asked for",
		.next = "memlens frag 1, memlens vmstat 1",
	},
};

const struct ml_rule_set ml_rules_compact = ML_RULE_SET(rules);
