/* SPDX-License-Identifier: MIT */
/* resident: how much of each mapping is in memory, as RSS counts it, by PAGEMAP_SCAN. */
#include "model/resident.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Where user addresses may end, by architecture and levels of page tables; a scan beyond
 * the end is refused as a whole. */
static const uint64_t ends[] = {
	(1ull << 57) - (1u << 20), (1ull << 56) - (1u << 20), (1ull << 52) - (1u << 20),
	(1ull << 48) - (1u << 20), 0x7ffffffff000,            (1ull << 47) - (1u << 20),
	(1ull << 39) - (1u << 20), (1ull << 38) - (1u << 20), 0xfffff000,
	0xc0000000,                0xbf000000,                0x80000000 - (1u << 20),
};

/* A scan of the last bytes below each. 0 or -errno. */
static int find_end(struct ml_resident *ret)
{
	int rc = -EFAULT;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		uint64_t start = ends[i] & ~0xfffffull;

		ret->end = ends[i] & ~0xfffull;
		rc = ml_page_scan(ret->fd, &start, ret->end, ret->runs, 1);
		if (rc != -EFAULT)
			break;
	}
	return rc < 0 ? rc : 0;
}

int ml_resident_open(const struct ml_process *process, struct ml_resident *ret)
{
	int rc;

	*ret = (struct ml_resident){ .fd = ml_process_openat(process, "pagemap") };
	if (ret->fd < 0)
		return ret->fd;
	ret->runs = calloc(ML_RESIDENT_RUNS, sizeof(*ret->runs));
	rc = ret->runs ? find_end(ret) : -ENOMEM;
	if (rc)
		ml_resident_close(ret);
	return rc;
}

void ml_resident_close(struct ml_resident *resident)
{
	free(resident->runs);
	if (resident->fd >= 0)
		close(resident->fd);
	*resident = (struct ml_resident){ .fd = -1 };
}

/* Runs that begin below `end` and were not scanned yet. False on failure. */
static bool scan_more(struct ml_resident *r)
{
	int n = ml_page_scan(r->fd, &r->next, r->end, r->runs, ML_RESIDENT_RUNS);

	if (n < 0)
		return false;
	r->at = 0;
	r->n = (size_t)n;
	if (!n)
		r->next = r->end;
	return true;
}

/* What of a run lies between two addresses. */
static uint64_t overlap(const struct ml_page_run *run, uint64_t start, uint64_t end)
{
	uint64_t from = run->start > start ? run->start : start;
	uint64_t to = run->end < end ? run->end : end;

	return to > from ? to - from : 0;
}

/* Pages of a pool are in mappings of a file always, anonymous ones too. */
static bool may_be_hugetlb(const struct ml_page_run *run, const struct ml_smaps_row *m)
{
	return run->categories & ML_PAGE_HUGE && m->inode;
}

uint64_t ml_resident_in(struct ml_resident *r, const struct ml_smaps_row *m)
{
	uint64_t start = m->start, end = m->end, bytes = 0;

	for (;;) {
		const struct ml_page_run *run;

		if (r->at == r->n) {
			if (r->next >= end || r->next >= r->end)
				return bytes;
			if (!scan_more(r))
				return ML_NONE;
			continue;
		}
		run = &r->runs[r->at];
		if (run->start >= end)
			return bytes;
		if (overlap(run, start, end) && may_be_hugetlb(run, m))
			return ML_NONE;
		bytes += overlap(run, start, end);
		if (run->end > end) /* the rest is of the next mapping */
			return bytes;
		r->at++;
	}
}
