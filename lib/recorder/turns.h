/* SPDX-License-Identifier: MIT */
/* turns: a share of the processes each time, round and round in the order of pids. */
#pragma once

#include "base/arena.h"

/* Zero-initialise. */
struct ml_turns {
	uint64_t next_pid; /* whose turn it is */
	unsigned round;
	size_t at, left;
};

/* `n` of those `pids`, of uint64_t and ascending, have their turn now. */
void ml_turns_begin(struct ml_turns *turns, const struct ml_rows *pids, size_t n);
bool ml_turns_next(struct ml_turns *turns, const struct ml_rows *pids, uint64_t *ret);
