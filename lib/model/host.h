/* SPDX-License-Identifier: MIT */
/* host: what the numbers of a machine mean - page size, width of counters. */
#pragma once

#include "model/snap.h"

/* Fills snap->page_size and snap->narrow. Run after the feeds: in a tree the page size
 * is inferred from them. */
void ml_host_measure(struct ml_snap *snap);

/* Fills snap->wall_ms and snap->monotonic_ns: now, or when a capture was made. */
void ml_host_clock(struct ml_snap *snap);
