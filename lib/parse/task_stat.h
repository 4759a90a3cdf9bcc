/* SPDX-License-Identifier: MIT */
/* task_stat: /proc/PID/stat - one line about a process, its name in parentheses. */
#pragma once

#include "parse/parse.h"

struct ml_task_stat {
	uint64_t pid;
	struct ml_str comm;  /* of the text; may hold any byte, parentheses too */
	struct ml_str state; /* one letter */
	uint64_t ppid;
	uint64_t flags;     /* PF_* of the kernel */
	uint64_t minflt, majflt;
	uint64_t utime, stime; /* clock ticks in user and in kernel mode */
	uint64_t threads;
	uint64_t start;     /* clock ticks after boot */
	uint64_t vsize;     /* bytes */
	uint64_t rss;       /* pages */
};

/* PF_KTHREAD, since 2.6.27: no user memory. */
#define ML_TASK_KTHREAD 0x00200000u

/* A clock tick of the kernel's interface, USER_HZ, is a hundredth of a second on every
 * architecture but alpha and ia64. */
#define ML_TICKS_PER_SECOND 100

/* False when it is no such line. */
bool ml_parse_task_stat(struct ml_str text, struct ml_task_stat *ret);
