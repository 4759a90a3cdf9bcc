/* SPDX-License-Identifier: MIT */
/* page_scan: which pages of a process are in memory, by PAGEMAP_SCAN (Linux 6.7). */
#include "probe/page_scan.h"

#include <errno.h>
#include <sys/ioctl.h>

/* struct pm_scan_arg of linux/fs.h, which older headers lack. */
struct scan_arg {
	uint64_t size;
	uint64_t flags;
	uint64_t start, end;
	uint64_t walk_end;
	uint64_t vec, vec_len;
	uint64_t max_pages;
	uint64_t category_inverted;
	uint64_t category_mask;
	uint64_t category_anyof_mask;
	uint64_t return_mask;
};

#define SCAN _IOWR('f', 16, struct scan_arg)
#define IS_PRESENT (1u << 3)
#define IS_ZERO (1u << 5)

/* A walk in several turns that comes to its end leaves walk_end where its last turn but
 * one stopped (fs/proc/task_mmu.c, do_pagemap_scan): what was told is not asked again. */
static uint64_t next_start(const struct scan_arg *arg, const struct ml_page_run *runs,
			   int n)
{
	uint64_t told = n > 0 ? runs[n - 1].end : 0;

	return told > arg->walk_end ? told : arg->walk_end;
}

int ml_page_scan(int fd, uint64_t *start, uint64_t end, struct ml_page_run *runs,
		 size_t nruns)
{
	struct scan_arg arg = {
		.size = sizeof(arg),
		.start = *start,
		.end = end,
		.vec = (uint64_t)(uintptr_t)runs,
		.vec_len = nruns,
		.category_inverted = IS_ZERO,
		.category_mask = IS_PRESENT | IS_ZERO,
		.return_mask = ML_PAGE_HUGE,
	};
	int n;

	do
		n = ioctl(fd, SCAN, &arg);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	*start = next_start(&arg, runs, n);
	return n;
}
