/* SPDX-License-Identifier: MIT */
/* sysvipc_shm: /proc/sysvipc/shm - the SysV segments of our IPC namespace. */
#pragma once

#include "parse/parse.h"

/* Bytes; ML_NONE where the kernel has no such column. */
struct ml_sysv_row {
	int64_t key;
	uint64_t id;
	uint64_t perms; /* mode, and ML_SYSV_* */
	uint64_t size;
	uint64_t creator, last; /* pids: that made it, that attached or detached last */
	uint64_t attached;      /* how many times */
	uint64_t uid, gid;      /* of the owner */
	uint64_t attach_time, detach_time,
		change_time; /* seconds of the epoch; 0: never */
	uint64_t rss, swap;
};

enum {
	ML_SYSV_DEST = 01000, /* removed: goes when the last one detaches */
	ML_SYSV_LOCKED = 02000,
};

ml_parse_fn ml_parse_sysvipc_shm;
