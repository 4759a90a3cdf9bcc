/* SPDX-License-Identifier: MIT */
/* kernel: what small files tell of the kernel's own memory, and of what it grows with. */
#pragma once

#include "model/feeds.h"

/* One row of the feed; ML_NONE where the kernel does not tell. */
struct ml_kernel {
	uint64_t dentries;     /* names of files that it keeps */
	uint64_t negative;     /* of them, of files that are not there (Linux 5.0) */
	uint64_t cpus;         /* that may be there: each has its per-CPU memory */
	uint64_t groups;       /* control groups of the memory controller */
	uint64_t groups_dying; /* removed, but not gone; version 2 alone tells */
	/* pages of TCP queues from which the kernel looks, presses, and refuses */
	uint64_t tcp_low, tcp_pressure, tcp_high;
};

ml_gather_fn ml_kernel_gather;

/* The row of a snapshot, or NULL. */
const struct ml_kernel *ml_kernel_of(const struct ml_snap *snap);
