/* SPDX-License-Identifier: MIT */
/* vma: the mappings of processes, each with its kind. */
#pragma once

#include "model/proc.h"
#include "model/snap.h"
#include "parse/smaps.h"

/* What is known of a mapping; sizes are ML_NONE where they were not wanted. */
struct ml_vma {
	uint64_t pid;
	struct ml_smaps_row m;
	struct ml_str kind; /* one of the words in ml_vma_kinds */
};

/* The kinds of mappings, each with its meaning; the last has name NULL. */
struct ml_vma_kind {
	const char *name;
	const char *help;
};
extern const struct ml_vma_kind ml_vma_kinds[];

/* Sums over the mappings of a process, and what was odd about them. */
struct ml_vma_sums {
	struct ml_smaps_row sum; /* sizes; ML_NONE where no mapping has one */
	uint64_t mappings;
	uint64_t overlaps;       /* begin below the end of the one before: it changed */
	uint64_t bad_lines;
	int error;               /* errno that ended the pass early: ESRCH, the process */
};

/* A pass over the mappings. */
struct ml_vma_reader;

/* The feed's parsed.head. */
struct ml_vma_head {
	struct ml_vma_reader *reader; /* NULL when all are in parsed.rows */
	struct ml_vma_sums sums;      /* complete after the pass */
	const char *how;              /* "smaps", "maps" or "maps and PAGEMAP_SCAN" */
};

/* So many processes are held at once when none is named. */
#define ML_VMA_PROCESSES 20

/* Of the one process in want->pids: rows of struct ml_vma where the want repeats, else a
 * reader is left, for one pass. Of no process in particular: where the want repeats,
 * those of the processes with the largest RSS are held, since what they were cannot be
 * read later; else nothing is read. */
ml_gather_fn ml_mappings_gather;

/* The next mapping: 1, 0 after the last, or -ENOMEM. Strings live until the next call. */
int ml_vma_next(struct ml_vma_reader *r, struct ml_vma *ret);

/* The same mapping in rows that a gather held of one process: it begins or, since stacks
 * and blocks mapped below others grow down, ends where this one does. NULL when there is
 * none. */
const struct ml_vma *ml_vma_find(const struct ml_rows *vmas,
				 const struct ml_smaps_row *m);

/* Append the mappings of a process as they are now, or in the tree; strings are kept in
 * the arena. Another process that has the pid by now is none: -ESRCH. 0, -ENOMEM, or
 * -errno with nothing added. */
int ml_vma_hold(const struct ml_root *root, const struct ml_proc *proc, uint32_t reads,
		struct ml_arena *a, struct ml_rows *ret);

/* Those of a process among the rows that a gather held, in place; n 0 when there are
 * none. */
struct ml_rows ml_vma_held(const struct ml_snap *snap, uint64_t pid);
