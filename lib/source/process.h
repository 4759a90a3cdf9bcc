/* SPDX-License-Identifier: MIT */
/*
 * process: the files of one process, held by a descriptor of its directory.
 *
 * A pid may be given to another process between two opens by path. A descriptor of
 * /proc/PID stays with the process it was opened for: after its end reads give ESRCH, so
 * what is read through one descriptor is of one process. In a copied tree there is
 * nothing to hold and files are opened by path.
 */
#pragma once

#include <sys/types.h>

#include "source/root.h"

/* All of /proc, for many processes; belongs to one thread. */
struct ml_processes {
	const struct ml_root *root;
	int fd; /* of /proc when live, else -1 */
};

struct ml_process {
	const struct ml_processes *of;
	uint64_t pid;
	int fd; /* of /proc/PID when live, else -1 */
};

/* 0 or -errno. */
int ml_processes_open(const struct ml_root *root, struct ml_processes *ret);
void ml_processes_close(struct ml_processes *processes);

/* 0, or -errno: -ENOENT when there is no such process. */
int ml_process_open(const struct ml_processes *of, uint64_t pid, struct ml_process *ret);
void ml_process_close(struct ml_process *process);

/*
 * The inode of /proc/PID: the kernel gives it to a process when it is first looked up,
 * and none to two. The same number is the same process; another may be it or not. 0 in a
 * tree, where processes do not change.
 */
uint64_t ml_processes_inode(const struct ml_processes *of, uint64_t pid);
uint64_t ml_process_inode(const struct ml_process *process);

/* Open a file of it ("smaps"). A descriptor or -errno. */
int ml_process_openat(const struct ml_process *process, const char *name);

/* Read a file of it whole into `buf`; what does not fit is cut off. Bytes or -errno.
 * Files of one record come in one read(2), and so does most else. */
ssize_t ml_process_read(const struct ml_process *process, const char *name, char *buf,
			size_t cap);

/* The same for one file of a process that is not held open. */
ssize_t ml_processes_read(const struct ml_processes *of, uint64_t pid, const char *name,
			  char *buf, size_t cap);

/* Where a link of it leads ("exe"); bytes or -errno. In a tree a regular file may stand
 * for the link. */
ssize_t ml_process_link(const struct ml_process *process, const char *name, char *buf,
			size_t cap);
