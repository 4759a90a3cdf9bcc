/* SPDX-License-Identifier: MIT */
/* vmstat: /proc/vmstat - gauges (nr_*, pages) and event counters since boot. */
#pragma once

#include "parse/parse.h"

/* Fills `kv`, all ML_UNIT_COUNT as printed: pages stay pages. A value above 2^63 is a
 * small negative per-CPU drift that leaked out of an old kernel, and becomes 0. */
ml_parse_fn ml_parse_vmstat;
