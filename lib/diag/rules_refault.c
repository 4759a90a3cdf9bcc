/* SPDX-License-Identifier: MIT */
/* rules_refault: whether pages that were evicted have to be read again. */
#include "diag/rules.h"
#include "diag/traffic.h"

/* ---- files ---- */

/* Before 5.9 anonymous pages had no refaults, and the counter no second name. */
static double of_files(const struct ml_diag *d, const char *with, const char *without)
{
	double rate = ml_diag_vm_rate(d, with);

	return isnan(rate) ? ml_diag_vm_rate(d, without) : rate;
}

static double refaults(const struct ml_diag *d)
{
	return of_files(d, "workingset_refault_file", "workingset_refault");
}

static double restores(const struct ml_diag *d)
{
	return of_files(d, "workingset_restore_file", "workingset_restore");
}

/* Major faults that are no swapped pages. */
static double file_faults(const struct ml_diag *d)
{
	double swapped = ml_traffic_or0(ml_traffic_swap(d).faults);
	double rate = ml_diag_vm_rate(d, "pgmajfault") - swapped;

	return rate < 0 ? 0 : rate;
}

/* What of the reading is done again. What comes over a network is not in pgpgin. */
static double share_of_reads(const struct ml_diag *d, double refault)
{
	double read = ml_traffic_or0(ml_diag_vm_rate(d, "pgpgin")) * ML_KIB;
	double again = refault * ml_f64(d->cur->page_size);

	return again < read ? again / read : 1;
}

/* As bad as the waiting for it is. A scan longer than memory comes back as well, and
 * where nobody waits the disk is fast enough. */
static enum ml_severity by_waiting(const struct ml_diag *d)
{
	double some = ml_traffic_some(d);

	return some >= ml_diag_limit(d, "stall_crit") ? ML_CRIT
	       : some >= ml_diag_limit(d, "stall")    ? ML_WARN
						      : ML_INFO;
}

static int check_thrash(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double rate = refaults(d), faults = file_faults(d), share;
	enum ml_severity severity, worst;
	struct ml_finding *f;

	if (isnan(rate))
		return ml_diag_skip(d, "the growth of workingset_refault is not known");
	share = rate >= ml_diag_limit(d, "rate") ? share_of_reads(d, rate) : 0;
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	worst = by_waiting(d);
	f = ml_diag_add(d, severity == ML_WARN ? worst : severity, &host,
			"evicted file pages are read again, %s: the working set does not "
			"fit%s",
			ml_say_rate(d, rate),
			ml_traffic_is_host(d)
				? ""
				: " the limit of a control group, since the "
				  "machine itself reclaims nothing");
	ml_diag_evidence(d, f, "workingset_refault_file", rate, ML_UNIT_PER_SECOND,
			 ml_diag_limit(d, "rate"));
	ml_diag_evidence(d, f, "share of pgpgin", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_traffic_show_some(d, f);
	f->amount[ML_AMOUNT_REFAULT] = rate;
	f->amount[ML_AMOUNT_FAULT] = rate < faults ? rate : faults;
	return 0;
}

static int check_restore(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double refault = refaults(d), restore = restores(d), share = NAN;
	enum ml_severity severity;
	struct ml_finding *f;

	if (isnan(refault) || isnan(restore))
		return ml_diag_skip(d, "the growth of workingset_restore is not known");
	if (refault >= ml_diag_limit(d, "rate"))
		share = restore / refault;
	severity = ml_diag_measure(d, &host, share);
	if (!severity)
		return 0;
	f = ml_diag_add(d, severity, &host,
			"%s of the file pages that are read again had been in steady use",
			ml_say_share(d, share));
	ml_diag_evidence(d, f, "workingset_restore_file", restore, ML_UNIT_PER_SECOND,
			 NAN);
	ml_diag_evidence(d, f, "restore / refault", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	return 0;
}

/* ---- faults ---- */

static int check_major(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	double rate = ml_diag_vm_rate(d, "pgmajfault");
	double swapped = ml_traffic_swap(d).faults;
	enum ml_severity severity = ml_diag_measure(d, &host, rate);
	struct ml_finding *f;

	if (isnan(rate))
		return ml_diag_skip(d, "the growth of pgmajfault is not known");
	if (!severity)
		return 0;
	if (ml_traffic_is_unfelt(d)) /* programs that start: read for the first time */
		severity = ML_INFO;
	f = ml_diag_add(d, severity, &host, "page faults had to wait for %s, %s",
			swapped > rate / 2 ? "swap" : "files to be read",
			ml_say_rate(d, rate));
	ml_diag_evidence(d, f, "pgmajfault", rate, ML_UNIT_PER_SECOND,
			 ml_diag_crossed(d, severity));
	if (!isnan(swapped))
		ml_diag_evidence(d, f, "of swapped pages", swapped, ML_UNIT_PER_SECOND,
				 NAN);
	ml_traffic_show_some(d, f);
	f->amount[ML_AMOUNT_FAULT] = rate;
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "cache.thrash",
		.title = "file pages are evicted and read again",
		.need = ML_FEED(VMSTAT),
		.use = ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.window = 10,
		.measure = "refaults",
		.unit = ML_UNIT_RATIO,
		.check = check_thrash,
		.why = "programs wait for the disk to give what memory held a moment ago",
		.isnt = "one pass over files larger than memory comes back once and hurts "
			"nobody; a high share of cached memory is no trouble",
		.remedy = "find the group or process that reads, and give it more memory, or "
			  "the others less",
		.risk = "a higher limit takes memory from the others",
		.next = "memlens cgroup, memlens cache, memlens psi 1",
	},
	{
		.id = "cache.restore",
		.title = "pages in steady use are lost, not those of streams",
		.need = ML_FEED(VMSTAT),
		.rate = true,
		.window = 10,
		.measure = "restores",
		.unit = ML_UNIT_RATIO,
		.check = check_restore,
		.why = "such pages had been read more than once before they were evicted, and "
		       "will be needed again",
		.isnt = "no trouble while few pages come back",
		.remedy = "see who fills the memory instead",
		.next = "memlens cache, memlens vmstat 1",
	},
	{
		.id = "fault.major",
		.title = "page faults wait for a disk",
		.need = ML_FEED(VMSTAT),
		.use = ML_FEED(PRESSURE_MEMORY),
		.rate = true,
		.window = 30,
		.measure = "major",
		.unit = ML_UNIT_PER_SECOND,
		.check = check_major,
		.why = "each one stops a thread for as long as the disk takes",
		.isnt = "large programs that start have to be read once: that ends by itself",
		.remedy = "find the processes whose faults grow, and see why their pages were "
			  "evicted",
		.next = "memlens ps, memlens vmstat 1",
	},
};

const struct ml_rule_set ml_rules_refault = ML_RULE_SET(rules);
