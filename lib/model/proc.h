/* SPDX-License-Identifier: MIT */
/* proc: the processes, as much of each as was wanted. */
#pragma once

#include "model/feeds.h"
#include "parse/taskstats.h"

/* Sizes in bytes, times in seconds. What was not wanted, or not readable, is unknown:
 * ML_NONE, NaN, a string with p NULL. */
struct ml_proc {
	uint64_t pid;
	double start; /* after boot; with the pid it names the process for ever */
	uint64_t ppid;
	uint64_t uid; /* effective */
	struct ml_str user, comm, cmdline, exe, state, cgroup, unit;
	struct ml_str how; /* what rss, pss and uss were read from */
	uint64_t threads;
	uint64_t vss, rss, pss, uss, swap, swap_pss;
	uint64_t anon, file, shmem;             /* of rss, by the kernel's counters */
	uint64_t pss_anon, pss_file, pss_shmem; /* of pss */
	double pss_age; /* since pss was read; 0: in this snapshot, NaN: never */
	uint64_t pss_dirty, referenced, ksm;
	uint64_t thp, thp_shmem, thp_file; /* of rss: mapped as huge pages */
	uint64_t thp_allowed;              /* 0: it has told the kernel to give it none */
	uint64_t pagetables, locked, pinned, hugetlb;
	uint64_t peak_rss, data, stack;
	uint64_t minflt, majflt;       /* since it started */
	uint64_t cpu_ticks;            /* CPU time, in ML_TICKS_PER_SECOND */
	uint64_t ksm_merged, ksm_zero; /* by ksm_stat, bytes */
	uint64_t ksm_tracked;          /* pages it keeps records of */
	int64_t ksm_profit;            /* bytes; INT64_MIN: unknown */
	uint64_t oom_score;
	int64_t oom_adj; /* INT64_MIN: unknown */
	uint64_t fds;
	uint64_t read_bytes, write_bytes;
	uint64_t limit_stack, limit_locked, limit_as, limit_data;
	uint64_t limit_files;           /* a number */
	uint64_t vmas;                  /* mappings */
	uint64_t heaps, heap_bytes;     /* of them, those of malloc beside the first, and
					   what these have made writable */
	const struct ml_delays *delays; /* NULL: unknown */
	bool kernel;                    /* a kernel thread: it has no memory of its own */
};

/* What the scan as a whole found; the feed's parsed.head. */
struct ml_proc_head {
	uint64_t processes, kernel_threads;
	uint64_t gone;         /* ended while they were read */
	uint64_t rss;          /* of all processes, by the cheap counter */
	uint64_t rss_measured; /* of those whose PSS was read */
	uint64_t measured;     /* how many these are */
	uint64_t late;         /* not read: the budget was used up */
	double seconds;        /* that reading took; NaN in a tree, which tells nothing */
	uint64_t delays_on;    /* ml_delays_switch(); ML_NONE when not wanted */
	uint64_t map_limit;    /* vm.max_map_count; ML_NONE when not wanted */
	uint64_t maps_unread;  /* processes whose mappings could not be counted */
};

/* Rows of struct ml_proc in ascending order of pid. */
ml_gather_fn ml_processes_gather;

/* What it counts for among others: PSS, or where that may not be read RSS, which is no
 * less. */
static inline uint64_t ml_proc_weight(const struct ml_proc *p)
{
	return p->pss != ML_NONE ? p->pss : ml_or0(p->rss);
}

/* The same process in another snapshot's rows: same pid, same start. NULL when it is not
 * there. */
const struct ml_proc *ml_proc_find(const struct ml_rows *procs,
				   const struct ml_proc *like);
