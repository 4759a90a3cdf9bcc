/* SPDX-License-Identifier: MIT */
/* traffic: what the kernel does to find memory, in numbers that several rules need. */
#pragma once

#include "diag/diag.h"
#include "parse/zoneinfo.h"

/* Rate of a counter that some kernels keep for each zone apart. */
double ml_traffic_rate(const struct ml_diag *d, const char *name);

/* Unknown counts as nothing. */
static inline double ml_traffic_or0(double rate)
{
	return isnan(rate) ? 0 : rate;
}

/* Share of the time that some task waited for memory; NaN: unknown. */
double ml_traffic_some(const struct ml_diag *d);

/* Whether it is known that hardly anybody waits: less than the limit "stall" of the rule
 * that runs. */
bool ml_traffic_is_unfelt(const struct ml_diag *d);

/* Whether the machine itself looks for memory, or may do so; where it does not, what is
 * reclaimed is reclaimed for the limit of a control group, with hardly an exception. */
bool ml_traffic_is_host(const struct ml_diag *d);

/* Of the memory that programs can have; NaN: unknown. */
double ml_traffic_available(const struct ml_diag *d);

/* Pages a second between memory and swap, zswap included. */
struct ml_swap_traffic {
	double in, out;
	double faults; /* of those in, the ones that a task waited for */
};

/* NaN where it is unknown. */
struct ml_swap_traffic ml_traffic_swap(const struct ml_diag *d);

/* Tell what the waiting was while it went on, where that is known. */
void ml_traffic_show_some(struct ml_diag *d, struct ml_finding *f);

/* Of struct ml_zoneinfo_row; none where they are not known. */
const struct ml_rows *ml_traffic_zones(const struct ml_snap *snap);
