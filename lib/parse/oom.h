/* SPDX-License-Identifier: MIT */
/*
 * oom: reports of want of memory in a kernel log - what they say, part by part, in any
 * order and with any part missing.
 *
 * Lines go in one by one; a report goes out when no more can come for it. Some are open
 * at a time, for lines of two reports may be mixed. What is kept is bounded: of a table
 * of processes the largest and sums.
 */
#pragma once

#include "parse/klog.h"

#define ML_OOM_NAME 68  /* 15 bytes as escaped by whoever stored them */
#define ML_OOM_PATH 516
#define ML_OOM_ZONES 32
#define ML_OOM_ORDERS 16
#define ML_OOM_RESERVES 8
#define ML_OOM_TASKS 32 /* the largest of a table */
#define ML_OOM_COMMS 96 /* names that are summed up */
#define ML_OOM_KILLS 32 /* that are told apart, of one report */
#define ML_OOM_OPEN 8

enum ml_oom_kind {
	ML_OOM_KILL,         /* the kernel's OOM killer */
	ML_OOM_ALLOC,        /* page allocation failure */
	ML_OOM_STALL,        /* page allocation stalls (4.10 to 4.14) */
	ML_OOM_SLAB,         /* SLUB: Unable to allocate memory */
	ML_OOM_VMALLOC,      /* vmalloc and vmap failures */
	ML_OOM_SYSTEMD_OOMD,
	ML_OOM_EARLYOOM,
	ML_OOM_META_OOMD,
	ML_OOM_KINDS,
};

/* What of a report was seen. */
enum {
	ML_OOM_OPENING = 1 << 0,
	ML_OOM_CPU = 1 << 1,     /* who asked, and the kernel's version */
	ML_OOM_TRACE = 1 << 2,
	ML_OOM_GROUP = 1 << 3,   /* usage and limit of a control group */
	ML_OOM_GROUP_STAT = 1 << 4,
	ML_OOM_MEM_INFO = 1 << 5,
	ML_OOM_ZONE = 1 << 6,
	ML_OOM_BLOCKS = 1 << 7,  /* free lists */
	ML_OOM_SWAP = 1 << 8,
	ML_OOM_TABLE = 1 << 9,
	ML_OOM_VERDICT = 1 << 10, /* "oom-kill:constraint=" (5.0) */
	ML_OOM_VICTIM = 1 << 11,
	ML_OOM_REAPED = 1 << 12,
	ML_OOM_NOT_REAPED = 1 << 13,
	ML_OOM_GROUP_KILL = 1 << 14, /* memory.oom.group */
	ML_OOM_NO_VICTIM = 1 << 15,  /* no killable processes */
	ML_OOM_PANIC = 1 << 16,
	ML_OOM_ASKER_KILLED = 1 << 17, /* oom_kill_allocating_task */
	ML_OOM_SLAB_TABLE = 1 << 18,
};

enum ml_oom_constraint {
	ML_OOM_UNTOLD,
	ML_OOM_NONE,
	ML_OOM_CPUSET,
	ML_OOM_POLICY,
	ML_OOM_MEMCG,
};

/* Global counters of Mem-Info, pages. */
enum ml_oom_counter {
	ML_OOM_ACTIVE_ANON,
	ML_OOM_INACTIVE_ANON,
	ML_OOM_ISOLATED_ANON,
	ML_OOM_ACTIVE_FILE,
	ML_OOM_INACTIVE_FILE,
	ML_OOM_ISOLATED_FILE,
	ML_OOM_UNEVICTABLE,
	ML_OOM_DIRTY,
	ML_OOM_WRITEBACK,
	ML_OOM_SLAB_RECLAIMABLE,
	ML_OOM_SLAB_UNRECLAIMABLE,
	ML_OOM_SHMEM,
	ML_OOM_PAGETABLES,
	ML_OOM_SEC_PAGETABLES,
	ML_OOM_BOUNCE,
	ML_OOM_KERNEL_MISC,
	ML_OOM_FREE,
	ML_OOM_FREE_PCP,
	ML_OOM_FREE_CMA,
	ML_OOM_COUNTERS,
};

/* Of a control group, bytes. */
enum ml_oom_term {
	ML_OOM_TERM_ANON,
	ML_OOM_TERM_FILE,
	ML_OOM_TERM_SHMEM,
	ML_OOM_TERM_KERNEL,
	ML_OOM_TERM_SLAB,
	ML_OOM_TERM_PAGETABLES,
	ML_OOM_TERM_SOCK,
	ML_OOM_TERM_SWAP,
	ML_OOM_TERMS,
};

/* usage, limit (bytes; ML_NONE: none) and how often it was met. */
struct ml_oom_limit {
	uint64_t usage, limit, failcnt;
};

/* Bytes. */
struct ml_oom_zone {
	uint64_t node;
	char name[16];
	uint64_t free, boost, min, low, high, managed, free_cma, highatomic;
	uint64_t reserve[ML_OOM_RESERVES]; /* pages, against requests of higher zones */
	unsigned nreserve;
	uint64_t blocks[ML_OOM_ORDERS];
	uint32_t odd; /* orders of which all blocks are of kinds that are set aside */
	unsigned norders;
};

/* Sizes in bytes. */
struct ml_oom_task {
	uint64_t pid, tgid, uid;
	uint64_t total_vm, rss, anon, file, shmem, pagetables, swap;
	int64_t adj; /* INT64_MIN: not told */
	char name[ML_OOM_NAME];
};

struct ml_oom_comm {
	char name[ML_OOM_NAME];
	uint64_t tasks, bytes; /* rss, swap and page tables */
};

struct ml_oom_victim {
	uint64_t pid, uid;
	uint64_t total_vm, anon, file, shmem, pagetables;
	int64_t adj;
	char name[ML_OOM_NAME];
};

struct ml_oom_report {
	enum ml_oom_kind kind;
	uint64_t seq;         /* in the order in which they began; from 1 */
	uint32_t parts;
	uint64_t boot_us, wall_ms; /* of its first line that tells; ML_NONE */
	uint64_t end_us, end_ms;   /* of the kill, or its last line */
	bool local;           /* times of day are in a zone that is not told */
	enum ml_klog_from from;
	char caller[24];
	uint64_t first_line, last_line;
	/* who asked */
	char asker[ML_OOM_NAME];
	uint64_t asker_pid;
	char kernel[64];
	char gfp[160];        /* names of flags, or hexadecimal */
	uint64_t gfp_mask;
	int64_t order;        /* -1: by hand; INT64_MIN: not told */
	int64_t asker_adj;
	char via[32];         /* what it did, by its call trace */
	bool via_group;       /* the trace goes through the charge of a control group */
	uint64_t wanted;      /* bytes, of a vmalloc failure */
	uint64_t stalled_ms;
	char cache[ML_OOM_NAME]; /* of a slab failure */
	/* where */
	enum ml_oom_constraint constraint;
	bool group_killed;    /* the kill line says "Memory cgroup out of memory" */
	char nodes[64];       /* that were allowed: "0-1" */
	char cpuset[ML_OOM_PATH];
	char limit_group[ML_OOM_PATH], task_group[ML_OOM_PATH];
	struct ml_oom_limit memory, memsw, swap, kmem;
	uint64_t term[ML_OOM_TERMS];
	/* the machine */
	uint64_t counter[ML_OOM_COUNTERS];
	struct ml_oom_zone zones[ML_OOM_ZONES];
	size_t nzones;
	uint64_t page_size;   /* by the free lists; ML_NONE */
	uint64_t stacks, hugetlb, hugetlb_free;
	uint64_t swap_free, swap_total, ram, reserved; /* bytes */
	char slab_name[ML_OOM_NAME]; /* the largest unreclaimable cache */
	uint64_t slab_bytes;
	/* the processes */
	struct ml_oom_task tasks[ML_OOM_TASKS]; /* largest first */
	size_t ntasks;
	uint64_t nrows;       /* of the table */
	struct ml_oom_task sum; /* of all rows */
	struct ml_oom_comm comms[ML_OOM_COMMS];
	size_t ncomms;
	uint64_t other_comms;          /* bytes of rows that found no place there */
	bool has_kinds;       /* rss_anon, rss_file, rss_shmem (6.7) */
	struct ml_oom_task victim_row; /* the victim's, when the table had it */
	bool has_victim_row;
	/* who died */
	uint64_t chosen;      /* pid; ML_NONE: not told */
	struct ml_oom_victim kills[ML_OOM_KILLS];
	size_t nkills;
	uint64_t more_kills;  /* beyond these */
	uint64_t uid;
	/* daemons of user space */
	char why[256];        /* in their words */
};

typedef void ml_oom_report_fn(const struct ml_oom_report *report, void *data);

struct ml_oom_reader {
	ml_oom_report_fn *fn;
	void *data;
	struct ml_oom_report *open; /* [ML_OOM_OPEN]; seq 0: unused */
	/* where lines of a part that has many go */
	struct ml_oom_report *group_stat, *table, *slab_table, *trace, *mem;
	int columns[16];      /* of the table, by place */
	size_t ncolumns;
	uint64_t pending_node; /* "Node 0 " alone on a line, before Linux 4.9 */
	bool reserve_follows;
	char low[256];        /* what earlyoom said it was short of */
	uint64_t nreports, nlines, lost; /* lost: lines that the log says it dropped */
	uint64_t suppressed;  /* reports that the kernel kept to itself */
	uint64_t users;       /* lines of users that look like the kernel's */
};

/* 0 or -ENOMEM. */
int ml_oom_reader_init(struct ml_oom_reader *r, ml_oom_report_fn *fn, void *data);
void ml_oom_reader_line(struct ml_oom_reader *r, const struct ml_klog_line *line);
/* Whether the line may still be of a report that has begun. */
bool ml_oom_reader_is_within(const struct ml_oom_reader *r,
			     const struct ml_klog_line *line);
/* Give what is still open. */
void ml_oom_reader_end(struct ml_oom_reader *r);
void ml_oom_reader_deinit(struct ml_oom_reader *r);
