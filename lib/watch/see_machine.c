/* SPDX-License-Identifier: MIT */
/* see_machine: what grows of the machine as a whole, kernel rooms included. */
#include <errno.h>
#include <math.h>

#include "base/cleanup.h"
#include "model/account.h"
#include "model/shm.h"
#include "model/slab.h"
#include "model/vmalloc.h"
#include "watch/sights.h"

static const struct {
	enum ml_watched_kind kind;
	const char *key; /* of meminfo */
} gauges[] = {
	{ ML_WATCHED_SHARED, "Shmem" },
	{ ML_WATCHED_PAGE_TABLES, "PageTables" },
	{ ML_WATCHED_STACKS, "KernelStack" },
	{ ML_WATCHED_PERCPU, "Percpu" },
};

static uint64_t used(const struct ml_snap *snap)
{
	uint64_t memory = ml_sub_sat(ml_snap_mem(snap, "MemTotal"),
				     ml_snap_mem(snap, "MemAvailable"));
	uint64_t swap =
		ml_sub_sat(ml_snap_mem(snap, "SwapTotal"), ml_snap_mem(snap, "SwapFree"));

	return swap == ML_NONE ? memory : ml_add(memory, swap);
}

/* A page in a queue may hold several small packets: the kernel counts pages. */
static uint64_t sockets(const struct ml_snap *snap)
{
	static const char *const keys[] = { "TCP.mem", "UDP.mem" };
	const struct ml_kv *kv = ml_snap_kv(snap, ML_FEED_SOCKSTAT);
	uint64_t pages = ML_NONE;

	for (size_t i = 0; kv && i < ML_ARRAY_SIZE(keys); i++) {
		uint64_t n = ml_kv_get(kv, keys[i]);

		if (n != ML_NONE)
			pages = ml_or0(pages) + n;
	}
	return ml_snap_pages(snap, pages);
}

/* The residue is what kernel counters do not tell of; it may be a little below 0. */
static int see_unaccounted(struct ml_watch *w, const struct ml_snap *snap,
			   struct ml_arena *scratch)
{
	const struct ml_account_row *row;
	struct ml_rows rows = { 0 };

	if (!ml_snap_parsed(snap, ML_FEED_VMSTAT) ||
	    !ml_snap_parsed(snap, ML_FEED_ZONEINFO))
		return 0;
	if (ml_account(snap, ML_ACCOUNT_CLASSES, scratch, &rows))
		return -ENOMEM;
	ml_for_each_row(row, &rows)
		if (ml_str_is(row->key, "residue") && row->bytes != INT64_MIN)
			return ml_watch_see(w, &(struct ml_sight){
						       .kind = ML_WATCHED_UNACCOUNTED,
						       .pid = ML_NONE,
						       .start = (double)NAN,
						       .value = (double)row->bytes,
					       });
	return 0;
}

int ml_see_machine(struct ml_watch *w, const struct ml_snap *snap,
		   struct ml_arena *scratch)
{
	const struct ml_str none = { 0 };
	int rc = ml_see(w, ML_WATCHED_USED, none, used(snap));

	for (size_t i = 0; i < ML_ARRAY_SIZE(gauges) && !rc; i++)
		rc = ml_see(w, gauges[i].kind, none, ml_snap_mem(snap, gauges[i].key));
	if (!rc)
		rc = ml_see(w, ML_WATCHED_SOCKETS, none, sockets(snap));
	return rc ? rc : see_unaccounted(w, snap, scratch);
}

int ml_see_slab(struct ml_watch *w, const struct ml_snap *snap, struct ml_arena *scratch)
{
	const struct ml_slab_row *row;
	struct ml_rows rows = { 0 };
	int rc = ml_slab_caches(NULL, snap, scratch, &rows);

	ml_for_each_row(row, &rows)
		if (!rc)
			rc = ml_see(w, ML_WATCHED_SLAB, row->cache, row->bytes);
	return rc;
}

/* Kernel stacks are told of as such. */
int ml_see_vmalloc(struct ml_watch *w, const struct ml_snap *snap,
		   struct ml_arena *scratch)
{
	const struct ml_vmalloc_row *row;
	struct ml_rows rows = { 0 };
	int rc = ml_vmalloc_by_caller(snap, scratch, &rows);

	ml_for_each_row(row, &rows)
		if (!rc && !ml_vmalloc_is_stack(row->caller))
			rc = ml_see(w, ML_WATCHED_VMALLOC, row->caller, row->bytes);
	return rc;
}

int ml_see_tmpfs(struct ml_watch *w, const struct ml_snap *snap, struct ml_arena *scratch)
{
	const struct ml_parsed *tmpfs = ml_snap_parsed(snap, ML_FEED_TMPFS);
	const struct ml_shm_mount *row;
	int rc = 0;

	(void)scratch;
	if (!tmpfs)
		return 0;
	ml_for_each_row(row, &tmpfs->rows)
		if (!rc)
			rc = ml_see(w, ML_WATCHED_TMPFS, row->point,
				    ml_shm_mount_used(row));
	return rc;
}
