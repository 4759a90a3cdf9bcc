/* SPDX-License-Identifier: MIT */
/* clean: what of samples can be judged. */
#pragma once

#include <stddef.h>

#include "base/sample.h"

/* Known and finite values at ascending times, in `ret`, which has room for n; how many
 * these are. */
size_t ml_clean(const struct ml_sample *samples, size_t n, struct ml_sample *ret);

/* How many samples lie before a gap so long that they tell nothing of what is behind it:
 * the clock was set, or nobody watched. At least `least` are behind it. */
size_t ml_clean_before_gap(const struct ml_sample *s, size_t n, size_t least);

/* Leave out values that were not read well; how many are left. */
size_t ml_clean_dips(struct ml_sample *s, size_t n);

/* Of more samples than in a week at 10 s the medians of as many buckets. `scratch` has
 * room for n. */
size_t ml_clean_thin(struct ml_sample *s, size_t n, double *scratch);
