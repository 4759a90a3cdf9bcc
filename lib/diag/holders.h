/* SPDX-License-Identifier: MIT */
/* holders: who holds what no process shows in its RSS. */
#pragma once

#include "diag/diag.h"
#include "model/shm.h"

/* The ledger of shared memory, or NULL after ml_diag_skip() where none was taken. */
const struct ml_shm *ml_diag_shm(struct ml_diag *d);

/* What could be found is found: say when processes were refused that may hold more. Of
 * what is in Shmem they cannot where little of it is unknown. 0. */
int ml_diag_shm_end(struct ml_diag *d, const struct ml_shm *shm, bool in_shmem);

/* The process of a pid; its start is unknown where the processes were not read. */
struct ml_object ml_diag_holder(const struct ml_diag *d, uint64_t pid,
				struct ml_str comm);

/* "process 12 (java)", "process 12 (java) and 3 others". */
const char *ml_say_holders(struct ml_diag *d, uint64_t pid, struct ml_str comm,
			   uint64_t holders);
