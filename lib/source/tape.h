/* SPDX-License-Identifier: MIT */
/*
 * tape: the text of the kernel files that were read through a root, kept so that the same
 * instant can be read again.
 */
#pragma once

#include <pthread.h>

#include "base/arena.h"
#include "memlens.h"

/* Where the caller sets no bound: the files of the machine, some hundred groups, a
 * thousand processes. */
#define ML_TAPE_BYTES_MAX (4u << 20)

struct ml_taped {
	/* plain: "proc/meminfo"; with a slash at its end it is a folder that was listed,
	 * and the text is its names, each with a NUL behind it */
	struct ml_str path;
	struct ml_str text;
	int error;   /* errno of reading it, or 0; with one there is no text */
	uint32_t nr; /* the how many-th it was */
};

/* Files may be added by several threads at once: processes are read so. */
struct ml_tape {
	pthread_mutex_t lock; /* of all that follows, while it is added to */
	struct ml_arena arena;
	struct ml_rows files; /* of struct ml_taped */
	enum ml_keep keep;
	size_t bytes; /* of paths and texts */
	size_t bytes_max;
	uint64_t wall_ms; /* when the first of them was read; ML_NONE: none yet */
	uint64_t monotonic_ns;
	bool full; /* something did not fit or there was no memory */
	/* called with the lock held once so many bytes are on it, to take them off; it
	 * may not read through the root; NULL: never */
	void (*drain)(void *data);
	void *drain_data;
	size_t drain_bytes;
};

struct ml_tape *ml_tape_new(enum ml_keep keep, size_t bytes_max);
void ml_tape_free(struct ml_tape *tape); /* NULL is fine */

/* Forget what is on it and go on. */
void ml_tape_clear(struct ml_tape *tape);

/* Whether it keeps all that is read, errors and the names in folders too; NULL keeps
 * nothing. */
static inline bool ml_tape_keeps_all(const struct ml_tape *tape)
{
	return tape && tape->keep == ML_KEEP_ALL;
}

/* How many bytes it still takes; and that something was longer. */
size_t ml_tape_room(struct ml_tape *tape);
void ml_tape_overflow(struct ml_tape *tape);

/* Keep a file, if `tape` is not NULL: one below /proc or /sys, or any if all is kept. */
void ml_tape_add(struct ml_tape *tape, const char *path, struct ml_str text);

/* Keep why it could not be read (-errno), where all is kept. */
void ml_tape_add_error(struct ml_tape *tape, const char *path, int error);

/* Keep what a folder holds, or -errno of listing it, where all is kept. */
void ml_tape_add_names(struct ml_tape *tape, const char *path, struct ml_str names,
		       int error);

/* Keep a file of a control group. */
void ml_tape_add_group(struct ml_tape *tape, const char *group, const char *name,
		       struct ml_str text, int error);

/* Keep a file of a process, when those are kept. */
void ml_tape_add_process(struct ml_tape *tape, uint64_t pid, const char *name,
			 struct ml_str text, int error);

bool ml_path_is_of_process(struct ml_str path); /* "proc/1/stat" */

/* In order of their paths, each once: of a file that was read twice the first text. */
void ml_tape_sort(struct ml_tape *tape);
