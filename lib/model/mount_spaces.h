/* SPDX-License-Identifier: MIT */
/* mount_spaces: the mounts of every mount namespace that a process is in. */
#pragma once

#include "parse/mountinfo.h"
#include "source/root.h"

struct ml_mount_space {
	uint64_t id;           /* its inode ("mnt:[4026531841]"); ML_NONE in a copy */
	uint64_t pid;          /* a process that is in it; ours: 0 */
	struct ml_rows mounts; /* of struct ml_mount_row */
};

struct ml_mount_spaces {
	struct ml_rows rows; /* of struct ml_mount_space, ours first */
	const struct ml_mount_row **by_id;
	const struct ml_mount_row **by_device;
	size_t n;
	uint64_t refused; /* processes whose namespace we may not see */
};

/* Live: all that the processes of the machine are in. A copy: that of its mountinfo. 0,
 * -ENOMEM or -errno of the walk. */
int ml_mount_spaces_read(const struct ml_root *root, struct ml_arena *a,
			 struct ml_mount_spaces *ret);

/* Ours alone, which costs one file. The same errors. */
int ml_mount_spaces_own(const struct ml_root *root, struct ml_arena *a,
			struct ml_mount_spaces *ret);

/* The mount with this id, which is one of a machine, or NULL: internal to the kernel
 * (memfd), detached, or of a namespace that we may not see. */
const struct ml_mount_row *ml_mount_spaces_by_id(const struct ml_mount_spaces *spaces,
						 uint64_t id);

/* One of the mounts of a file system, as the maps of a process tell it, or NULL. */
const struct ml_mount_row *ml_mount_spaces_by_device(const struct ml_mount_spaces *spaces,
						     uint64_t major, uint64_t minor);

/* Whether `path` is at or below the point of the mount. */
bool ml_mount_is_above(const struct ml_mount_row *mount, struct ml_str path);

/* Whether it holds its files in RAM as shared memory: tmpfs, devtmpfs. */
bool ml_mount_is_tmpfs(const struct ml_mount_row *mount);
