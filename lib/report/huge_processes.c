/* SPDX-License-Identifier: MIT */
/* huge_processes: which processes have huge pages, or pages merged with equal ones. */
#include <errno.h>
#include <stdlib.h>

#include "model/proc.h"
#include "report/huge.h"

struct process_row {
	struct ml_proc p;
	uint64_t huge;
	double share;
};

#define ROW struct process_row

static const struct ml_col process_cols[] = {
	ML_LABEL(ROW, p.pid, "pid", "PID", "process id", .source = "/proc/PID"),
	ML_LABEL(ROW, p.user, "user", "USER", "effective user, by /etc/passwd",
		 .source = "Uid (status)", .reads = ML_READ_STATUS),
	ML_BYTES(ROW, p.thp, "anon", "ANON", "anonymous memory in huge pages",
		 .source = "AnonHugePages (smaps_rollup)", .reads = ML_READ_ROLLUP),
	ML_RATIO(ROW, share, "share", "OF RSS",
		 "RSS that is in huge pages of any of the three kinds",
		 .source = "(anon + shared + file) / Rss", .reads = ML_READ_ROLLUP),
	ML_BYTES(ROW, p.thp_shmem, "shared", "SHARED", "shared memory mapped as huge pages",
		 .source = "ShmemPmdMapped (smaps_rollup)", .reads = ML_READ_ROLLUP),
	ML_BYTES(ROW, p.thp_file, "file", "FILE", "files mapped as huge pages",
		 .source = "FilePmdMapped (smaps_rollup)", .reads = ML_READ_ROLLUP),
	ML_BYTES(ROW, p.hugetlb, "hugetlb", "HUGETLB",
		 "pages of hugetlb pools: beside RSS; what is shared counts for each",
		 .source = "HugetlbPages (status)", .reads = ML_READ_STATUS),
	ML_BYTES(ROW, p.ksm_merged, "merged", "MERGED",
		 "pages merged with equal ones: in RSS, but not its own",
		 .source = "ksm_merging_pages (ksm_stat)", .reads = ML_READ_KSM),
	ML_BYTES(ROW, p.ksm_zero, "merged_zero", "ZERO",
		 "pages merged with the kernel's page of zeros: not in RSS",
		 .source = "ksm_zero_pages (ksm_stat)", .reads = ML_READ_KSM,
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, p.ksm_tracked, "tracked", "TRACKED",
		 "pages that are looked at for equals", .source = "ksm_rmap_items (ksm_stat)",
		 .reads = ML_READ_KSM, .flags = ML_COL_HIDDEN),
	ML_COL(ROW, p.ksm_profit, ML_UNIT_BYTES, ML_SEM_GAUGE, "profit", "PROFIT",
	       "what merging saves it less what its records cost",
	       .source = "ksm_process_profit (ksm_stat)", .reads = ML_READ_KSM,
	       .flags = ML_COL_HIDDEN),
	ML_BYTES(ROW, p.rss, "rss", "RSS", "memory that it can touch without a fault",
		 .source = "Rss (smaps_rollup)", .reads = ML_READ_ROLLUP,
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, p.comm, "comm", "NAME", "name of the program"),
	ML_LABEL(ROW, p.cmdline, "cmdline", "COMMAND", "command line",
		 .source = "/proc/PID/cmdline", .reads = ML_READ_CMDLINE,
		 .flags = ML_COL_HIDDEN | ML_COL_WIDE),
};

const struct ml_table ml_huge_process_table = {
	.id = "processes",
	.title = "who has them",
	.help = "processes with huge pages or merged pages, largest first",
	.source = "/proc/PID/smaps_rollup, status, ksm_stat",
	ML_TABLE_COLS(process_cols),
	.row_size = sizeof(ROW),
};

static uint64_t transparent(const struct ml_proc *p)
{
	uint64_t sum = p->thp;

	if (sum == ML_NONE)
		return ML_NONE;
	return ml_add(ml_add(sum, ml_or0(p->thp_shmem)), ml_or0(p->thp_file));
}

/* By all of it: what is unknown counts as nothing here. */
static uint64_t weight(const ROW *row)
{
	return ml_add(ml_add(ml_or0(row->huge), ml_or0(row->p.hugetlb)),
		      ml_or0(row->p.ksm_merged));
}

static int by_weight(const void *a, const void *b)
{
	const ROW *x = a, *y = b;
	uint64_t wx = weight(x), wy = weight(y);

	if (wx != wy)
		return wx < wy ? 1 : -1;
	return (x->p.pid > y->p.pid) - (x->p.pid < y->p.pid);
}

static int note_late(struct ml_build *b, const struct ml_proc_head *head)
{
	if (!head || !head->late)
		return 0;
	return ml_note(
		b, "transparent huge pages for %.0f %% of RSS: %llu processes not read",
		100 * ml_ratio(head->rss_measured, head->rss),
		(unsigned long long)head->late);
}

int ml_build_huge_processes(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *procs = ml_snap_parsed(b->cur, ML_FEED_PROCESSES);
	const struct ml_proc *proc;

	if (!procs)
		return 0;
	ml_for_each_row(proc, &procs->rows) {
		ROW row = { .p = *proc, .huge = transparent(proc) }, *at;

		if (proc->kernel || !weight(&row))
			continue;
		row.share = ml_ratio(row.huge, proc->rss);
		at = ml_rows_add(ret, b->arena);
		if (!at)
			return -ENOMEM;
		*at = row;
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_weight);
	else if (ml_note(b, "no process that we may look into has huge or merged pages"))
		return -ENOMEM;
	return note_late(b, procs->head);
}
