/* SPDX-License-Identifier: MIT */
/* swap_processes: who has memory in swap, and with a delay who swaps now. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "model/proc.h"
#include "parse/swaps.h"
#include "report/swap.h"
#include "series/delta.h"

struct process_row {
	struct ml_proc p;
	int64_t growth; /* INT64_MIN: unknown */
	double share, majflt_rate;
	double weight; /* bytes: the order */
};

#define P(field) p.field

static const struct ml_col process_cols[] = {
	ML_LABEL(struct process_row, P(pid), "pid", "PID", "process id", .source = "/proc/PID"),
	ML_COL(struct process_row, P(start), ML_UNIT_SECONDS, ML_SEM_LABEL, "start", "START",
	       "when it started, after boot; with the pid it names the process for ever",
	       .source = "starttime (stat)", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct process_row, P(user), "user", "USER", "effective user, by /etc/passwd",
		 .source = "Uid (status)", .flags = ML_COL_MINOR),
	ML_BYTES(struct process_row, P(swap), "swap", "SWAP",
		 "anonymous memory in swap; a page shared after fork counts in each"),
	ML_BYTES(struct process_row, P(swap_pss), "swap_pss", "SWAPPSS",
		 "its share of what it has in swap; read of the largest only",
		 .source = "SwapPss (smaps_rollup)", .reads = ML_READ_LARGEST_SWAP),
	ML_RATIO(struct process_row, share, "share", "SHARE", "swap as part of all that is used",
		 .source = "VmSwap / used of /proc/swaps"),
	ML_COL(struct process_row, growth, ML_UNIT_BYTES, ML_SEM_GAUGE, "swap_growth", "SWAP+",
	       "by how much that grew since the last sample: above 0 it is swapped out",
	       .flags = ML_COL_DELTA),
	ML_RATE(struct process_row, majflt_rate, "majflt_rate", "MAJ/s",
		"faults a second that waited for swap or a disk: who suffers",
		.source = "majflt (stat)", .flags = ML_COL_DELTA),
	ML_COL(struct process_row, P(majflt), ML_UNIT_COUNT, ML_SEM_COUNTER, "majflt", "MAJFLT",
	       "faults that waited for swap or a disk since it started",
	       .source = "majflt (stat)"),
	ML_BYTES(struct process_row, P(rss), "rss", "RSS", "memory that it can touch without a fault",
		 .source = "VmRSS (status)"),
	ML_LABEL(struct process_row, P(comm), "comm", "NAME", "name of the program",
		 .source = "stat", .flags = ML_COL_WIDE),
};

const struct ml_table ml_swap_process_table = {
	.id = "processes",
	.help = "one row per process that has memory in swap, or with a delay waits for it",
	.source = "VmSwap (/proc/PID/status)",
	ML_TABLE_COLS(process_cols),
	.row_size = sizeof(struct process_row),
	.flags = ML_TABLE_DEFAULT,
};

static const struct ml_rows *procs_of(const struct ml_snap *snap)
{
	static const struct ml_rows none;
	const struct ml_parsed *p = snap ? ml_snap_parsed(snap, ML_FEED_PROCESSES) : NULL;

	return p ? &p->rows : &none;
}

/* With a delay who moves stands before who lies still. */
static double weight_of(const struct ml_build *b, const struct process_row *row)
{
	double moved = 0;

	if (row->growth != INT64_MIN)
		moved = fabs((double)row->growth);
	if (!isnan(row->majflt_rate) && b->cur->page_size != ML_NONE)
		moved += row->majflt_rate * (double)b->cur->page_size;
	return moved * 0x1p32 + (double)ml_or0(row->p.swap);
}

static void compare(const struct ml_build *b, struct process_row *row)
{
	const struct ml_proc *before = ml_proc_find(procs_of(b->prev), &row->p);

	row->growth = INT64_MIN;
	row->majflt_rate = NAN;
	if (!before)
		return;
	row->growth = ml_growth(before->swap, row->p.swap);
	row->majflt_rate =
		ml_rate(before->majflt, row->p.majflt, false, ml_build_seconds(b));
}

static bool is_concerned(const struct process_row *row)
{
	return ml_or0(row->p.swap) || row->majflt_rate > 0 ||
	       (row->growth != INT64_MIN && row->growth);
}

static int by_weight(const void *a, const void *b)
{
	const struct process_row *x = a, *y = b;

	if (x->weight < y->weight || x->weight > y->weight)
		return x->weight < y->weight ? 1 : -1;
	return (x->p.pid > y->p.pid) - (x->p.pid < y->p.pid);
}

static uint64_t used_of(const struct ml_snap *snap)
{
	return ml_sub_sat(ml_snap_mem(snap, "SwapTotal"), ml_snap_mem(snap, "SwapFree"));
}

/* Shared memory is nobody's VmSwap, and slots outlive their process for a while. */
static int note_others(struct ml_build *b, uint64_t used, uint64_t sum)
{
	if (used == ML_NONE || !used || sum > used / 10 * 9)
		return 0;
	return ml_note(b,
		       "processes have %.0f %% of what is in swap; the rest is shared "
		       "memory, tmpfs, or not freed yet",
		       100 * ml_ratio(sum, used));
}

int ml_build_swap_processes(struct ml_build *b, struct ml_rows *ret)
{
	uint64_t used = used_of(b->cur), sum = 0;
	const struct ml_rows *procs = procs_of(b->cur);
	const struct ml_proc *proc;

	if (!ml_has_swap(b->cur) && !b->prev)
		return 0;
	ret->size = sizeof(struct process_row);
	ml_for_each_row(proc, procs) {
		struct process_row row = { .p = *proc };

		compare(b, &row);
		if (proc->kernel || !is_concerned(&row))
			continue;
		row.share = ml_ratio(proc->swap, used);
		row.weight = weight_of(b, &row);
		sum = ml_add(sum, ml_or0(proc->swap));
		if (!ml_rows_add(ret, b->arena))
			return -ENOMEM;
		*(struct process_row *)ml_rows_at(ret, ret->n - 1) = row;
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_weight);
	return procs->n ? note_others(b, used, sum) : 0;
}
