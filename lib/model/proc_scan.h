/* SPDX-License-Identifier: MIT */
/* proc_scan: one reading of the processes, while it lasts. */
#pragma once

#include <stdatomic.h>

#include "model/proc_files.h"

struct ml_proc_scan {
	const struct ml_root *root;
	const struct ml_want *want;
	const struct ml_snap *snap; /* the feeds before this one */
	uint32_t reads;             /* ML_READ_* of files */
	struct ml_processes files;
	struct ml_users users;
	struct ml_rows *rows;         /* of struct ml_proc */
	struct ml_proc_head *head;
	struct ml_arena *arena;
	uint64_t page_size;
	uint64_t deadline; /* monotonic ns; ML_NONE: none */
	uint64_t *inodes;  /* of rows: who had the pid before stat was read */
	uint32_t *order;   /* of rows, largest first */
	size_t nordered;
	atomic_size_t next; /* of order: taken by whichever thread is free */
	atomic_size_t late;
	uint64_t search_end; /* of CPU time */
	size_t searched;     /* rollups read for searches */
};

static inline struct ml_proc *ml_proc_scan_row(const struct ml_proc_scan *s, size_t i)
{
	return ml_rows_at(s->rows, i);
}

/* A row without a process is dropped at the end. */
static inline bool ml_proc_is_gone(const struct ml_proc *proc)
{
	return ml_str_is(proc->how, "gone");
}

/* That a process has gone is ordinary; that we have no memory or descriptors left is an
 * error. */
int ml_proc_settle(struct ml_proc *proc, int rc);

/* statm alone of each row, or its files. 0 or -errno. */
int ml_proc_scan_each(struct ml_proc_scan *s, struct ml_proc_reader *r, bool statm);

typedef uint64_t ml_proc_size_fn(const struct ml_proc *proc);

static inline uint64_t ml_proc_rss_of(const struct ml_proc *proc)
{
	return ml_or0(proc->rss);
}

/* Makes s->order: rows in falling order of a size, without those that have gone. */
int ml_proc_scan_order(struct ml_proc_scan *s, ml_proc_size_fn *size);

/* The same by a number of each row. */
int ml_proc_scan_order_by(struct ml_proc_scan *s, const uint64_t *sizes);

bool ml_proc_scan_is_late(const struct ml_proc_scan *s);

/* The rollups of those that may be among the largest, by what ML_READ_LARGEST_* want.
 * s->late counts those that there was no time for. 0 or -errno. */
int ml_proc_search(struct ml_proc_scan *s, struct ml_proc_reader *r);

/* More of those that may be near a limit, as ML_READ_VMAS says. 0 or -errno. */
int ml_proc_search_near(struct ml_proc_scan *s, struct ml_proc_reader *r);

/* Those of the largest in swap: they tell what of it is shared. 0 or -errno. */
int ml_proc_search_swap(struct ml_proc_scan *s, struct ml_proc_reader *r);
