/* SPDX-License-Identifier: MIT */
/* causes: which finding explains which, and how much of it. */
#include "diag/diag.h"

/* Of what a cause has to explain most before its symptom is no finding of its own. */
#define SHARE 0.8

/* The cause, its symptom, and what tells how much of it the cause explains. */
static const struct {
	const char *cause, *symptom;
	enum ml_amount amount;
} edges[] = {
	/* one group's limit makes the whole host look busy */
	{ "cg.thrash", "swap.storm", ML_AMOUNT_SWAP },
	{ "cg.thrash", "swap.in", ML_AMOUNT_SWAP },
	{ "cg.thrash", "cache.thrash", ML_AMOUNT_REFAULT },
	{ "cg.thrash", "fault.major", ML_AMOUNT_FAULT },
	{ "cg.thrash", "psi.mem.some", ML_AMOUNT_STALL },
	{ "cg.thrash", "psi.mem.full", ML_AMOUNT_STALL },
	{ "cg.high.throttled", "psi.mem.some", ML_AMOUNT_STALL },
	{ "cg.high.throttled", "psi.mem.full", ML_AMOUNT_STALL },
	{ "cg.high.throttled", "swap.storm", ML_AMOUNT_SWAP },
	{ "cg.high.throttled", "swap.in", ML_AMOUNT_SWAP },
	{ "cg.high.throttled", "cache.thrash", ML_AMOUNT_REFAULT },
	{ "cg.high.throttled", "fault.major", ML_AMOUNT_FAULT },
	{ "cg.max.hit", "psi.mem.some", ML_AMOUNT_STALL },
	{ "cg.max.hit", "psi.mem.full", ML_AMOUNT_STALL },
	{ "cg.pressure", "psi.mem.some", ML_AMOUNT_STALL },
	{ "cg.pressure", "psi.mem.full", ML_AMOUNT_STALL },
	/* what holds the memory that is missing */
	{ "huge.idle", "mem.avail.low", ML_AMOUNT_BYTES },
	{ "zfs.arc", "mem.avail.low", ML_AMOUNT_BYTES },
	{ "mem.balloon", "mem.avail.low", ML_AMOUNT_BYTES },
	{ "proc.mlock.large", "mem.avail.low", ML_AMOUNT_BYTES },
	{ "tmpfs.large", "mem.avail.low", ML_AMOUNT_BYTES },
	{ "tmpfs.large", "mem.shmem.large", ML_AMOUNT_BYTES },
	{ "shm.orphan", "mem.shmem.large", ML_AMOUNT_BYTES },
	{ "memfd.large", "mem.shmem.large", ML_AMOUNT_BYTES },
	{ "file.deleted.held", "mem.shmem.large", ML_AMOUNT_BYTES },
	{ "mem.kernel.large", "mem.avail.low", ML_AMOUNT_BYTES },
	{ "file.deleted.held", "tmpfs.large", ML_AMOUNT_BYTES },
	{ "pipe.mem.high", "mem.unaccounted", ML_AMOUNT_BYTES },
	{ "slab.unreclaim.large", "mem.kernel.large", ML_AMOUNT_BYTES },
	{ "kstack.large", "mem.kernel.large", ML_AMOUNT_BYTES },
	{ "mem.pagetables.large", "mem.kernel.large", ML_AMOUNT_BYTES },
	{ "percpu.large", "mem.kernel.large", ML_AMOUNT_BYTES },
	{ "vmalloc.large", "mem.kernel.large", ML_AMOUNT_BYTES },
	{ "proc.pagetables.large", "mem.pagetables.large", ML_AMOUNT_BYTES },
	/* who writes more than the disk takes makes others reclaim */
	{ "dirty.throttle", "reclaim.direct", ML_AMOUNT_STALL },
	{ "mem.watermark.gap", "reclaim.direct", ML_AMOUNT_STALL },
	/* pages that come back are read at a fault */
	{ "swap.storm", "fault.major", ML_AMOUNT_FAULT },
	{ "swap.in", "fault.major", ML_AMOUNT_FAULT },
	{ "swap.storm", "psi.mem.full", ML_AMOUNT_STALL },
	{ "swap.storm", "psi.mem.some", ML_AMOUNT_STALL },
	{ "cache.thrash", "fault.major", ML_AMOUNT_FAULT },
	/* time in which nothing ran is time in which some waited */
	{ "psi.mem.full", "psi.mem.some", ML_AMOUNT_STALL },
	{ "mem.minfree.big", "mem.avail.low", ML_AMOUNT_BYTES },
	/* blocks lack since memory is in pieces, not since there is none */
	{ "frag.index", "frag.order3", ML_AMOUNT_BYTES },
};

static bool is_of(const struct ml_finding *f, const char *id)
{
	return !strcmp(f->rule->id, id) && !f->ignored;
}

/* All findings of the cause together, since two groups can thrash at once; the largest of
 * them stands for all. SIZE_MAX if they explain too little. */
static size_t find_cause(const struct ml_rows *findings, const char *id,
			 enum ml_amount amount, double whole)
{
	size_t largest = SIZE_MAX;
	double sum = 0, most = 0;

	for (size_t i = 0; i < findings->n; i++) {
		const struct ml_finding *f = ml_rows_at(findings, i);

		if (!is_of(f, id) || !(f->amount[amount] > 0))
			continue;
		sum += f->amount[amount];
		if (f->amount[amount] > most) {
			most = f->amount[amount];
			largest = i;
		}
	}
	return sum >= SHARE * whole ? largest : SIZE_MAX;
}

/* The cause at the bottom of a chain of them. */
static size_t root_of(const struct ml_rows *findings, size_t i)
{
	for (size_t steps = 0; steps < findings->n; steps++) {
		const struct ml_finding *f = ml_rows_at(findings, i);

		if (f->cause == SIZE_MAX)
			break;
		i = f->cause;
	}
	return i;
}

void ml_diag_attribute(struct ml_rows *findings)
{
	for (size_t i = 0; i < findings->n; i++) {
		struct ml_finding *f = ml_rows_at(findings, i);

		for (size_t e = 0; e < ML_ARRAY_SIZE(edges) && f->cause == SIZE_MAX;
		     e++) {
			double whole = f->amount[edges[e].amount];

			if (is_of(f, edges[e].symptom) && whole > 0)
				f->cause = find_cause(findings, edges[e].cause,
						      edges[e].amount, whole);
		}
	}
	for (size_t i = 0; i < findings->n; i++) { /* a cause is as bad as what it does */
		const struct ml_finding *f = ml_rows_at(findings, i);
		struct ml_finding *cause;

		if (f->cause == SIZE_MAX)
			continue;
		cause = ml_rows_at(findings, root_of(findings, i));
		if (cause->severity < f->severity)
			cause->severity = f->severity;
	}
}
