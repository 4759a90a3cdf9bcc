/* SPDX-License-Identifier: MIT */
/* numbers: what of a sample is rolled up by the minute and the hour. */
#pragma once

#include "recorder/day.h"
#include "source/tape.h"

#define ML_NUMBERS_MAX 32

/* How many of them the tape tells; what it does not is left out. */
size_t ml_numbers_of(const struct ml_tape *tape,
		     struct ml_day_number ret[static ML_NUMBERS_MAX]);
