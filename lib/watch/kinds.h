/* SPDX-License-Identifier: MIT */
/* kinds: the register of what is watched - what can grow, and of which kind of memory. */
#pragma once

#include "memlens.h"

enum ml_watched_kind {
	ML_WATCHED_USED,
	ML_WATCHED_UNACCOUNTED,
	ML_WATCHED_SHARED,
	ML_WATCHED_PAGE_TABLES,
	ML_WATCHED_STACKS,
	ML_WATCHED_PERCPU,
	ML_WATCHED_SOCKETS,
	ML_WATCHED_SLAB,
	ML_WATCHED_VMALLOC,
	ML_WATCHED_TMPFS,
	ML_WATCHED_GROUP_PRIVATE,
	ML_WATCHED_GROUP_SHARED,
	ML_WATCHED_GROUP_KERNEL,
	ML_WATCHED_GROUP_SOCKETS,
	ML_WATCHED_PRIVATE,
	ML_WATCHED_SHMEM,
	ML_WATCHED_PAGETABLES,
	ML_WATCHED_LOCKED,
	ML_WATCHED_DESCRIPTORS,
	ML_WATCHED_THREADS,
	ML_WATCHED_HEAP,
	ML_WATCHED_ARENAS,
	ML_WATCHED_ARENA,
	ML_WATCHED_ANON,
	ML_WATCHED_STACK,
	ML_WATCHED_FILE,
	ML_WATCHED_KINDS,
};

struct ml_watched_words {
	const char *what; /* "process" */
	const char *of;   /* "private": which memory of it */
	const char *help; /* the same in words */
	const char *isnt; /* what its growth does not mean; NULL: nothing to say */
	const char
		*next; /* command that tells more; %P is the pid, %N the name, quoted */
	enum ml_unit unit; /* ML_UNIT_BYTES or ML_UNIT_COUNT */
	ml_watching class; /* what has to be asked for, to watch it */
};

extern const struct ml_watched_words ml_watched_words[ML_WATCHED_KINDS];
