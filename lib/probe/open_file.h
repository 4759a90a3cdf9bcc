/* SPDX-License-Identifier: MIT */
/* open_file: the name of a file by its inode, found with a process that has it open. */
#pragma once

#include "base/str.h"

/* Of the kernel: major << 20 | minor, as in trace events. */
struct ml_file_id {
	uint64_t dev;
	uint64_t ino;
};

struct ml_open_file {
	char name[4096]; /* terminated; "" when it was not found */
	uint64_t bytes;  /* its size; ML_NONE when only a mapping told */
};

/*
 * Look through the descriptors of a process, then, if `mapped`, through its mappings. The
 * descriptor of an overlay or of a subvolume tells another device than the events, one
 * without a major number: then the inode decides. 0, or -errno: -ENOENT when the process
 * has it no more, or has gone; -EACCES.
 */
int ml_open_file_find(uint64_t pid, const struct ml_file_id *id, bool mapped,
		      struct ml_open_file *ret);
