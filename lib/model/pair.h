/* SPDX-License-Identifier: MIT */
/* pair: two instants - whether they are of one boot, and how far apart. */
#pragma once

#include "model/snap.h"

enum ml_boot {
	ML_BOOT_ONE,
	ML_BOOT_OTHER,   /* two boots, or two machines */
	ML_BOOT_UNKNOWN, /* one of the trees does not tell */
};

/* By the boot id; where a tree has none, by names and the time of boot (STAT). */
enum ml_boot ml_pair_boot(const struct ml_snap *prev, const struct ml_snap *cur);

/* Seconds from one to the other, below 0 when `cur` is the earlier one; NaN if unknown.
 * Two captures have no clock in common but the machine's: its uptime (UPTIME) within one
 * boot, the wall clock otherwise. */
double ml_pair_seconds(const struct ml_snap *prev, const struct ml_snap *cur);
