/* SPDX-License-Identifier: MIT */
/* proc_near: more of those processes that may be near a limit, found by what is known. */
#include "model/proc_scan.h"
#include "model/snap.h"
#include "parse/slabinfo.h"
#include "parse/stat.h"
#include "source/small.h"

/* Rules begin at four fifths of a limit. Below these sizes no limit that anybody sets is
 * near. */
#define NEAR 0.8
#define LEAST_SIZE (16ull << 20)
#define LEAST_STACK (1ull << 20)

/* Rollups of the largest take long: of those that share half of the machine there may be
 * hundreds. */
#define ROLLUPS 2

/* glibc makes at most so many arenas a CPU, so more heaps than that are of several. */
#define ARENAS_PER_CPU 8
#define HEAP_BYTES (64ull << 20)

struct bounds {
	uint64_t size;  /* of address space from which mappings may be near their limit */
	uint64_t heaps; /* likewise, heaps of malloc many */
	uint64_t half;  /* of the machine */
	unsigned rollups;
};

/* One slab object is one mapping, of whichever process. */
static bool may_any_be_near(const struct ml_snap *snap, double limit)
{
	const struct ml_parsed *slab = ml_snap_parsed(snap, ML_FEED_SLABINFO);
	const struct ml_slabinfo_row *row;

	if (slab)
		ml_for_each_row(row, &slab->rows)
			if (ml_str_is(row->cache, "vm_area_struct") &&
			    row->objects != ML_NONE)
				return (double)row->objects >= limit;
	return true;
}

/* A mapping is a page at least. */
static uint64_t size_of_near(const struct ml_proc_scan *s)
{
	double limit = NEAR * ml_f64(s->head->map_limit);

	if (s->head->map_limit == ML_NONE || s->page_size == ML_NONE ||
	    limit * (double)s->page_size >= 1e18 || !may_any_be_near(s->snap, limit))
		return ML_NONE;
	return (uint64_t)(limit * (double)s->page_size);
}

static struct bounds bounds_of(const struct ml_proc_scan *s)
{
	const struct ml_parsed *stat = ml_snap_parsed(s->snap, ML_FEED_STAT);
	const struct ml_stat_head *cpus = stat ? stat->head : NULL;
	uint64_t total = ml_snap_mem(s->snap, "MemTotal");

	return (struct bounds){
		.size = size_of_near(s),
		.heaps = cpus && cpus->ncpus
				 ? ml_mul(cpus->ncpus * ARENAS_PER_CPU, HEAP_BYTES)
				 : ML_NONE,
		.half = total == ML_NONE ? ML_NONE : total / 2,
	};
}

/* Unknown is above no bound, and no bound is above what is known. */
static bool reaches(uint64_t v, uint64_t bound)
{
	return v != ML_NONE && bound != ML_NONE && v >= bound;
}

static uint32_t reads_of(struct bounds *b, const struct ml_proc *p)
{
	uint32_t reads = 0;

	if (reaches(p->vss, b->size) || (p->threads > 1 && reaches(p->vss, b->heaps)))
		reads |= ML_READ_VMAS;
	if (reaches(p->vss, LEAST_SIZE) || reaches(p->stack, LEAST_STACK) ||
	    ml_or0(p->locked) || ml_or0(p->pinned))
		reads |= ML_READ_LIMITS;
	if (p->pss == ML_NONE && reaches(p->rss, b->half) && b->rollups < ROLLUPS) {
		reads |= ML_READ_ROLLUP;
		b->rollups++;
	}
	return reads;
}

int ml_proc_search_near(struct ml_proc_scan *s, struct ml_proc_reader *r)
{
	struct bounds b;
	int rc = 0;

	s->head->map_limit = ml_small_u64(s->root, "/proc/sys/vm/max_map_count");
	b = bounds_of(s);
	for (size_t i = 0; i < s->rows->n && !rc; i++) {
		struct ml_proc *proc = ml_proc_scan_row(s, i);
		uint32_t reads =
			ml_proc_is_gone(proc) || proc->kernel ? 0 : reads_of(&b, proc);

		if (reads)
			rc = ml_proc_settle(proc, ml_proc_read_files(r, reads, proc));
		s->head->maps_unread += reads & ML_READ_VMAS && proc->vmas == ML_NONE &&
					!ml_proc_is_gone(proc);
	}
	return rc;
}
