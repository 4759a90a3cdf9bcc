/* SPDX-License-Identifier: MIT */
/* proc_kept: processes that were read before, read again as far as they moved. */
#pragma once

#include "model/proc_scan.h"

/* Whether it is enough here: the root is held, the report tells moving from standing, and
 * of costly files there is nothing or a choice to read. */
bool ml_proc_scan_may_keep(const struct ml_proc_scan *s);

/*
 * Reads the rows. What always moves is read of each process; what names it, and for a
 * query with `fresh` what it has by kind, only when its size changed or the last reading
 * is some seconds old. Rollups follow by their age. 0 or -errno.
 */
int ml_proc_scan_kept(struct ml_proc_scan *s, struct ml_proc_reader *r);
