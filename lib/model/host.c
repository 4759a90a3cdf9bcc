/* SPDX-License-Identifier: MIT */
/* host: what the numbers of a machine mean - page size, width of counters. */
#include "model/host.h"

#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

/* The same quantity in both files: meminfo in kB, vmstat in pages. */
static const struct {
	const char *meminfo;
	const char *vmstat;
} same[] = {
	{ "AnonPages", "nr_anon_pages" },
	{ "Mapped", "nr_mapped" },
	{ "Shmem", "nr_shmem" },
	{ "Active(file)", "nr_active_file" },
	{ "Inactive(file)", "nr_inactive_file" },
};

/* The page size of a copied tree: of the pairs above the one with most pages, rounded to
 * a power of two, since the two files were not read at the same moment. */
static uint64_t infer_page_size(const struct ml_snap *snap)
{
	uint64_t pages = 64, bytes = ML_NONE, size; /* fewer pages would not tell */

	for (size_t i = 0; i < ML_ARRAY_SIZE(same); i++) {
		uint64_t p = ml_snap_vm(snap, same[i].vmstat);
		uint64_t b = ml_snap_mem(snap, same[i].meminfo);

		if (p == ML_NONE || b == ML_NONE || p <= pages)
			continue;
		pages = p;
		bytes = b;
	}
	if (bytes == ML_NONE)
		return ML_NONE;
	for (size = 4096; size < 1u << 20; size *= 2)
		if (bytes / pages < size + size / 2)
			return size;
	return ML_NONE;
}

/* A 32-bit kernel has less than 4 GiB of address space to vmalloc in. */
static bool counters_are_narrow(const struct ml_snap *snap)
{
	return ml_snap_mem(snap, "VmallocTotal") < 1ull << 32;
}

void ml_host_measure(struct ml_snap *snap)
{
	snap->narrow = counters_are_narrow(snap);
	if (snap->root->live)
		snap->page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	else if (snap->root->page_size)
		snap->page_size = snap->root->page_size;
	else
		snap->page_size = infer_page_size(snap);
}

void ml_host_clock(struct ml_snap *snap)
{
	const struct ml_manifest *told = snap->root->manifest;

	snap->wall_ms = snap->root->live ? ml_clock_wall_ms() : told->wall_ms;
	snap->monotonic_ns = told->monotonic_ns;
	if (snap->monotonic_ns == ML_NONE)
		snap->monotonic_ns = ml_clock_monotonic_ns();
}
