/* SPDX-License-Identifier: MIT */
/* wander: whether a floor rises by no more than one that wanders without an aim. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Of `n` values (at most ML_KENDALL_MOST) at ascending times about a line of `slope`. A
 * random walk rises for long, and its ranks rise as surely as those of a leak; but it
 * does not come back to a line, falls about as often as it rises, and its end is no
 * further from its beginning than its steps explain. All three have to be so. False of
 * fewer than 8 values.
 */
bool ml_wanders(const double *t, const double *v, size_t n, double slope);
