/* SPDX-License-Identifier: MIT */
/* cgroup: where the memory controller is, and the memory limits that hold for the reading
 * process. */
#pragma once

#include "model/feeds.h"
#include "source/group.h"

/* Unlimited in v1 is the largest page count in bytes; it differs by page size and
 * kernel, and no machine is near it. */
#define ML_CGROUP_UNLIMITED (1ull << 60)

/* The names of the same thing in the two versions. */
struct ml_cgroup_files {
	uint64_t version;
	const char *limit;
	const char *usage;
	const char *inactive_file; /* key in memory.stat */
};

/* A mounted tree of groups. */
struct ml_cgroup_tree {
	const struct ml_cgroup_files *files;
	struct ml_str mount; /* mount point */
	struct ml_str top;   /* the group that is the root of that mount: "/" */
	struct ml_str other; /* mount point of version 2 beside version 1, or p NULL */
};

/* One row: the group with the smallest limit among ours and its ancestors. No row when
 * no ancestor has a limit. */
struct ml_cgroup_limit {
	struct ml_str path;    /* of that group, below the mount; p NULL: unseen */
	uint64_t version;      /* 1 or 2 */
	uint64_t limit;        /* bytes */
	uint64_t usage;        /* bytes; ML_NONE when unreadable */
	uint64_t working_set;  /* usage - inactive file cache, as the kubelet counts */
	uint64_t headroom;     /* limit - usage, the smallest among the ancestors */
};

/* The feed's parsed.head: where we are. */
struct ml_cgroup_own {
	struct ml_cgroup_tree tree;
	struct ml_str path; /* our group below the mount; "" for its root */
	struct ml_str told; /* what /proc/self/cgroup calls it */
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

/* The tree that has the memory controller: version 1 where that is mounted with it, else
 * version 2. `mounts` may be NULL: copies without mountinfo are looked into. -ENOENT when
 * there is none. */
int ml_cgroup_find_tree(const struct ml_root *root, const struct ml_rows *mounts,
			struct ml_cgroup_tree *ret);

/*
 * What a user calls a group - a path below the mount, one as /proc/PID/cgroup has it, or
 * that of the directory - as a path below the mount: "/a/b", "" for its root. -EINVAL for
 * one that leaves it, -ENOMEM.
 */
int ml_cgroup_name(const struct ml_cgroup_tree *tree, const char *name,
		   struct ml_arena *a, struct ml_str *ret);

/* Whether `group` is `above` or below it; paths as above. */
bool ml_cgroup_is_below(struct ml_str group, struct ml_str above);

/* A group of /proc/PID/cgroup as a path below the mount. Outside our cgroup namespace or
 * the mount it is the mount's own root, which is all that we can see. */
struct ml_str ml_cgroup_below(const struct ml_cgroup_tree *tree, struct ml_str told);

/* A limit as the kernel writes it; ML_NONE for none. */
uint64_t ml_cgroup_limit(const struct ml_group_dir *dir, const char *name, int *rc);

/* Open a group of a tree. 0 or -errno. */
int ml_cgroup_open(const struct ml_root *root, struct ml_str mount, struct ml_str group,
		   struct ml_arena *a, struct ml_group_dir *ret);
