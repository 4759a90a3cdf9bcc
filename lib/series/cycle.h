/* SPDX-License-Identifier: MIT */
/* cycle: growth and fall that come again, as of days or of a collector with a steady
 * load. */
#pragma once

#include <stdbool.h>

#include "series/floor.h"

#define ML_CYCLE_PHASES 16

struct ml_cycle {
	double start, period;            /* seconds */
	double profile[ML_CYCLE_PHASES]; /* by phase, about 0 */
	double height;                   /* from its lowest phase to its highest */
};

/*
 * Whether one period from 1/20 to 2/5 of the record explains most of what a line leaves
 * unexplained (phase dispersion, Stellingwerf 1978, with the line fitted at once), and
 * values do fall in it: stairs only go up. `scratch` has room for n.
 */
bool ml_cycle_of(const struct ml_sample *samples, size_t n, double *scratch,
		 struct ml_cycle *ret);

/* What the cycle adds at `t`. */
double ml_cycle_at(const struct ml_cycle *cycle, double t);
