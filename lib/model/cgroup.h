/* SPDX-License-Identifier: MIT */
/* cgroup: the memory limits that hold for the reading process. */
#pragma once

#include "model/feeds.h"

/* One row: the group with the smallest limit among ours and its ancestors. No row when
 * no ancestor has a limit. */
struct ml_cgroup_limit {
	struct ml_str path;    /* of the limiting group, below the mount */
	uint64_t version;      /* 1 or 2 */
	uint64_t limit;        /* bytes */
	uint64_t usage;        /* bytes; ML_NONE when unreadable */
	uint64_t working_set;  /* usage - inactive file cache, as the kubelet counts */
	uint64_t headroom;     /* limit - usage, the smallest among the ancestors */
};

ml_gather_fn ml_cgroup_limit_gather;

/* What is mounted, of struct ml_mount_row; none where that is not told. 0 or -ENOMEM. */
int ml_cgroup_read_mounts(const struct ml_root *root, struct ml_arena *a,
			  struct ml_rows *ret);

/* Where the memory controller of a version (1, 2) is mounted, among these. False when it
 * is not. */
bool ml_cgroup_mount(const struct ml_rows *mounts, uint64_t version, struct ml_str *ret);

/* The mount point, and our own group as a path below it, which is "" for its root. False
 * when they are not told. */
bool ml_cgroup_own(struct ml_str cgroup, const struct ml_rows *mounts,
		   struct ml_str *ret_mount, struct ml_str *ret_group);
