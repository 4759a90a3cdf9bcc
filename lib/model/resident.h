/* SPDX-License-Identifier: MIT */
/* resident: how much of each mapping is in memory, as RSS counts it, by PAGEMAP_SCAN. */
#pragma once

#include "parse/smaps.h"
#include "probe/page_scan.h"
#include "source/process.h"

#define ML_RESIDENT_RUNS 1024

/* A window of runs of pages, moved on as addresses rise. */
struct ml_resident {
	int fd;              /* of pagemap, or -1 */
	uint64_t next;       /* address from which nothing has been scanned */
	uint64_t end;        /* of user addresses */
	size_t at, n;        /* runs not yet passed */
	struct ml_page_run *runs;
};

/* 0 or -errno: -ENOTTY where the kernel has no PAGEMAP_SCAN, -EACCES. */
int ml_resident_open(const struct ml_process *process, struct ml_resident *ret);
void ml_resident_close(struct ml_resident *resident);

/*
 * Bytes of a mapping, asked in rising order. ML_NONE where it cannot be told: pages of
 * hugetlb, which RSS leaves out, look like huge pages of a file, which it counts; and
 * when the process has ended.
 */
uint64_t ml_resident_in(struct ml_resident *resident, const struct ml_smaps_row *m);
