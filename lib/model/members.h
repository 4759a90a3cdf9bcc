/* SPDX-License-Identifier: MIT */
/* members: which processes are in the control groups of a query. */
#pragma once

#include "model/cgroup.h"
#include "source/process.h"

struct ml_members {
	struct ml_cgroup_tree tree;
	const struct ml_str *groups; /* [n], below the mount */
	size_t n;
};

/* 0; -ENOENT where there are no groups, or not that of the query; -EINVAL for a path that
 * is none; -ENOMEM. */
int ml_members_init(const struct ml_root *root, const struct ml_want *want,
		    struct ml_arena *a, struct ml_members *ret);

/* By /proc/PID/cgroup; one that has gone is in none. */
bool ml_members_has(const struct ml_members *members, const struct ml_processes *of,
		    uint64_t pid);
