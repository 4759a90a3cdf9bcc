/* SPDX-License-Identifier: MIT */
/* clock: the two times of an instant. */
#pragma once

#include <stdint.h>

uint64_t ml_clock_monotonic_ns(void);
uint64_t ml_clock_cpu_ns(void);  /* that the process has used */
uint64_t ml_clock_wall_ms(void); /* since the epoch */
