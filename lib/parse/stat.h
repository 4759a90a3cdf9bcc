/* SPDX-License-Identifier: MIT */
/* stat: /proc/stat - CPU time, interrupts, context switches, tasks. */
#pragma once

#include "parse/parse.h"

struct ml_stat_cpu {
	uint64_t cpu; /* number; ML_NONE in the line for all of them */
	/* Ticks (USER_HZ); ML_NONE in columns that an old kernel does not print. */
	uint64_t user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice;
};

struct ml_stat_head {
	struct ml_stat_cpu all;
	uint64_t ncpus; /* "cpuN" lines: online CPUs */
};

/* Rows are struct ml_stat_cpu, one per online CPU. `kv` has the first number of every
 * other line: "intr", "ctxt", "btime" (seconds), "processes", "procs_running",
 * "procs_blocked", "softirq". `head` is a struct ml_stat_head. */
ml_parse_fn ml_parse_stat;
