/* SPDX-License-Identifier: MIT */
/* taskstats: asks the kernel how long a process waited, by generic netlink. */
#pragma once

#include "base/arena.h"

struct ml_taskstats {
	int fd;
	uint16_t family;
	uint32_t sequence;
};

/* 0 or -errno: -EOPNOTSUPP when there is no such family - the kernel was built without
 * CONFIG_TASKSTATS, or it is an old one (5.10; not 6.1) and we are in a network namespace
 * that is not the first. Nobody is refused here. */
int ml_taskstats_open(struct ml_taskstats *ret);
void ml_taskstats_close(struct ml_taskstats *ts);

/* The reply about a thread group, for ml_parse_taskstats(); lives in the arena. 0 or
 * -errno: -EPERM without CAP_NET_ADMIN in the first user namespace, -ESRCH when there is
 * no such process in our PID namespace. A reply sums the threads that live and those that
 * have ended (kernel/taskstats.c, fill_stats_for_tgid() and fill_tgid_exit()). */
int ml_taskstats_ask(struct ml_taskstats *ts, uint64_t tgid, struct ml_arena *a,
		     struct ml_str *ret);
