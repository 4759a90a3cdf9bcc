/* SPDX-License-Identifier: MIT */
/* clock: the two times of an instant. */
#pragma once

#include <stdint.h>

uint64_t ml_clock_monotonic_ns(void);
uint64_t ml_clock_wall_ms(void); /* since the epoch */
