/* SPDX-License-Identifier: MIT */
/* rules_huge: whether pools of huge pages, or merging of equal pages, are worth it. */
#include <errno.h>

#include "diag/rules.h"
#include "model/hugetlb.h"
#include "model/ksm.h"

/* ---- pools ---- */

static struct ml_object object_of(struct ml_diag *d, const struct ml_pool *pool)
{
	return ml_object_named(ML_OBJECT_DEVICE,
			       ml_diag_words(d, "hugepages-%llukB",
					     (unsigned long long)(pool->size / ML_KIB)));
}

/* Of both samples the lesser: what was idle at one of them may just have been taken. */
static uint64_t idle_in_both(const struct ml_pool *pool, const struct ml_rows *before)
{
	const struct ml_pool *p;

	ml_for_each_row(p, before)
		if (p->size == pool->size && p->idle < pool->idle)
			return p->idle;
	return pool->idle;
}

static double uptime_of(const struct ml_diag *d)
{
	const struct ml_parsed *uptime = ml_snap_parsed(d->cur, ML_FEED_UPTIME);

	return uptime && uptime->rows.n ? *(double *)ml_rows_at(&uptime->rows, 0)
					: (double)NAN;
}

static void tell_idle(struct ml_diag *d, const struct ml_pool *pool, uint64_t idle)
{
	const struct ml_object object = object_of(d, pool);
	double total = ml_f64(ml_snap_mem(d->cur, "MemTotal"));
	double share = ml_f64(idle) / total;
	enum ml_severity severity = ml_diag_measure(d, &object, share);
	bool fresh = uptime_of(d) < ml_diag_limit(d, "uptime");
	struct ml_finding *f;

	if (!severity)
		return;
	f = ml_diag_add(d, fresh ? ML_INFO : severity, &object,
			"%s (%s) of huge pages of %s are kept and not used%s",
			ml_say_bytes(d, idle), ml_say_share(d, share),
			ml_say_bytes(d, pool->size),
			fresh ? ", but the machine has only just started" : "");
	ml_diag_evidence(d, f, "idle / MemTotal", share, ML_UNIT_RATIO,
			 ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "free_hugepages", ml_f64(pool->free), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "resv_hugepages", ml_f64(pool->reserved), ML_UNIT_BYTES,
			 NAN);
	ml_diag_evidence(d, f, "nr_hugepages", ml_f64(pool->total), ML_UNIT_BYTES, NAN);
	f->amount[ML_AMOUNT_BYTES] = ml_f64(idle);
}

static int pools_of(struct ml_diag *d, struct ml_rows *ret, struct ml_rows *ret_before)
{
	if (ml_hugetlb_pools(d->cur, d->arena, ret))
		return -ENOMEM;
	*ret_before = ML_ROWS(struct ml_pool);
	if (d->prev && ml_hugetlb_pools(d->prev, d->arena, ret_before))
		return -ENOMEM;
	return ret->n ? 0 : ml_diag_absent(d, "this kernel has no pools of huge pages");
}

static int check_idle(struct ml_diag *d)
{
	struct ml_rows pools, before;
	const struct ml_pool *pool;

	if (pools_of(d, &pools, &before))
		return -ENOMEM;
	ml_for_each_row(pool, &pools)
		tell_idle(d, pool, idle_in_both(pool, &before));
	return 0;
}

/* It has pages, or may grow, and none is left to hand out. */
static bool is_exhausted(const struct ml_pool *pool)
{
	bool is_used = ml_or0(pool->total) || ml_or0(pool->overcommit);

	return is_used && pool->idle == 0;
}

static int check_exhausted(struct ml_diag *d)
{
	double failed = ml_diag_vm_rate(d, "htlb_buddy_alloc_fail");
	enum ml_severity severity = ml_diag_judge(d, failed);
	struct ml_rows pools, before;
	const struct ml_pool *pool;

	if (pools_of(d, &pools, &before))
		return -ENOMEM;
	if (pools.n && isnan(failed))
		return ml_diag_skip(d, "the kernel does not count htlb_buddy_alloc_fail");
	ml_for_each_row(pool, &pools) {
		const struct ml_object object = object_of(d, pool);
		struct ml_finding *f;

		if (!is_exhausted(pool))
			continue;
		ml_diag_measure(d, &object, failed);
		if (!severity)
			continue;
		f = ml_diag_add(d, severity, &object,
				"all huge pages of %s are taken, and the kernel finds no "
				"more for it (%s)",
				ml_say_bytes(d, pool->size), ml_say_rate(d, failed));
		ml_diag_evidence(d, f, "htlb_buddy_alloc_fail", failed,
				 ML_UNIT_PER_SECOND, ml_diag_crossed(d, severity));
		ml_diag_evidence(d, f, "nr_hugepages", ml_f64(pool->total), ML_UNIT_BYTES,
				 NAN);
		ml_diag_evidence(d, f, "nr_overcommit_hugepages",
				 ml_f64(pool->overcommit), ML_UNIT_BYTES, NAN);
	}
	return 0;
}

static int check_surplus(struct ml_diag *d)
{
	struct ml_rows pools, before;
	const struct ml_pool *pool;

	if (pools_of(d, &pools, &before))
		return -ENOMEM;
	ml_for_each_row(pool, &pools) {
		const struct ml_object object = object_of(d, pool);
		double surplus = ml_f64(pool->surplus);
		enum ml_severity severity = ml_diag_measure(d, &object, surplus);
		struct ml_finding *f;

		if (!severity)
			continue;
		f = ml_diag_add(d, severity, &object,
				"the pool of %s pages is %s larger than it was set to",
				ml_say_bytes(d, pool->size), ml_say_bytes(d, surplus));
		ml_diag_evidence(d, f, "surplus_hugepages", surplus, ML_UNIT_BYTES,
				 ml_diag_crossed(d, severity));
		ml_diag_evidence(d, f, "nr_hugepages", ml_f64(pool->total), ML_UNIT_BYTES,
				 NAN);
		ml_diag_evidence(d, f, "nr_overcommit_hugepages",
				 ml_f64(pool->overcommit), ML_UNIT_BYTES, NAN);
	}
	return 0;
}

/* ---- equal pages ---- */

/* What merging costs beyond what it saves, by the kernel's own account; before 6.1 by the
 * pages it keeps a record of. */
static double ksm_loss(const struct ml_diag *d, const struct ml_ksm *ksm)
{
	double tracked = ml_f64(ksm->shared) + ml_f64(ksm->sharing) +
			 ml_f64(ksm->unshared) + ml_f64(ksm->volatiles);

	if (ksm->profit != INT64_MIN)
		return -(double)ksm->profit;
	return tracked * ml_diag_limit(d, "record") - ml_f64(ml_ksm_saved(d->cur, ksm));
}

static int check_ksm(struct ml_diag *d)
{
	const struct ml_object host = ml_object_host();
	const struct ml_ksm *ksm = ml_ksm_of(d->cur);
	bool told = ksm && ksm->profit != INT64_MIN;
	enum ml_severity severity;
	struct ml_finding *f;
	double loss;

	if (!ksm || ksm->run == ML_NONE)
		return ml_diag_skip(d, "how merging of equal pages is set is not known");
	if (ksm->run == 0 && ml_or0(ksm->sharing) == 0)
		return ml_diag_absent(d, "equal pages are not merged here");
	loss = ksm_loss(d, ksm);
	severity = ml_diag_measure(d, &host, loss);
	/* it has to have seen a page twice before it merges it */
	if (!severity || !(ml_f64(ksm->full_scans) >= ml_diag_limit(d, "rounds")))
		return 0;
	f = ml_diag_add(d, severity, &host,
			"merging equal pages costs %s more than it saves",
			ml_say_bytes(d, loss));
	if (!told)
		f->confidence = ML_CONFIDENCE_MEDIUM;
	ml_diag_evidence(d, f, told ? "-general_profit" : "records - saved", loss,
			 ML_UNIT_BYTES, ml_diag_crossed(d, severity));
	ml_diag_evidence(d, f, "pages_sharing",
			 ml_f64(ml_snap_pages(d->cur, ksm->sharing)), ML_UNIT_BYTES, NAN);
	ml_diag_evidence(d, f, "pages_unshared",
			 ml_f64(ml_snap_pages(d->cur, ksm->unshared)), ML_UNIT_BYTES,
			 NAN);
	ml_diag_evidence(d, f, "full_scans", ml_f64(ksm->full_scans), ML_UNIT_COUNT,
			 ml_diag_limit(d, "rounds"));
	return 0;
}

static const struct ml_rule rules[] = {
	{
		.id = "huge.idle",
		.title = "huge pages are kept in a pool and nobody uses them",
		.before = ML_FEED(HUGETLB),
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(HUGETLB) | ML_FEED(UPTIME),
		.measure = "idle",
		.unit = ML_UNIT_RATIO,
		.check = check_idle,
		.why = "nothing else can have this memory, however short it gets",
		.isnt = "pages that a program mapped or reserved do not count; a database that "
			"has not been started yet will take them",
		.remedy = "lower nr_hugepages of this size to what is used and reserved, now and "
			  "where it is set at boot",
		.risk = "more may not be had again before the next boot, when memory is in pieces",
		.next = "memlens huge",
	},
	{
		.id = "huge.exhausted",
		.title = "more huge pages are asked for than there are",
		.need = ML_FEED(VMSTAT),
		.use = ML_FEED(HUGETLB) | ML_FEED(MEMINFO),
		.rate = true,
		.window = 10,
		.measure = "failed",
		.unit = ML_UNIT_PER_SECOND,
		.confidence = ML_CONFIDENCE_MEDIUM,
		.check = check_exhausted,
		.why = "who asks gets an error, or SIGBUS when it touches the page",
		.isnt = "a full pool alone is as it was meant; the counter is that of all sizes "
			"together",
		.remedy = "raise nr_hugepages, best at boot",
		.risk = "the memory is lost to everything else",
		.next = "memlens huge, memlens frag",
	},
	{
		.id = "huge.surplus",
		.title = "a pool of huge pages has grown beyond its size",
		.before = ML_FEED(HUGETLB),
		.need = ML_FEED(MEMINFO),
		.use = ML_FEED(HUGETLB),
		.measure = "surplus",
		.unit = ML_UNIT_BYTES,
		.check = check_surplus,
		.why = "such pages were to be had by luck: the next time memory may be in pieces",
		.isnt = "no fault: nr_overcommit_hugepages allows it, and they go when they are "
			"freed",
		.remedy = "where they are always needed raise nr_hugepages",
		.risk = "the memory is then kept when nobody uses it",
		.next = "memlens huge",
	},
	{
		.id = "ksm.loss",
		.title = "merging equal pages takes more memory than it saves",
		.need = ML_FEED(KSM),
		.measure = "loss",
		.unit = ML_UNIT_BYTES,
		.check = check_ksm,
		.why = "each page that is looked at takes a record, and looking takes CPU time",
		.isnt = "in its first rounds it always loses",
		.remedy = "find who asks for it (memlens huge --table processes), or stop it: "
			  "echo 2 > /sys/kernel/mm/ksm/run",
		.risk = "2 takes apart what was merged, which needs that much free memory",
		.next = "memlens huge",
	},
};

const struct ml_rule_set ml_rules_huge = ML_RULE_SET(rules);
