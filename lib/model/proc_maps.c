/* SPDX-License-Identifier: MIT */
/* proc_maps: how many mappings a process has. */
#include "model/proc_maps.h"

#include "model/smaps_file.h"

/* The heaps of malloc's arenas (HEAP_MAX_SIZE of glibc, on 64 bits) lie at multiples of
 * their size; what is not used yet of one may not be touched. */
#define HEAP_BYTES (64ull << 20)

static bool is_anonymous(const struct ml_smaps_row *m)
{
	return !m->inode &&
	       (!m->name.n || ml_str_starts(m->name, "[anon: glibc: malloc"));
}

static bool has_perms(const struct ml_smaps_row *m, const char *perms)
{
	return memcmp(m->perms, perms, sizeof(m->perms)) == 0;
}

static bool is_heap(const struct ml_smaps_row *m, const struct ml_smaps_row *after)
{
	uint64_t end = m->start + HEAP_BYTES;

	if (m->start % HEAP_BYTES || m->end > end || !has_perms(m, "rw-p") ||
	    !is_anonymous(m))
		return false;
	return m->end == end ||
	       (after->start == m->end && after->end >= end && has_perms(after, "---p"));
}

int ml_proc_maps_take(struct ml_proc_reader *r, const struct ml_process *process,
		      struct ml_proc *ret)
{
	struct ml_smaps_file file;
	struct ml_smaps_row m, after;
	uint64_t n = 0, heaps = 0, bytes = 0;
	int fd = ml_process_openat(process, "maps");
	int rc = fd < 0 ? fd : ml_smaps_file_init(&file, fd);

	if (rc)
		return rc;
	while ((rc = ml_smaps_file_next(&file, &m, &after)) > 0) {
		n++;
		if (!is_heap(&m, &after))
			continue;
		heaps++;
		bytes += m.end - m.start;
	}
	if (!rc && file.error)
		rc = -file.error;
	r->bad[ML_PROC_FILE_MAPS] += file.count.bad_lines > 0;
	ml_smaps_file_deinit(&file);
	if (rc)
		return rc;
	ret->vmas = n;
	ret->heaps = heaps;
	ret->heap_bytes = bytes;
	return 0;
}
