/* SPDX-License-Identifier: MIT */
/* see_processes: what grows of the processes. */
#include <unistd.h>

#include "base/cleanup.h"
#include "model/proc.h"
#include "watch/sights.h"

static int see_process(struct ml_watch *w, const struct ml_proc *p)
{
	const struct {
		enum ml_watched_kind kind;
		uint64_t value;
	} sizes[] = {
		{ ML_WATCHED_PRIVATE,
		  p->anon == ML_NONE ? ML_NONE : p->anon + ml_or0(p->swap) },
		{ ML_WATCHED_SHMEM, p->shmem },
		{ ML_WATCHED_PAGETABLES, p->pagetables },
		{ ML_WATCHED_LOCKED, p->locked },
		{ ML_WATCHED_DESCRIPTORS, p->fds },
		{ ML_WATCHED_THREADS, p->threads },
	};
	int rc = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(sizes) && !rc; i++) {
		uint64_t v = sizes[i].value;

		rc = ml_watch_see(w,
				  &(struct ml_sight){
					  .kind = sizes[i].kind,
					  .pid = p->pid,
					  .start = p->start,
					  .value = v == ML_NONE ? (double)NAN : (double)v,
				  });
	}
	return rc;
}

int ml_see_processes(struct ml_watch *w, const struct ml_snap *snap,
		     struct ml_arena *scratch)
{
	const struct ml_parsed *procs = ml_snap_parsed(snap, ML_FEED_PROCESSES);
	/* who watches grows by what it keeps */
	uint64_t own = snap->root->live ? (uint64_t)getpid() : ML_NONE;
	const struct ml_proc *p;
	int rc = 0;

	(void)scratch;
	if (!procs)
		return 0;
	ml_for_each_row(p, &procs->rows)
		if (!rc && !p->kernel && p->pid != own)
			rc = see_process(w, p);
	return rc;
}
