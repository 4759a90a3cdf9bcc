/* SPDX-License-Identifier: MIT */
/* want: what a snapshot shall hold - which feeds, and how much of the processes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t ml_feeds; /* bit per ml_feed_id */

/*
 * What is read beyond the feeds: files of processes, named by the columns that need them
 * (struct ml_col.reads) and by the tables (struct ml_part.reads). Reading a file of each
 * process is what a report costs.
 */
enum {
	ML_READ_STAT = 1 << 0,
	ML_READ_STATM = 1 << 1,
	ML_READ_STATUS = 1 << 2,
	ML_READ_ROLLUP = 1 << 3,
	ML_READ_CMDLINE = 1 << 4,
	ML_READ_CGROUP = 1 << 5,
	ML_READ_OOM = 1 << 6,
	ML_READ_IO = 1 << 7,
	ML_READ_EXE = 1 << 8,
	ML_READ_FDS = 1 << 9,
	ML_READ_LIMITS = 1 << 10,
	ML_READ_DELAYS = 1 << 11,
	/* maps counted, limits and rollups, of those only that may be near a limit or
	 * half of the machine */
	ML_READ_VMAS = 1 << 12,
	ML_READ_USER = 1 << 13, /* of status no more than who it is */
	ML_READ_KSM = 1 << 14,
	/* rollups of the largest only: by swap, by PSS, by its kinds */
	ML_READ_LARGEST_SWAP = 1 << 15,
	ML_READ_LARGEST_PSS = 1 << 16,
	ML_READ_LARGEST_KINDS = 1 << 17,
	/* files of control groups: the limits of swap go with swap, those of v1's kernel
	 * memory with the kernel's */
	ML_READ_GROUP_STAT = 1 << 18,
	ML_READ_GROUP_PEAK = 1 << 19,
	ML_READ_GROUP_MARKS = 1 << 20, /* min, low, high, soft limit */
	ML_READ_GROUP_SWAP = 1 << 21,
	ML_READ_GROUP_EVENTS = 1 << 22,
	ML_READ_GROUP_KERNEL = 1 << 23, /* v1 */
	/* of mappings: smaps, or only how much of each is in memory */
	ML_READ_SMAPS = 1 << 24,
	ML_READ_RESIDENT = 1 << 25,
	ML_READ_GROUP_PRESSURE = 1 << 26,
	ML_READ_GROUP_DYING = 1 << 27,
	ML_READ_GROUP_PROCESSES = 1 << 28,
	/* processes of the groups that the paths name, and no others */
	ML_READ_OF_GROUPS = 1 << 29,
};

struct ml_want {
	ml_feeds need; /* marked needed in the snapshot */
	ml_feeds use;
	uint32_t reads;       /* ML_READ_* */
	const uint64_t *pids; /* NULL: all */
	size_t npids;
	const char *const *paths; /* files, directories or control groups; NULL: all */
	size_t npaths;
	const char *group;    /* a control group; NULL: all */
	double budget;        /* seconds for what is costly; 0: no limit */
	/* Processes whose costly files are read anew; NULL: those of all. */
	const uint64_t *fresh;
	size_t nfresh;
	bool lean;            /* ML_READ_STAT is named where stat is wanted anew */
	unsigned depth;       /* folders within folders that are told apart */
	double seconds;       /* to watch what only events tell; 0: one */
	bool (*stopped)(void *data); /* asked while waiting: true ends it; may be NULL */
	void *data;
	bool repeats;         /* hold what could be streamed: it is compared later */
};
