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
