/* SPDX-License-Identifier: MIT */
/*
 * oom: events of want of memory in a kernel log - each with what follows from its report:
 * where memory was short, why, what held it, who was killed and whether that was right.
 */
#pragma once

#include "model/feeds.h"
#include "parse/oom.h"

/* The newest events are held; of the others only counts. */
#define ML_OOM_EVENTS 256
/* Who was killed how often, told apart. */
#define ML_OOM_REPEATS 256

enum ml_oom_scope {
	ML_OOM_SCOPE_UNKNOWN,
	ML_OOM_SCOPE_HOST,
	ML_OOM_SCOPE_CGROUP,  /* a limit of a control group */
	ML_OOM_SCOPE_CPUSET,  /* the nodes that a cpuset allows */
	ML_OOM_SCOPE_POLICY,  /* the nodes that a memory policy allows */
	ML_OOM_SCOPES,
};

enum ml_oom_cause {
	ML_OOM_CAUSE_UNKNOWN,
	ML_OOM_CAUSE_SHORTAGE,      /* nothing was left that could be had */
	ML_OOM_CAUSE_FRAGMENTATION, /* enough was free, but in no block of that size */
	ML_OOM_CAUSE_LOW_ZONE,      /* a low zone was empty, a higher one was not */
	ML_OOM_CAUSE_CMA,           /* what was free is kept for devices */
	ML_OOM_CAUSE_BOOST,         /* the kernel had raised the mark for a while */
	ML_OOM_CAUSE_NODES,         /* other nodes had memory */
	ML_OOM_CAUSE_LIMIT,         /* of a control group */
	ML_OOM_CAUSE_SWAP_LIMIT,    /* of a control group, on memory and swap */
	ML_OOM_CAUSE_BY_HAND,       /* SysRq f */
	ML_OOM_CAUSE_PRESSURE,      /* a daemon saw processes wait for memory */
	ML_OOM_CAUSE_LOW,           /* a daemon saw little available */
	ML_OOM_CAUSE_ATOMIC,        /* it could not wait: survivable */
	ML_OOM_CAUSE_TOO_LARGE,     /* more was asked for than there is */
	ML_OOM_CAUSE_PASSED,        /* memory was free when the report was written */
	ML_OOM_CAUSES,
};

enum ml_oom_holder {
	ML_OOM_HELD_UNKNOWN,
	ML_OOM_HELD_ANON,
	ML_OOM_HELD_SHMEM,
	ML_OOM_HELD_FILE,
	ML_OOM_HELD_SLAB,
	ML_OOM_HELD_PAGETABLES,
	ML_OOM_HELD_HUGETLB,
	ML_OOM_HELD_KERNEL,      /* stacks, or of a group its kernel memory */
	ML_OOM_HELD_UNACCOUNTED, /* by no counter of the report */
	ML_OOM_HOLDERS,
};

enum ml_oom_helped {
	ML_OOM_HELPED_UNKNOWN,
	ML_OOM_HELPED_YES,
	ML_OOM_HELPED_NO, /* the next kill came within 60 s, or nothing could be freed */
};

/* A process of a report. Sizes in bytes; unknown is ML_NONE, name p NULL. */
struct ml_oom_who {
	struct ml_str name;
	uint64_t pid;
	uint64_t rss, anon, file, shmem, swap, pagetables;
	uint64_t bytes;  /* rss, swap and page tables: its death gives back no more */
	uint64_t score; /* badness: that, and its adjustment's part of the total */
	int64_t adj;     /* INT64_MIN: unknown */
};

/* What the memory of the machine, or of the group, was. Bytes; a part that the report
 * lacks is ML_NONE. */
struct ml_oom_sizes {
	uint64_t total;  /* of RAM, or the limit */
	uint64_t anon, shmem, file, slab_reclaimable, slab_unreclaimable, pagetables;
	uint64_t stacks, hugetlb, kernel, free;
	uint64_t unaccounted;
	uint64_t swap_total, swap_free;
	uint64_t tasks; /* RSS of all processes in the table */
};

struct ml_oom_event {
	uint64_t number;  /* in this log, from 1 */
	enum ml_oom_kind kind;
	uint64_t boot_ms; /* after boot; ML_NONE: not told */
	uint64_t wall_ms; /* since the epoch; ML_NONE */
	bool local;       /* wall_ms is a time of day in a zone that is not told */
	uint64_t age_ms;  /* before the snapshot; ML_NONE */
	struct ml_str kernel;
	enum ml_klog_from from;

	enum ml_oom_scope scope;
	enum ml_oom_cause cause;
	enum ml_oom_holder holder;
	uint64_t held;    /* bytes of it */
	bool no_task;     /* the processes have less than half of what is used */

	/* who asked, for what */
	struct ml_str asker, gfp, via;
	uint64_t asker_pid;
	int64_t order;      /* INT64_MIN: not told */
	uint64_t asked;     /* bytes */
	bool atomic;        /* it could not wait */
	uint64_t stalled_ms;
	struct ml_str cache; /* of a slab failure */

	/* where */
	struct ml_str group, task_group; /* whose limit; whose task */
	uint64_t limit, usage, failcnt;
	uint64_t swap_limit, swap_usage;  /* of the group: swap alone (v2) */
	uint64_t memsw_limit, memsw_usage; /* both together (v1) */
	struct ml_str nodes, cpuset;     /* that were allowed */
	struct ml_str zone;              /* that shows the cause: "node 0, zone Normal" */
	uint64_t zone_free, zone_need;   /* its mark, with what is kept from others */
	uint64_t boost;
	uint64_t other_free;             /* free where it was not allowed or of no use */
	struct ml_oom_sizes sizes;
	struct ml_str slab_name;         /* the largest unreclaimable cache */
	uint64_t slab_bytes;

	/* who died */
	struct ml_oom_who victim;     /* name p NULL: none */
	uint64_t killed;              /* processes, it included */
	bool group_kill, asker_killed, no_victim, panic;
	struct ml_oom_who hog;        /* the largest of the table */
	bool innocent;                /* the victim has less than half of the hog's */
	struct ml_str crowd;          /* the name whose processes have most together */
	uint64_t crowd_tasks, crowd_bytes;
	uint64_t tasks;               /* rows of the table */
	struct ml_rows rows;          /* of struct ml_oom_who: the largest of them */

	enum ml_oom_helped helped;
	uint64_t next_ms;             /* until the next kill for the same want; ML_NONE */
	struct ml_str words;          /* of a daemon: its reason */

	bool complete;
	uint32_t parts, missing;      /* ML_OOM_OPENING ... of parse/oom.h */
};

/* The same thing again. */
struct ml_oom_repeat {
	enum ml_oom_kind kind;
	enum ml_oom_scope scope;
	struct ml_str name;  /* of the victim, or of who asked in vain */
	struct ml_str group; /* whose limit, or whom a daemon killed */
	uint64_t count;
	uint64_t first_boot_ms, last_boot_ms, first_wall_ms, last_wall_ms;
};

/* The feed's parsed.head. */
struct ml_oom {
	struct ml_rows repeats; /* of struct ml_oom_repeat, most frequent first */
	uint64_t lines, cut_lines;
	uint64_t events;   /* all of the log; the feed's rows are the newest of them */
	uint64_t kills;    /* by the kernel */
	uint64_t victims;  /* processes that the kernel killed */
	uint64_t failures;   /* of allocations, without a kill */
	uint64_t daemons;  /* kills by daemons */
	uint64_t lost;     /* lines that the log says are missing */
	uint64_t overrun;  /* times the kernel's buffer was overwritten while read */
	uint64_t suppressed; /* reports that the kernel kept back */
	uint64_t forged;   /* lines of users in the kernel's words: not believed */
	uint64_t counted;  /* oom_kill of /proc/vmstat; ML_NONE */
	bool here;         /* it is the log of the machine that the snapshot is of */
};

/* Rows of struct ml_oom_event in the order of the log. The want's first path is a log of
 * the user's ("-": standard input); without one it is that of the root. */
ml_gather_fn ml_oom_gather;

const struct ml_oom *ml_oom_head(const struct ml_snap *snap);

const char *ml_oom_kind_name(enum ml_oom_kind kind);
const char *ml_oom_scope_name(enum ml_oom_scope scope);
const char *ml_oom_cause_name(enum ml_oom_cause cause);
const char *ml_oom_holder_name(enum ml_oom_holder holder);
const char *ml_oom_helped_name(enum ml_oom_helped helped);

/* Whether the kernel or a daemon killed, or was about to. */
bool ml_oom_is_kill(const struct ml_oom_event *e);

/* ---- who is next ---- */

/* A process as the kernel would weigh it now. Sizes in bytes. */
struct ml_oom_next {
	const struct ml_proc *proc;
	uint64_t bytes; /* rss, swap and page tables */
	uint64_t score; /* badness; ML_NONE: it is never chosen */
	uint64_t total; /* what adjustments are parts of: RAM and swap, or the limit */
};

/* Badness in bytes: what it holds and adj thousandths of `total`, at least 0. ML_NONE:
 * never chosen (adj -1000). */
uint64_t ml_oom_badness(uint64_t bytes, int64_t adj, uint64_t total);

/* From the largest badness down, of the processes of a control group (p NULL: all) and
 * those below it. Kernel threads and init are not chosen, nor listed. Rows of struct
 * ml_oom_next. The snapshot has ML_FEED_PROCESSES, read with ML_OOM_NEXT_READS. 0 or
 * -ENOMEM. */
int ml_oom_rank(const struct ml_snap *snap, struct ml_str group, uint64_t total,
		struct ml_arena *a, struct ml_rows *ret);

/* RAM and swap of the machine. */
uint64_t ml_oom_host_total(const struct ml_snap *snap);

#define ML_OOM_NEXT_READS \
	(ML_READ_STAT | ML_READ_STATM | ML_READ_STATUS | ML_READ_OOM | ML_READ_CGROUP)

/* With at least this much protection a large process is a hog that nobody can kill. */
#define ML_OOM_PROTECTED (-900)

/* ---- for the feed's own files ---- */

/* What follows from a report alone. 0 or -ENOMEM. */
int ml_oom_explain(const struct ml_oom_report *o, struct ml_arena *a,
		   struct ml_oom_event *ret);
