/* SPDX-License-Identifier: MIT */
/* rules_thp: whether transparent huge pages are had, and whether they do good. */
#include "diag/rules.h"
#include "model/proc.h"
#include "model/thp.h"

/* ---- databases ---- */

/* The word that holds for the size that counters without a size mean: its own, or the one
 * without a size. */
static struct ml_str enabled_of(const struct ml_parsed *parsed)
{
	const struct ml_thp *thp = parsed->head;
	const struct ml_mthp *m;

	ml_for_each_row(m, &parsed->rows)
		if (m->size == thp->pmd_size && m->enabled.p &&
		    !ml_str_is(m->enabled, "inherit"))
			return m->enabled;
	return thp->enabled;
}

enum advice {
	AGAINST,  /* its makers advise against them in every version */
	VERSION,  /* up to one version against, then for them */
};

static const struct database {
	const char *name;
	bool begins; /* the name is followed by that of the instance */
	enum advice advice;
	const char *why;
} databases[] = {
	{ "redis-server", false, AGAINST,
	  "when it forks for a snapshot each write copies 2 MiB instead of 4 KiB" },
	{ "valkey-server", false, AGAINST,
	  "when it forks for a snapshot each write copies 2 MiB instead of 4 KiB" },
	{ "keydb-server", false, AGAINST,
	  "when it forks for a snapshot each write copies 2 MiB instead of 4 KiB" },
	{ "ora_pmon_", true, AGAINST, "Oracle advises against them: its processes may stall" },
	{ "mongod", false, VERSION,
	  "MongoDB up to 7.0 wants never; from 8.0 on it wants always, but then with "
	  "khugepaged/max_ptes_none 0, which is not set either" },
};

static const struct database *database_of(const struct ml_proc *p)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(databases); i++)
		if (databases[i].begins ? ml_str_starts(p->comm, databases[i].name)
					: ml_str_is(p->comm, databases[i].name))
			return &databases[i];
	return NULL;
}

static void tell_database(struct ml_diag *d, const struct ml_thp *thp,
			  const struct ml_proc *p, const struct database *database)
{
	const struct ml_object object = ml_object_process(p);
	enum ml_severity severity = ml_diag_measure(d, &object, ml_f64(p->rss));
	bool known = database->advice == AGAINST;
	struct ml_finding *f;

	if (!severity || (!known && thp->max_none == 0))
		return;
	f = ml_diag_add(
		d, known ? severity : ML_INFO, &object,
		known ? "%.*s (%s) gets transparent huge pages without asking"
		      : "%.*s (%s) gets transparent huge pages without asking; its "
			"version, which decides whether that is right, is not known",
		(int)p->comm.n, p->comm.p, ml_say_bytes(d, p->rss));
	if (!known)
		f->confidence = ML_CONFIDENCE_LOW;
	f->why = ml_str_of(database->why);
	ml_diag_evidence(d, f, "VmRSS", ml_f64(p->rss), ML_UNIT_BYTES,
			 ml_diag_crossed(d, severity));
	if (p->thp_allowed != ML_NONE)
		ml_diag_evidence(d, f, "THP_enabled", ml_f64(p->thp_allowed),
				 ML_UNIT_NONE, NAN);
	if (thp->max_none != ML_NONE)
		ml_diag_evidence(d, f, "max_ptes_none", ml_f64(thp->max_none),
				 ML_UNIT_COUNT, NAN);
}

static int check_database(struct ml_diag *d)
{
	const struct ml_parsed *thp = ml_snap_parsed(d->cur, ML_FEED_THP);
	const struct ml_parsed *procs = ml_snap_parsed(d->cur, ML_FEED_PROCESSES);
	struct ml_str enabled = enabled_of(thp);
	const struct ml_proc *p;

	if (!enabled.p)
		return ml_diag_skip(d, "how they are set is not known");
	if (!ml_str_is(enabled, "always"))
		return 0;
	ml_for_each_row(p, &procs->rows) {
		const struct database *database = database_of(p);

		if (database && !p->kernel && p->thp_allowed != 0)
			tell_database(d, thp->head, p, database);
	}
	return 0;
}

/* ---- shares of counters ---- */

static double per_second(const struct ml_diag *d, const char *key)
{
	double rate = ml_diag_vm_rate(d, key);

	return isnan(rate) ? 0 : rate;
}

/* Kernels without transparent huge pages have none of their counters. */
static bool lacks_counters(struct ml_diag *d, const char *key)
{
	if (ml_snap_vm(d->cur, key) != ML_NONE)
		return false;
	ml_diag_absent(d, "the kernel does not count %s", key);
	return true;
}

/* The failures that are no refusal of a group's limit. */
static double failed_for_blocks(const struct ml_diag *d)
{
	double failed = ml_diag_vm_rate(d, "thp_fault_fallback") -
			per_second(d, "thp_fault_fallback_charge");

	return failed < 0 ? 0 : failed;
}

static int check_fallback(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double failed = failed_for_blocks(d), done, share;
	enum ml_severity severity;
	struct ml_finding *f;

	if (lacks_counters(d, "thp_fault_alloc"))
		return 0;
	done = ml_diag_vm_rate(d, "thp_fault_alloc");
	if (!(done + failed >= ml_diag_limit(d, "rate")))
		return 0;
	share = failed / (done + failed);
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	if (!(failed >= ml_diag_limit(d, "rate_warn")))
		severity = ML_INFO;
	f = ml_diag_add(d, severity, &host,
			"%s of the faults that want a huge page get small ones (%s)",
			ml_say_share(d, share), ml_say_rate(d, failed));
	ml_diag_evidence(d, f, "fallback / (alloc + fallback)", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "thp_fault_fallback", failed, ML_UNIT_PER_SECOND,
			 ml_diag_limit(d, severity > ML_INFO ? "rate_warn" : "rate"));
	ml_diag_evidence(d, f, "thp_fault_alloc", done, ML_UNIT_PER_SECOND, NAN);
	ml_diag_evidence(d, f, "thp_fault_fallback_charge",
			 ml_diag_vm_rate(d, "thp_fault_fallback_charge"),
			 ML_UNIT_PER_SECOND, NAN);
	return 0;
}

static int check_collapse(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double failed, all, share;
	enum ml_severity severity;
	struct ml_finding *f;

	if (lacks_counters(d, "thp_collapse_alloc_failed"))
		return 0;
	failed = ml_diag_vm_rate(d, "thp_collapse_alloc_failed");
	all = failed + ml_diag_vm_rate(d, "thp_collapse_alloc");
	if (!(all >= ml_diag_limit(d, "rate")))
		return 0;
	share = failed / all;
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"khugepaged finds no block for %s of what it would put together",
			ml_say_share(d, share));
	ml_diag_evidence(d, f, "failed / (alloc + failed)", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "thp_collapse_alloc_failed", failed, ML_UNIT_PER_SECOND,
			 ml_diag_limit(d, "rate"));
	return 0;
}

static int check_split(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double made, split, share;
	enum ml_severity severity;
	struct ml_finding *f;

	if (lacks_counters(d, "thp_split_page"))
		return 0;
	split = ml_diag_vm_rate(d, "thp_split_page");
	made = ml_diag_vm_rate(d, "thp_fault_alloc") +
	       per_second(d, "thp_collapse_alloc") + per_second(d, "thp_file_alloc");
	if (!(split >= ml_diag_limit(d, "rate")))
		return 0;
	share = made > 0 ? split / made : INFINITY;
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = made > 0 ? ml_diag_add(d, severity, &host,
				   "%s huge pages are split again, for %s that are made",
				   ml_say_rate(d, split), ml_say_rate(d, made))
		     : ml_diag_add(d, severity, &host,
				   "%s huge pages are split again, and none is made",
				   ml_say_rate(d, split));
	ml_diag_evidence(d, f, "thp_split_page", split, ML_UNIT_PER_SECOND,
			 ml_diag_limit(d, "rate"));
	ml_diag_evidence(d, f, "made", made, ML_UNIT_PER_SECOND, NAN);
	return 0;
}

static int check_bloat(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	uint64_t huge = ml_snap_mem(d->cur, "AnonHugePages");
	double share = ml_ratio(huge, ml_snap_mem(d->cur, "AnonPages"));
	enum ml_severity severity = ml_diag_measure(d, &host, share);
	struct ml_finding *f;
	double zeros;

	if (lacks_counters(d, "thp_underused_split_page"))
		return 0;
	zeros = ml_diag_vm_rate(d, "thp_underused_split_page");
	if (!severity || !(zeros > 0) || !(ml_f64(huge) >= ml_diag_limit(d, "bytes")))
		return 0;
	f = ml_diag_add(d, severity, &host,
			"the kernel finds huge pages that are mostly zeros (%s); %s of "
			"anonymous memory is in huge pages",
			ml_say_rate(d, zeros), ml_say_bytes(d, huge));
	ml_diag_evidence(d, f, "thp_underused_split_page", zeros, ML_UNIT_PER_SECOND,
			 NAN);
	ml_diag_evidence(d, f, "AnonHugePages / AnonPages", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "AnonHugePages", ml_f64(huge), ML_UNIT_BYTES,
			 ml_diag_limit(d, "bytes"));
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "thp.always.db",
		.title = "a database gets transparent huge pages that its makers advise against",
		.need = ML_FEED(THP) | ML_FEED(PROCESSES),
		.reads = ML_READ_STATUS,
		.measure = "rss",
		.unit = ML_UNIT_BYTES,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.check = check_database,
		.why = "a small write may copy, or make resident, a whole huge page",
		.isnt = "a server that switched them off for itself, as Redis does since 6.2, is "
			"passed over where the kernel tells it (since 5.0)",
		.remedy = "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled, then "
			  "restart the database",
		.risk = "other programs that gain from them without asking get slower",
		.next = "memlens huge, memlens map PID",
	},
	{
		.id = "thp.fallback",
		.title = "faults that want a huge page get small ones",
		.need = ML_FEED(VMSTAT),
		.rate = true,
		.window = 10,
		.measure = "fallback",
		.unit = ML_UNIT_RATIO,
		.check = check_fallback,
		.why = "programs run with small pages, and each fault may first have waited for "
		       "compaction",
		.isnt = "no fault: it works, only slower; what a group's limit refused is not "
			"counted here",
		.remedy = "echo defer+madvise > /sys/kernel/mm/transparent_hugepage/defrag leaves "
			  "it to kernel threads",
		.risk = "programs get their huge pages later",
		.next = "memlens frag, memlens huge 1",
	},
	{
		.id = "thp.collapse.fail",
		.title = "khugepaged finds no blocks to put small pages together in",
		.need = ML_FEED(VMSTAT),
		.rate = true,
		.window = 30,
		.measure = "failed",
		.unit = ML_UNIT_RATIO,
		.check = check_collapse,
		.why = "memory stays in small pages, and khugepaged scans for nothing",
		.isnt = "no fault: a machine whose memory is full of files has few large blocks",
		.remedy = "look why free memory is in pieces",
		.next = "memlens frag",
	},
	{
		.id = "thp.split",
		.title = "huge pages are split soon after they are made",
		.need = ML_FEED(VMSTAT),
		.rate = true,
		.window = 10,
		.measure = "split",
		.unit = ML_UNIT_RATIO,
		.check = check_split,
		.why = "making and splitting them is work for nothing",
		.isnt = "under reclaim, and where parts are freed, splitting is as it should be",
		.remedy = "see who gets them: a program that frees parts of them does better "
			  "without (madvise)",
		.risk = "memory accesses of that program may get slower",
		.next = "memlens huge 1, memlens vmstat 1",
	},
	{
		.id = "thp.bloat",
		.title = "huge pages hold memory that nobody has written to",
		.need = ML_FEED(VMSTAT) | ML_FEED(MEMINFO),
		.rate = true,
		.measure = "huge",
		.unit = ML_UNIT_RATIO,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.check = check_bloat,
		.why = "a program that touches a byte in each has 2 MiB resident for it",
		.isnt = "which process it is and how much is zeros tells only the content of its "
			"pages",
		.remedy = "compare what processes use with what they have in huge pages; lower "
			  "khugepaged/max_ptes_none",
		.risk = "fewer huge pages: more address translation",
		.next = "memlens huge, memlens map PID",
	},
};

const struct ml_rule_set ml_rules_thp = ML_RULE_SET(rules);
