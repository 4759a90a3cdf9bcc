/* SPDX-License-Identifier: MIT */
/* trend_words: what a trend says, in sentences. */
#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "series/trend.h"

/* `unit` is that of the values: ML_UNIT_BYTES or ML_UNIT_COUNT; `age` 0: unknown. p
 * NULL when there is no memory. */
struct ml_str ml_trend_why(struct ml_arena *a, const struct ml_trend *t,
			   enum ml_unit unit, const struct ml_trend_ask *ask);

/* The interval of the slope in the time that suits it, "1.1 MiB to 1.3 MiB/h"; p
 * NULL when it is not known. */
struct ml_str ml_trend_rate(struct ml_arena *a, const struct ml_trend *t,
			    enum ml_unit unit);

/* "1 h to 3 h", or "1 h" where both say the same. p NULL without memory or a word. */
struct ml_str ml_trend_range(struct ml_arena *a, const char *low, const char *high,
			     const char *behind);
