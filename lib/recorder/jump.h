/* SPDX-License-Identifier: MIT */
/*
 * jump: whether the clock of the wall was set, or the machine slept, between two samples.
 *
 * Three clocks tell: that of the wall, that of the time since boot, and that of the time
 * since boot in which the machine was awake.
 */
#pragma once

#include <stdbool.h>

#include "memlens.h"

struct ml_clocks {
	uint64_t wall_ms;
	uint64_t boot_ns;  /* with sleep */
	uint64_t awake_ns; /* without */
};

/* As the machine has them now. */
struct ml_clocks ml_clocks_now(void);

/* Zero-initialise. */
struct ml_jump {
	struct ml_clocks before;
	uint64_t forward_ns; /* awake, when the wall's was last set forward; 0: never */
};

#define ML_JUMP_TEXT 64

/* "clock set back by 3:00:00", "asleep for 0:20:05"; false: time passed as it does. */
bool ml_jump_step(struct ml_jump *jump, const struct ml_clocks *now,
		  char ret[static ML_JUMP_TEXT]);

/* Whether the wall's clock may be trusted to say that something is old: it was not set
 * forward within the last hour. */
bool ml_jump_is_settled(const struct ml_jump *jump);
