/* SPDX-License-Identifier: MIT */
/*
 * hold: descriptors of the live machine that stay open from one reading to the next.
 *
 * Opening a file of /proc costs as much as reading it. What was read twice in a row is
 * kept open then, and read at offset 0. A descriptor of /proc/PID/stat is of one process:
 * after its end it gives ESRCH, whoever has the number now. Only files of one record that
 * the kernel writes anew at each read are kept: smaps_rollup and the like belong to the
 * memory that a process had when they were opened, and outlive no execve(2).
 */
#pragma once

#include "source/walk.h"

enum ml_held_file {
	ML_HELD_STAT,
	ML_HELD_STATM,
	ML_HELD_STATUS,
	ML_HELD_FILES,
};

/* One process, from one walk to the next. */
struct ml_held {
	uint64_t pid;
	uint64_t inode;        /* of /proc/PID as it was listed; 0: it has ended since */
	int fd[ML_HELD_FILES];         /* or -1 */
	/* the walk after which each was last read; 0: none */
	uint32_t read[ML_HELD_FILES];
	void *notes; /* of who reads them: one block of malloc(3), freed with this */
};

struct ml_hold;

/* 0 or -errno. */
int ml_hold_new(struct ml_hold **ret);
void ml_hold_free(struct ml_hold *hold); /* NULL is fine */

/* ml_walk_pids() of the live machine. What is held of processes that have ended is
 * dropped; the callback must not walk itself. */
int ml_hold_walk(struct ml_hold *hold, ml_pid_fn *fn, void *data);

/* Whether a walk may take processes for those that were listed before, for some walks, as
 * long as /proc/loadavg does not tell that a thread came or went. */
void ml_hold_trust(struct ml_hold *hold, bool yes);

/* What is held of a process, until the next walk; NULL: it was not listed. `hold` may be
 * NULL. Two threads may look for processes at once, and read different ones. */
struct ml_held *ml_hold_find(struct ml_hold *hold, uint64_t pid);

/* Read a file of a process from its start. Bytes or -errno: -EBADF when it is not kept,
 * -ESRCH when the process has ended; then nothing of it is kept any more. */
ssize_t ml_hold_read(struct ml_hold *hold, uint64_t pid, const char *name, char *buf,
		     size_t cap);

/* Keep this descriptor of a file that was just read. False: it is still the caller's. */
bool ml_hold_keep(struct ml_hold *hold, uint64_t pid, const char *name, int fd);

/* The descriptor of a file of the machine, at its start, or -1; keep one; close one that
 * could not be read. */
int ml_hold_file(struct ml_hold *hold, const char *path);
bool ml_hold_keep_file(struct ml_hold *hold, const char *path, int fd);
void ml_hold_drop_file(struct ml_hold *hold, const char *path);
