/* SPDX-License-Identifier: MIT */
/* delta: how much a counter grew between two instants. */
#pragma once

#include <stdbool.h>

#include "memlens.h"

/* ML_NONE when either is unknown or the counter went down: a reset is not a spike. On a
 * machine whose counters are 32 bits wide (`narrow`), a fall from the upper half is a
 * wrap. */
uint64_t ml_delta(uint64_t prev, uint64_t cur, bool narrow);

/* How much a size grew or, below 0, shrank; INT64_MIN when either is unknown. */
int64_t ml_growth(uint64_t before, uint64_t now);

/* Growth per second; NaN when unknown or `seconds` is not above 0. */
double ml_rate(uint64_t prev, uint64_t cur, bool narrow, double seconds);
