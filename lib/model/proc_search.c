/* SPDX-License-Identifier: MIT */
/* proc_search: the largest processes, found without a rollup of each. */
#include "base/cleanup.h"
#include "base/clock.h"
#include "model/proc_scan.h"

/* How many of the largest are looked for. */
#define LARGEST 5

/* A search for them reads so many rollups at least, and ends when its CPU time is up:
 * where all share one large segment every rollup would have to be read, and each takes
 * milliseconds. */
#define SEARCH_LEAST 32
#define SCREEN_NS 10000000ull
#define TREE_NS 250000000ull

static uint64_t pss_of(const struct ml_proc *proc)
{
	return ml_or0(proc->pss);
}

static uint64_t swap_of(const struct ml_proc *proc)
{
	return ml_or0(proc->swap);
}

static uint64_t pss_anon_of(const struct ml_proc *proc)
{
	return ml_or0(proc->pss_anon);
}

static uint64_t pss_file_of(const struct ml_proc *proc)
{
	return ml_or0(proc->pss_file);
}

static uint64_t pss_shmem_of(const struct ml_proc *proc)
{
	return ml_or0(proc->pss_shmem);
}

/* By statm; after the rollup is read these are still what they were. */
static uint64_t anon_bound(const struct ml_proc *proc)
{
	return ml_or0(proc->anon);
}

static uint64_t shared_bound(const struct ml_proc *proc)
{
	return ml_or0(proc->file);
}

/* A proportional size is never above the resident size it is a share of: in falling order
 * of that bound, the search ends when the fifth value found is not below the next
 * bound. */
static const struct {
	uint32_t when;
	uint64_t cpu_ns;
	ml_proc_size_fn *bound;
	ml_proc_size_fn *value;
} searches[] = {
	{ ML_READ_LARGEST_PSS, SCREEN_NS, ml_proc_rss_of, pss_of },
	{ ML_READ_LARGEST_KINDS, TREE_NS, anon_bound, pss_anon_of },
	{ ML_READ_LARGEST_KINDS, TREE_NS, shared_bound, pss_file_of },
	{ ML_READ_LARGEST_KINDS, TREE_NS, shared_bound, pss_shmem_of },
};

/* Keep the largest values found in falling order. */
static void insert(uint64_t best[static LARGEST], uint64_t value)
{
	for (size_t i = 0; i < LARGEST; i++)
		if (value > best[i]) {
			uint64_t smaller = best[i];

			best[i] = value;
			value = smaller;
		}
}

static bool is_measured(const struct ml_proc *proc)
{
	return proc->comm.p != NULL;
}

static bool is_spent(const struct ml_proc_scan *s)
{
	return s->root->live && s->searched >= SEARCH_LEAST &&
	       ml_clock_cpu_ns() >= s->search_end;
}

/* Stat, for the name, and the rollup; the bounds by statm are kept. */
static int measure(struct ml_proc_reader *r, struct ml_proc *proc)
{
	struct ml_proc before = *proc;
	int rc = ml_proc_settle(
		proc, ml_proc_read_files(r, ML_READ_STAT | ML_READ_ROLLUP, proc));

	if (before.rss != ML_NONE && !ml_proc_is_gone(proc))
		proc->rss = proc->pss == ML_NONE ? before.rss : proc->rss;
	return rc;
}

/* From the i-th on; several searches leave out the same. */
static void note_late(struct ml_proc_scan *s, ml_proc_size_fn *bound, size_t i)
{
	size_t n = 0;

	for (; i < s->nordered; i++) {
		const struct ml_proc *proc = ml_proc_scan_row(s, s->order[i]);

		n += bound(proc) && !is_measured(proc);
	}
	if (n > atomic_load(&s->late))
		atomic_store(&s->late, n);
}

static int search(struct ml_proc_scan *s, struct ml_proc_reader *r,
		  ml_proc_size_fn *bound, ml_proc_size_fn *value)
{
	uint64_t best[LARGEST] = { 0 };
	int rc = ml_proc_scan_order(s, bound);

	for (size_t i = 0; i < s->nordered && !rc; i++) {
		struct ml_proc *proc = ml_proc_scan_row(s, s->order[i]);
		uint64_t most = bound(proc);

		if (!most || most <= best[LARGEST - 1])
			break;
		if (ml_proc_scan_is_late(s) || is_spent(s)) {
			note_late(s, bound, i);
			break;
		}
		if (!is_measured(proc)) {
			rc = measure(r, proc);
			s->searched++;
		}
		insert(best, value(proc));
	}
	return rc;
}

/* Their rollups tell what of swap they share. */
int ml_proc_search_swap(struct ml_proc_scan *s, struct ml_proc_reader *r)
{
	int rc = ml_proc_scan_order(s, swap_of);

	for (size_t i = 0; i < s->nordered && i < LARGEST && !rc; i++) {
		struct ml_proc *proc = ml_proc_scan_row(s, s->order[i]);

		if (!swap_of(proc))
			break;
		rc = ml_proc_settle(proc, ml_proc_read_files(r, ML_READ_ROLLUP, proc));
	}
	return rc;
}

int ml_proc_search(struct ml_proc_scan *s, struct ml_proc_reader *r)
{
	int rc = ml_proc_scan_each(s, r, true);

	for (size_t i = 0; i < ML_ARRAY_SIZE(searches) && !rc; i++) {
		if (!(s->want->reads & searches[i].when))
			continue;
		s->search_end = ml_clock_cpu_ns() + searches[i].cpu_ns;
		rc = search(s, r, searches[i].bound, searches[i].value);
	}
	return rc;
}
