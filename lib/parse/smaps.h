/* SPDX-License-Identifier: MIT */
/*
 * smaps: /proc/PID/smaps, and maps and smaps_rollup, which are the same with fewer lines:
 * a header per mapping and, but in maps, its sizes.
 *
 * The file of a large process is tens of megabytes, so it is taken record by record out
 * of a window of text.
 */
#pragma once

#include "parse/parse.h"

/* Sizes in bytes; ML_NONE where there is no such line. Strings are slices of the text. */
struct ml_smaps_row {
	uint64_t start, end; /* addresses; the end is the first beyond */
	uint64_t offset;     /* in the file, bytes */
	uint64_t inode;
	char perms[4];       /* "rwxp": p private, s shared */
	char dev[12];        /* "fd:00", terminated */
	struct ml_str name;  /* path or [name]; p NULL: anonymous */
	uint64_t size, kernel_page_size, mmu_page_size;
	uint64_t rss, pss, pss_dirty;
	uint64_t pss_anon, pss_file, pss_shmem; /* of smaps_rollup only */
	uint64_t shared_clean, shared_dirty, private_clean, private_dirty;
	uint64_t referenced, anonymous, ksm, lazy_free;
	uint64_t anon_huge_pages, shmem_pmd_mapped, file_pmd_mapped;
	uint64_t shared_hugetlb, private_hugetlb;
	uint64_t swap, swap_pss, locked;
	uint64_t thp_eligible, protection_key; /* numbers */
	struct ml_str vm_flags;                /* "rd wr mr mw me ac" */
	struct ml_str other;    /* lines of keys not known, as they stand */
};

/*
 * Take the next mapping off `text`. False when it holds no whole one: more has to be
 * appended, or with `last` the text is used up. A mapping is whole when the header of the
 * next follows it, which can then be looked at with ml_smaps_peek(). `count` counts lines
 * and those not understood.
 */
bool ml_smaps_next(struct ml_str *text, bool last, struct ml_smaps_row *ret,
		   struct ml_parsed *count);

/* The header at the front of `text`; nothing is taken, sizes stay unset. */
bool ml_smaps_peek(struct ml_str text, struct ml_smaps_row *ret);

/* Add sizes: unknown and known is known. */
void ml_smaps_add(struct ml_smaps_row *sum, const struct ml_smaps_row *m);
