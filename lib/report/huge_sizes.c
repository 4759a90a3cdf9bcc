/* SPDX-License-Identifier: MIT */
/* huge_sizes: transparent huge pages of each size. */
#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "model/thp.h"
#include "report/huge.h"
#include "series/delta.h"

struct mthp_row {
	struct ml_mthp m;
	uint64_t anon, partial;   /* bytes */
	double anon_fail, shmem_fail; /* of the interval, or since boot */
	double fault_rate, fallback_rate, swpin_rate, swpout_rate, split_rate;
};

#define ROW struct mthp_row
#define COUNTER(field, head, help) \
	ML_COL(ROW, m.field, ML_UNIT_COUNT, ML_SEM_COUNTER, #field, head, help, \
	       .source = "stats/" #field, .flags = ML_COL_HIDDEN)

static const struct ml_col mthp_cols[] = {
	ML_COL(ROW, m.size, ML_UNIT_BYTES, ML_SEM_LABEL, "size", "SIZE", "of the huge page"),
	ML_LABEL(ROW, m.enabled, "enabled", "ENABLED",
		 "always, madvise, never, or inherit: the setting that has no size"),
	ML_LABEL(ROW, m.shmem_enabled, "shmem_enabled", "SHMEM", "the same for shared memory"),
	ML_BYTES(ROW, anon, "anon", "ANON", "anonymous memory in pages of this size",
		 .source = "stats/nr_anon"),
	ML_BYTES(ROW, partial, "partial", "PARTIAL",
		 "of these: mapped in part, the rest is kept until they are split",
		 .source = "stats/nr_anon_partially_mapped"),
	ML_COL(ROW, m.anon_fault_alloc, ML_UNIT_COUNT, ML_SEM_COUNTER, "anon_fault_alloc",
	       "FAULTS", "anonymous faults that got one, since boot",
	       .source = "stats/anon_fault_alloc"),
	ML_RATIO(ROW, anon_fail, "anon_fail", "FAIL",
		 "part of the faults that fell back to a smaller size",
		 .source = "anon_fault_fallback / (anon_fault_alloc + anon_fault_fallback)"),
	ML_COL(ROW, m.shmem_alloc, ML_UNIT_COUNT, ML_SEM_COUNTER, "shmem_alloc", "SHARED",
	       "shared memory that got one, since boot", .source = "stats/shmem_alloc"),
	ML_COL(ROW, m.split, ML_UNIT_COUNT, ML_SEM_COUNTER, "split", "SPLIT",
	       "split again, since boot", .source = "stats/split"),
	ML_COL(ROW, m.swpout, ML_UNIT_COUNT, ML_SEM_COUNTER, "swpout", "SWPOUT",
	       "swapped out whole, since boot", .source = "stats/swpout"),
	ML_RATE(ROW, fault_rate, "fault_rate", "FAULT/s", "anonymous faults that got one",
		.flags = ML_COL_DELTA),
	ML_RATE(ROW, fallback_rate, "fallback_rate", "FALLBACK/s", "faults that did not",
		.flags = ML_COL_DELTA),
	ML_RATE(ROW, split_rate, "split_rate", "SPLIT/s", "split again",
		.flags = ML_COL_DELTA),
	ML_RATE(ROW, swpin_rate, "swpin_rate", "SWPIN/s", "read from swap whole",
		.flags = ML_COL_DELTA | ML_COL_HIDDEN),
	ML_RATE(ROW, swpout_rate, "swpout_rate", "SWPOUT/s", "swapped out whole",
		.flags = ML_COL_DELTA | ML_COL_HIDDEN),
	ML_RATIO(ROW, shmem_fail, "shmem_fail", "SHMFAIL",
		 "part of the shared memory that fell back to a smaller size",
		 .source = "shmem_fallback / (shmem_alloc + shmem_fallback)",
		 .flags = ML_COL_HIDDEN),
	COUNTER(anon_fault_fallback, "FALLBACK", "faults that fell back, since boot"),
	COUNTER(anon_fault_fallback_charge, "BYLIMIT",
		"of these: refused by the limit of a control group"),
	COUNTER(shmem_fallback, "SHMFALLBACK", "shared memory that fell back, since boot"),
	COUNTER(shmem_fallback_charge, "SHMBYLIMIT",
		"of these: refused by the limit of a control group"),
	COUNTER(collapse_alloc, "COLLAPSE", "ranges that khugepaged turned into one"),
	COUNTER(collapse_alloc_failed, "COLLFAIL", "ranges for which it found no block"),
	COUNTER(split_failed, "SPLITFAIL", "could not be split, since boot"),
	COUNTER(split_deferred, "DEFERRED", "put on the list of those to split, since boot"),
	COUNTER(swpin, "SWPIN", "read from swap whole, since boot"),
	COUNTER(swpin_fallback, "SWPINFALL", "read in smaller pieces instead, since boot"),
	COUNTER(swpout_fallback, "SWPOUTFALL", "split to be swapped out, since boot"),
	COUNTER(zswpout, "ZSWPOUT", "put into zswap whole, since boot"),
};

const struct ml_table ml_mthp_table = {
	.id = "mthp",
	.title = "transparent huge pages by size",
	.help = "one row per size of transparent huge pages",
	.source = "/sys/kernel/mm/transparent_hugepage/hugepages-*kB",
	ML_TABLE_COLS(mthp_cols),
	.row_size = sizeof(ROW),
};

static const struct ml_mthp *before_of(const struct ml_build *b, uint64_t size)
{
	const struct ml_parsed *thp =
		b->prev ? ml_snap_parsed(b->prev, ML_FEED_THP) : NULL;
	const struct ml_mthp *m;

	if (thp)
		ml_for_each_row(m, &thp->rows)
			if (m->size == size)
				return m;
	return NULL;
}

/* Growth since the sample before, or since boot. */
static uint64_t grown(const struct ml_build *b, const struct ml_mthp *before,
		      const struct ml_mthp *m, size_t member)
{
	uint64_t now = *(const uint64_t *)((const char *)m + member);

	if (!b->prev)
		return now;
	return before ? ml_delta(*(const uint64_t *)((const char *)before + member), now,
				 b->cur->narrow)
		      : ML_NONE;
}

static void compare(const struct ml_build *b, ROW *row)
{
	const struct ml_mthp *before = before_of(b, row->m.size);
	double seconds = ml_build_seconds(b);
#define GROWN(member) grown(b, before, &row->m, offsetof(struct ml_mthp, member))
	uint64_t fault = GROWN(anon_fault_alloc), fallback = GROWN(anon_fault_fallback);
	uint64_t shmem = GROWN(shmem_alloc), shmem_fallback = GROWN(shmem_fallback);

	row->anon_fail = ml_ratio(fallback, ml_add(fault, fallback));
	row->shmem_fail = ml_ratio(shmem_fallback, ml_add(shmem, shmem_fallback));
	row->fault_rate = ml_f64(fault) / seconds;
	row->fallback_rate = ml_f64(fallback) / seconds;
	row->split_rate = ml_f64(GROWN(split)) / seconds;
	row->swpin_rate = ml_f64(GROWN(swpin)) / seconds;
	row->swpout_rate = ml_f64(GROWN(swpout)) / seconds;
#undef GROWN
}

int ml_build_mthp(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *thp = ml_snap_parsed(b->cur, ML_FEED_THP);
	const struct ml_mthp *m;

	if (!thp || !thp->rows.n)
		return ml_note(
			b, "this kernel does not tell of transparent huge pages by size");
	ml_for_each_row(m, &thp->rows) {
		ROW *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		row->m = *m;
		row->anon = ml_mul(m->nr_anon, m->size);
		row->partial = ml_mul(m->nr_anon_partially_mapped, m->size);
		compare(b, row);
	}
	return ml_note_fail_since_boot(b);
}
