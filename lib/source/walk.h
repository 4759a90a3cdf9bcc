/* SPDX-License-Identifier: MIT */
/* walk: the names in a directory, the processes, the open files of a process. */
#pragma once

#include "source/root.h"

/* 0, what the callback returned, or -errno when the directory cannot be listed. */
int ml_walk_names(const struct ml_root *root, const char *path, ml_name_fn *fn,
		  void *data);

/* Called for each numeric directory of /proc. A non-zero return ends the walk with it. */
typedef int ml_pid_fn(uint64_t pid, void *data);

/* 0, what the callback returned, or -errno when /proc cannot be listed. */
int ml_walk_pids(const struct ml_root *root, ml_pid_fn *fn, void *data);

/*
 * Called for each descriptor of a process with what it refers to ("pipe:[1234]"). A
 * capture has one file "fd.txt" of lines "3 pipe:[1234]", escaped as in a manifest; in
 * other copies they are links, which are read and never followed.
 */
#define ML_FD_LIST "fd.txt"
typedef int ml_fd_fn(uint64_t pid, int fd, struct ml_str target, void *data);

/* 0, what the callback returned, or -errno when the descriptors cannot be listed: -EACCES
 * for other users' processes, -ENOENT when the process has gone. */
int ml_walk_fds(const struct ml_root *root, uint64_t pid, ml_fd_fn *fn, void *data);

/* How many it has; the same errors. */
int ml_count_fds(const struct ml_root *root, uint64_t pid, uint64_t *ret);
