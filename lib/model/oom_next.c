/* SPDX-License-Identifier: MIT */
/* oom_next: whom the kernel would kill now, by the arithmetic of its OOM killer. */
#include <errno.h>
#include <stdlib.h>

#include "model/cgroup.h"
#include "model/groups.h"
#include "model/oom.h"
#include "model/proc.h"
#include "model/snap.h"

/* oom_badness(): pages there, bytes here. */
uint64_t ml_oom_badness(uint64_t bytes, int64_t adj, uint64_t total)
{
	uint64_t part;

	if (adj == -1000 || bytes == ML_NONE)
		return ML_NONE;
	if (adj == INT64_MIN || (adj && total == ML_NONE))
		return ML_NONE;
	part = adj ? ml_mul(total / 1000, (uint64_t)(adj < 0 ? -adj : adj)) : 0;
	return adj < 0 ? ml_sub_sat(bytes, part) : ml_add(bytes, part);
}

uint64_t ml_oom_host_total(const struct ml_snap *snap)
{
	return ml_add(ml_snap_mem(snap, "MemTotal"), ml_snap_mem(snap, "SwapTotal"));
}

static uint64_t bytes_of(const struct ml_proc *p)
{
	return ml_add(ml_add(p->rss, ml_or0(p->swap)), ml_or0(p->pagetables));
}

/* Those that can be chosen first, then by what they hold. */
static int by_score(const void *a, const void *b)
{
	const struct ml_oom_next *x = a, *y = b;
	bool never = x->score == ML_NONE, other = y->score == ML_NONE;

	if (never != other)
		return never ? 1 : -1;
	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	if (x->bytes != y->bytes)
		return ml_or0(x->bytes) < ml_or0(y->bytes) ? 1 : -1;
	return x->proc->pid < y->proc->pid ? -1 : x->proc->pid > y->proc->pid;
}

static bool is_member(const struct ml_snap *snap, const struct ml_proc *p,
		      struct ml_str group)
{
	const struct ml_groups_head *head = ml_groups_head(snap);

	if (!group.p)
		return true;
	return head && p->cgroup.p &&
	       ml_cgroup_is_below(ml_cgroup_below(&head->tree, p->cgroup), group);
}

int ml_oom_rank(const struct ml_snap *snap, struct ml_str group, uint64_t total,
		struct ml_arena *a, struct ml_rows *ret)
{
	const struct ml_parsed *procs = ml_snap_parsed(snap, ML_FEED_PROCESSES);
	const struct ml_proc *p;

	*ret = ML_ROWS(struct ml_oom_next);
	if (!procs)
		return 0;
	ml_for_each_row(p, &procs->rows) {
		struct ml_oom_next *row;

		if (p->kernel || p->pid == 1 || !is_member(snap, p, group))
			continue;
		row = ml_rows_add(ret, a);
		if (!row)
			return -ENOMEM;
		row->proc = p;
		row->bytes = bytes_of(p);
		row->total = total;
		row->score = ml_oom_badness(row->bytes, p->oom_adj, total);
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_score);
	return 0;
}
