/* SPDX-License-Identifier: MIT */
/*
 * tape: the text of the kernel files that were read through a root, kept so that a later
 * run can read the same instant again.
 */
#pragma once

#include "base/arena.h"
#include "memlens.h"

/* All that is kept: the files of the machine, some hundred groups, a thousand
 * processes. */
#define ML_TAPE_BYTES_MAX (4u << 20)

struct ml_taped {
	struct ml_str path; /* plain: "proc/meminfo" */
	struct ml_str text;
};

struct ml_tape {
	struct ml_arena arena;
	struct ml_rows files; /* of struct ml_taped */
	size_t bytes;         /* of paths and texts */
	bool processes;       /* files of processes are kept, too */
	bool full;            /* something did not fit or there was no memory */
};

struct ml_tape *ml_tape_new(bool processes);
void ml_tape_free(struct ml_tape *tape); /* NULL is fine */

/* Keep a file below /proc or /sys, if `tape` is not NULL. */
void ml_tape_add(struct ml_tape *tape, const char *path, struct ml_str text);

/* Keep a file of a control group, or of a process when those are kept. */
void ml_tape_add_group(struct ml_tape *tape, const char *group, const char *name,
		       struct ml_str text);
void ml_tape_add_process(struct ml_tape *tape, uint64_t pid, const char *name,
			 struct ml_str text);

/* In order of their paths, each once. */
void ml_tape_sort(struct ml_tape *tape);
