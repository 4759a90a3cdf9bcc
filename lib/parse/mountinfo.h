/* SPDX-License-Identifier: MIT */
/* mountinfo: /proc/PID/mountinfo - what is mounted in the namespace of a process. */
#pragma once

#include "parse/parse.h"

struct ml_mount_row {
	uint64_t id; /* as fdinfo's mnt_id */
	uint64_t parent;
	uint64_t major, minor; /* st_dev of what is on it */
	struct ml_str root;    /* what of the file system is mounted: "/", a folder of it */
	struct ml_str point;   /* where; the octal escapes of all of these are resolved */
	struct ml_str options;
	struct ml_str type; /* "tmpfs", "cgroup2", "fuse.sshfs" */
	struct ml_str source;
	struct ml_str super; /* options of the file system: "rw,size=1024k" */
};

ml_parse_fn ml_parse_mountinfo;

/* Whether `list` ("rw,memory") has `item`. */
bool ml_mount_option(struct ml_str list, const char *item);

/* Whether asking the file system of a mount can wait for another machine or another
 * program (NFS, SMB, FUSE, automount): it is left alone unless a user names it. */
bool ml_mount_may_hang(const struct ml_mount_row *mount);
