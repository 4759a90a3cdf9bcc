/* SPDX-License-Identifier: MIT */
/* holders: who holds what no process shows in its RSS. */
#include "diag/holders.h"

#include "model/proc.h"

const struct ml_shm *ml_diag_shm(struct ml_diag *d)
{
	const struct ml_feed_data *data = &d->cur->feed[ML_FEED_SHM_LARGE];
	const struct ml_shm *shm =
		d->cur->taken & ML_FEED(SHM_LARGE) ? data->parsed.head : NULL;

	if (shm && shm->processes != ML_NONE)
		return shm;
	ml_diag_skip(d, "the ledger of shared memory was not taken");
	return NULL;
}

/* What is in Shmem or in swap beyond what the ledger tells whose it is. */
static uint64_t unknown_of(const struct ml_diag *d, const struct ml_shm *shm)
{
	uint64_t swapped = ml_sub_sat(ml_snap_mem(d->cur, "SwapTotal"),
				      ml_snap_mem(d->cur, "SwapFree"));
	uint64_t all = ml_add(ml_snap_mem(d->cur, "Shmem"), swapped), known = 0;
	const struct ml_shm_mount *m;
	const struct ml_shm_object *o;

	ml_for_each_row(m, &shm->mounts)
		if (!ml_str_is(m->type, "hugetlbfs"))
			known = ml_add(known, ml_or0(m->listed_bytes));
	ml_for_each_row(o, &shm->objects)
		if (o->kind >= ML_SHM_DELETED && o->kind < ML_SHM_KINDS_IN)
			known = ml_add(known, ml_or0(o->bytes));
	return ml_sub_sat(all, known);
}

int ml_diag_shm_end(struct ml_diag *d, const struct ml_shm *shm, bool in_shmem)
{
	if (!shm->refused || shm->refused == ML_NONE)
		return 0;
	if (in_shmem && unknown_of(d, shm) < ML_SHM_LARGE)
		return 0;
	return ml_diag_skip(
		d, "%llu process%s may not be looked into, needs CAP_SYS_PTRACE",
		(unsigned long long)shm->refused, shm->refused == 1 ? "" : "es");
}

struct ml_object ml_diag_holder(const struct ml_diag *d, uint64_t pid, struct ml_str comm)
{
	const struct ml_parsed *procs = ml_snap_parsed(d->cur, ML_FEED_PROCESSES);
	const struct ml_proc unknown = { .pid = pid, .start = NAN, .comm = comm };
	const struct ml_proc *p;

	if (procs)
		ml_for_each_row(p, &procs->rows)
			if (p->pid == pid)
				return ml_object_process(p);
	return ml_object_process(&unknown);
}

const char *ml_say_holders(struct ml_diag *d, uint64_t pid, struct ml_str comm,
			   uint64_t holders)
{
	const char *who =
		ml_arena_printf(d->arena, "process %llu (%.*s)", (unsigned long long)pid,
				(int)comm.n, comm.n ? comm.p : "");

	if (who && holders > 1)
		who = ml_arena_printf(d->arena, "%s and %llu other%s", who,
				      (unsigned long long)holders - 1,
				      holders > 2 ? "s" : "");
	if (!who)
		d->failed = true;
	return who ? who : "";
}
