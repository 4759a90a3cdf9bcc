/* SPDX-License-Identifier: MIT */
/* host: whose machine a snapshot is of - name, kernel, boot, page size. */
#include "model/host.h"

#include <errno.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"

/* The first line of a small file, or NULL. */
static const char *line_of(struct ml_snap *snap, const char *path)
{
	struct ml_str text, line;

	if (ml_root_read(snap->root, path, &snap->arena, &text) ||
	    !ml_next_line(&text, &line))
		return NULL;
	return ml_arena_strndup(&snap->arena, line.p, line.n);
}

/* "Linux version 6.1.0-9-amd64 (..." */
static const char *kernel_of_version(struct ml_snap *snap)
{
	struct ml_str text, word = { 0 };

	if (ml_root_read(snap->root, "/proc/version", &snap->arena, &text))
		return NULL;
	for (int i = 0; i < 3; i++)
		if (!ml_next_word(&text, &word))
			return NULL;
	return ml_arena_strndup(&snap->arena, word.p, word.n);
}

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

/* The page size of a copied tree: of the pairs above the one with most pages, rounded to a
 * power of two, since the two files were not read at the same moment. */
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

static int identify_live(struct ml_snap *snap)
{
	struct utsname uts;

	if (uname(&uts))
		return 0;
	snap->host.name = ml_arena_printf(&snap->arena, "%s", uts.nodename);
	snap->host.kernel = ml_arena_printf(&snap->arena, "%s", uts.release);
	snap->host.page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	return snap->host.name && snap->host.kernel ? 0 : -ENOMEM;
}

static int identify_tree(struct ml_snap *snap)
{
	snap->host.name = line_of(snap, "/proc/sys/kernel/hostname");
	snap->host.kernel = line_of(snap, "/proc/sys/kernel/osrelease");
	if (!snap->host.kernel)
		snap->host.kernel = kernel_of_version(snap);
	snap->host.page_size =
		snap->root->page_size ? snap->root->page_size : infer_page_size(snap);
	return 0;
}

/* A 32-bit kernel has less than 4 GiB of address space to vmalloc in. */
static bool counters_are_narrow(const struct ml_snap *snap)
{
	return ml_snap_mem(snap, "VmallocTotal") < 1ull << 32;
}

int ml_host_identify(struct ml_snap *snap)
{
	snap->narrow = counters_are_narrow(snap);
	snap->host.boot_id = line_of(snap, "/proc/sys/kernel/random/boot_id");
	return snap->root->live ? identify_live(snap) : identify_tree(snap);
}
