/* SPDX-License-Identifier: MIT */
/* ps: processes - what each has, shares and keeps in swap. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "model/proc.h"
#include "report/delays.h"
#include "report/processes.h"
#include "report/ps.h"
#include "series/delta.h"

/* ---- processes ---- */

struct ps_row {
	struct ml_proc p;
	int64_t rss_growth, pss_growth; /* INT64_MIN: unknown */
	double minflt_rate, majflt_rate;
};

#define P(field) p.field

static const struct ml_col process_cols[] = {
	ML_LABEL(struct ps_row, P(pid), "pid", "PID", "process id", .source = "/proc/PID"),
	ML_COL(struct ps_row, P(start), ML_UNIT_SECONDS, ML_SEM_LABEL, "start", "START",
	       "when it started, after boot; with the pid it names the process for ever",
	       .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ps_row, P(ppid), "ppid", "PPID", "its parent", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ps_row, P(user), "user", "USER", "effective user, by /etc/passwd",
		 .source = "Uid (status)", .reads = ML_READ_USER),
	ML_LABEL(struct ps_row, P(uid), "uid", "UID", "effective user id",
		 .source = "Uid (status)", .reads = ML_READ_USER, .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ps_row, P(state), "state", "S",
		 "R runs, S sleeps, D waits for a disk, Z zombie, T stopped, I idle",
		 .reads = ML_READ_STAT, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(pss), "pss", "PSS",
		 "its share of memory: private pages, and of each shared page the part",
		 .source = "Pss (smaps_rollup)", .reads = ML_READ_ROLLUP),
	ML_SECONDS(struct ps_row, P(pss_age), "pss_age", "AGE",
		   "how old PSS and the others of smaps_rollup are; 0: read just now",
		   .source = "time since smaps_rollup was read", .reads = ML_READ_ROLLUP,
		   .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(uss), "uss", "USS",
		 "memory that it alone has: what its end would free",
		 .source = "Private_Clean + Private_Dirty (smaps_rollup)",
		 .reads = ML_READ_ROLLUP),
	ML_BYTES(struct ps_row, P(rss), "rss", "RSS",
		 "memory that it can touch without a fault; shared pages count in full",
		 .source = "Rss (smaps_rollup), VmRSS (status), statm, or rss (stat), which may lag by "
			   "some pages a CPU"),
	ML_COL(struct ps_row, rss_growth, ML_UNIT_BYTES, ML_SEM_GAUGE, "rss_growth", "RSS+",
	       "growth of RSS since the last sample", .flags = ML_COL_DELTA),
	ML_COL(struct ps_row, pss_growth, ML_UNIT_BYTES, ML_SEM_GAUGE, "pss_growth", "PSS+",
	       "growth of PSS since the last sample", .reads = ML_READ_ROLLUP,
	       .flags = ML_COL_DELTA),
	ML_RATE(struct ps_row, majflt_rate, "majflt_rate", "MAJ/s",
		"faults that waited for a disk, a second", .reads = ML_READ_STAT,
		.flags = ML_COL_DELTA),
	ML_RATE(struct ps_row, minflt_rate, "minflt_rate", "MIN/s",
		"faults served from memory, a second", .reads = ML_READ_STAT,
		.flags = ML_COL_DELTA),
	ML_BYTES(struct ps_row, P(swap), "swap", "SWAP", "anonymous memory in swap",
		 .source = "VmSwap (status)", .reads = ML_READ_STATUS),
	ML_BYTES(struct ps_row, P(swap_pss), "swap_pss", "SWAPPSS",
		 "its share of what it has in swap", .source = "SwapPss (smaps_rollup)",
		 .reads = ML_READ_ROLLUP, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(anon), "anon", "ANON", "anonymous part of RSS",
		 .source = "RssAnon (status)", .reads = ML_READ_STATUS, .flags = ML_COL_MINOR),
	ML_BYTES(struct ps_row, P(file), "file", "FILE", "part of RSS that is files",
		 .source = "RssFile (status)", .reads = ML_READ_STATUS, .flags = ML_COL_MINOR),
	ML_BYTES(struct ps_row, P(shmem), "shmem", "SHMEM",
		 "part of RSS that is shared memory: tmpfs, memfd, SysV, shared anonymous",
		 .source = "RssShmem (status)", .reads = ML_READ_STATUS, .flags = ML_COL_MINOR),
	ML_BYTES(struct ps_row, P(pss_anon), "pss_anon", "PSSANON", "anonymous part of PSS",
		 .source = "Pss_Anon (smaps_rollup)", .reads = ML_READ_ROLLUP,
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(pss_file), "pss_file", "PSSFILE", "part of PSS that is files",
		 .source = "Pss_File (smaps_rollup)", .reads = ML_READ_ROLLUP,
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(pss_shmem), "pss_shmem", "PSSSHMEM",
		 "part of PSS that is shared memory", .source = "Pss_Shmem (smaps_rollup)",
		 .reads = ML_READ_ROLLUP, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(pss_dirty), "pss_dirty", "PSSDIRTY",
		 "part of PSS that has been written", .source = "Pss_Dirty (smaps_rollup)",
		 .reads = ML_READ_ROLLUP, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(referenced), "referenced", "REFD",
		 "memory touched since it was last looked at for reclaim",
		 .source = "Referenced (smaps_rollup)", .reads = ML_READ_ROLLUP,
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(thp), "thp", "THP", "anonymous memory in huge pages",
		 .source = "AnonHugePages (smaps_rollup)", .reads = ML_READ_ROLLUP,
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(ksm), "ksm", "KSM", "pages merged with equal ones",
		 .source = "KSM (smaps_rollup)", .reads = ML_READ_ROLLUP,
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(vss), "vss", "VSS", "size of its address space",
		 .source = "vsize (stat)", .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(peak_rss), "peak_rss", "PEAK", "the most RSS it ever had",
		 .source = "VmHWM (status)", .reads = ML_READ_STATUS, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(data), "data", "DATA",
		 "size of its private writable mappings", .source = "VmData (status)",
		 .reads = ML_READ_STATUS, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(stack), "stack", "STACK", "size of the first thread's stack",
		 .source = "VmStk (status)", .reads = ML_READ_STATUS, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(pagetables), "pagetables", "PTABLE",
		 "page tables: beside RSS", .source = "VmPTE + VmPMD (status)",
		 .reads = ML_READ_STATUS, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(locked), "locked", "LOCKED", "memory that may not be swapped",
		 .source = "VmLck (status)", .reads = ML_READ_STATUS, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(pinned), "pinned", "PINNED",
		 "memory that devices may use at any time", .source = "VmPin (status)",
		 .reads = ML_READ_STATUS, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct ps_row, P(hugetlb), "hugetlb", "HUGETLB",
		 "pages of hugetlb pools: beside RSS", .source = "HugetlbPages (status)",
		 .reads = ML_READ_STATUS, .flags = ML_COL_HIDDEN),
	ML_COL(struct ps_row, P(minflt), ML_UNIT_COUNT, ML_SEM_COUNTER, "minflt", "MINFLT",
	       "faults served from memory since it started", .reads = ML_READ_STAT,
	       .flags = ML_COL_HIDDEN),
	ML_COL(struct ps_row, P(majflt), ML_UNIT_COUNT, ML_SEM_COUNTER, "majflt", "MAJFLT",
	       "faults that waited for a disk since it started", .reads = ML_READ_STAT,
	       .flags = ML_COL_HIDDEN),
	ML_COUNT(struct ps_row, P(threads), "threads", "THR", "threads", .reads = ML_READ_STAT,
		 .flags = ML_COL_MINOR),
	ML_COUNT(struct ps_row, P(oom_score), "oom_score", "OOM",
		 "how likely the OOM killer takes it: 0 to 2000", .source = "oom_score",
		 .reads = ML_READ_OOM, .flags = ML_COL_HIDDEN),
	ML_COL(struct ps_row, P(oom_adj), ML_UNIT_COUNT, ML_SEM_GAUGE, "oom_adj", "ADJ",
	       "what was added to that: -1000 spares it", .source = "oom_score_adj",
	       .reads = ML_READ_OOM, .flags = ML_COL_HIDDEN),
	ML_COUNT(struct ps_row, P(fds), "fds", "FDS", "open files", .source = "/proc/PID/fd",
		 .reads = ML_READ_FDS, .flags = ML_COL_HIDDEN | ML_COL_ASKED),
	ML_COL(struct ps_row, P(read_bytes), ML_UNIT_BYTES, ML_SEM_COUNTER, "read_bytes",
	       "READ", "read from disks since it started", .source = "read_bytes (io)",
	       .reads = ML_READ_IO, .flags = ML_COL_HIDDEN | ML_COL_ASKED),
	ML_COL(struct ps_row, P(write_bytes), ML_UNIT_BYTES, ML_SEM_COUNTER, "write_bytes",
	       "WRITTEN", "written to disks since it started", .source = "write_bytes (io)",
	       .reads = ML_READ_IO, .flags = ML_COL_HIDDEN | ML_COL_ASKED),
	ML_BYTES(struct ps_row, P(limit_as), "limit_as", "MAXVSS",
		 "the most address space it may have; none: no limit", .source = "Max address space (limits)",
		 .reads = ML_READ_LIMITS, .flags = ML_COL_HIDDEN | ML_COL_ASKED),
	ML_BYTES(struct ps_row, P(limit_stack), "limit_stack", "MAXSTACK",
		 "the most its first stack may grow to; none: no limit", .source = "Max stack size (limits)",
		 .reads = ML_READ_LIMITS, .flags = ML_COL_HIDDEN | ML_COL_ASKED),
	ML_BYTES(struct ps_row, P(limit_locked), "limit_locked", "MAXLOCK",
		 "the most it may lock; none: no limit", .source = "Max locked memory (limits)",
		 .reads = ML_READ_LIMITS, .flags = ML_COL_HIDDEN | ML_COL_ASKED),
	ML_LABEL(struct ps_row, P(unit), "unit", "UNIT", "systemd unit, by the cgroup's path",
		 .source = "/proc/PID/cgroup", .reads = ML_READ_CGROUP, .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ps_row, P(cgroup), "cgroup", "CGROUP",
		 "control group that is charged for its memory", .source = "/proc/PID/cgroup",
		 .reads = ML_READ_CGROUP, .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ps_row, P(how), "how", "HOW",
		 "what RSS was read from: rollup, smaps, status, statm or stat",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ps_row, P(comm), "comm", "NAME", "name of the program"),
	ML_LABEL(struct ps_row, P(exe), "exe", "PROGRAM", "file of the program",
		 .source = "/proc/PID/exe", .reads = ML_READ_EXE,
		 .flags = ML_COL_HIDDEN | ML_COL_ASKED),
	ML_LABEL(struct ps_row, P(cmdline), "cmdline", "COMMAND", "command line",
		 .source = "/proc/PID/cmdline", .reads = ML_READ_CMDLINE,
		 .flags = ML_COL_WIDE),
};

static const struct ml_table process_table = {
	.id = "processes",
	.help = "one row per process",
	.source = "/proc/PID/stat",
	ML_TABLE_COLS(process_cols),
	.row_size = sizeof(struct ps_row),
	.flags = ML_TABLE_DEFAULT,
};

/* That of the processes of control groups, which is shown on request. */
const struct ml_table ml_group_process_table = {
	.id = "processes",
	.title = "processes",
	.help = "the processes of these control groups, and of those below",
	.source = "/proc/PID/stat",
	ML_TABLE_COLS(process_cols),
	.row_size = sizeof(struct ps_row),
};

const struct ml_rows *ml_ps_rows(const struct ml_snap *snap)
{
	static const struct ml_rows none;
	const struct ml_parsed *p = snap ? ml_snap_parsed(snap, ML_FEED_PROCESSES) : NULL;

	return p ? &p->rows : &none;
}

/* Read in its own snapshot: an older reading says nothing of what lies between two. */
static bool is_new(const struct ml_proc *proc)
{
	return proc->pss_age <= 0;
}

/* The same process before: rows of both come in order of their pids, so that the next is
 * not far from the last. */
static const struct ml_proc *find_before(const struct ml_rows *rows, size_t *from,
					 const struct ml_proc *like)
{
	for (; *from < rows->n; ++*from) {
		const struct ml_proc *proc = ml_rows_at(rows, *from);

		if (proc->pid >= like->pid)
			return proc->pid == like->pid && proc->start == like->start
				       ? proc
				       : NULL;
	}
	return NULL;
}

static void compare(const struct ml_build *b, const struct ml_proc *before,
		    struct ps_row *row)
{
	double seconds = b->prev ? ml_build_seconds(b) : (double)NAN;

	row->rss_growth = row->pss_growth = INT64_MIN;
	row->minflt_rate = row->majflt_rate = NAN;
	if (!before)
		return;
	row->rss_growth = ml_growth(before->rss, row->p.rss);
	if (is_new(before) && is_new(&row->p))
		row->pss_growth = ml_growth(before->pss, row->p.pss);
	row->minflt_rate = ml_f64(ml_sub_sat(row->p.minflt, before->minflt)) / seconds;
	row->majflt_rate = ml_f64(ml_sub_sat(row->p.majflt, before->majflt)) / seconds;
}

static int by_weight(const void *a, const void *b)
{
	const struct ps_row *x = a, *y = b;
	uint64_t wx = ml_proc_weight(&x->p), wy = ml_proc_weight(&y->p);

	if (wx != wy)
		return wx < wy ? 1 : -1;
	return (x->p.pid > y->p.pid) - (x->p.pid < y->p.pid);
}

static bool is_asked_by_pid(const struct ml_build *b)
{
	return b->query->npids > 0;
}

int ml_ps_note_coverage(struct ml_build *b)
{
	const struct ml_parsed *p = ml_snap_parsed(b->cur, ML_FEED_PROCESSES);
	const struct ml_proc_head *head = p ? p->head : NULL;

	if (!head || !head->late)
		return 0;
	return ml_note(b, "PSS for %.0f %% of RSS in %.0f ms: %llu processes not read",
		       100 * ml_ratio(head->rss_measured, head->rss),
		       isnan(head->seconds) ? 0 : head->seconds * 1e3,
		       (unsigned long long)head->late);
}

/* Kernel threads stand apart, unless one was asked for. */
int ml_build_processes(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_rows *procs = ml_ps_rows(b->cur), *before = ml_ps_rows(b->prev);
	const struct ml_proc *proc;
	size_t from = 0;

	if (ml_rows_reserve(ret, b->arena, procs->n))
		return -ENOMEM;
	ml_for_each_row(proc, procs) {
		struct ps_row *row;

		if (proc->kernel && !is_asked_by_pid(b))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->p = *proc;
		compare(b, find_before(before, &from, proc), row);
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_weight);
	return ml_ps_note_coverage(b);
}

/* ---- totals ---- */

struct total_row {
	uint64_t processes, kernel_threads;
	uint64_t rss, pss, uss, swap, pagetables;
	double coverage, seconds;
};

static const struct ml_col total_cols[] = {
	ML_COUNT(struct total_row, processes, "processes", "processes",
		 "processes, without kernel threads"),
	ML_COUNT(struct total_row, kernel_threads, "kernel_threads", "kernel threads",
		 "kernel threads"),
	ML_BYTES(struct total_row, pss, "pss", "PSS",
		 "sum of PSS: no page counts twice", .reads = ML_READ_ROLLUP),
	ML_BYTES(struct total_row, uss, "uss", "USS", "sum of USS", .reads = ML_READ_ROLLUP,
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct total_row, rss, "rss", "RSS",
		 "sum of RSS: a page shared by three counts three times"),
	ML_BYTES(struct total_row, swap, "swap", "swap", "sum of what they have in swap",
		 .reads = ML_READ_STATUS),
	ML_BYTES(struct total_row, pagetables, "pagetables", "page tables",
		 "sum of their page tables", .reads = ML_READ_STATUS),
	ML_RATIO(struct total_row, coverage, "coverage", "PSS known for",
		 "RSS of the processes whose PSS was read, share of all", .reads = ML_READ_ROLLUP),
	ML_SECONDS(struct total_row, seconds, "seconds", "read in", "time that reading took",
		   .flags = ML_COL_HIDDEN),
};

static const struct ml_table total_table = {
	.id = "total",
	.help = "sums over the processes",
	.source = "/proc/PID/stat, status, smaps_rollup",
	ML_TABLE_COLS(total_cols),
	.row_size = sizeof(struct total_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static int build_total(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *parsed = ml_snap_parsed(b->cur, ML_FEED_PROCESSES);
	const struct ml_proc_head *head = parsed ? parsed->head : NULL;
	const struct ml_proc *proc;
	struct total_row *row;

	if (!head || is_asked_by_pid(b))
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	*row = (struct total_row){
		.processes = head->processes - head->kernel_threads,
		.kernel_threads = head->kernel_threads,
		.rss = ML_NONE,
		.pss = ML_NONE,
		.uss = ML_NONE,
		.swap = ML_NONE,
		.pagetables = ML_NONE,
		.coverage = ml_ratio(head->rss_measured, head->rss),
		.seconds = head->seconds,
	};
	ml_for_each_row(proc, &parsed->rows) {
		row->rss = ml_sum(row->rss, proc->rss);
		row->pss = ml_sum(row->pss, proc->pss);
		row->uss = ml_sum(row->uss, proc->uss);
		row->swap = ml_sum(row->swap, proc->swap);
		row->pagetables = ml_sum(row->pagetables, proc->pagetables);
	}
	return 0;
}

/* ---- kernel threads ---- */

static const struct ml_col kernel_cols[] = {
	ML_LABEL(struct ps_row, P(pid), "pid", "PID", "process id"),
	ML_LABEL(struct ps_row, P(state), "state", "S", "R runs, S sleeps, D waits, I idle",
		 .reads = ML_READ_STAT),
	ML_LABEL(struct ps_row, P(comm), "comm", "NAME", "name of the thread"),
};

static const struct ml_table kernel_table = {
	.id = "kernel_threads",
	.help = "kernel threads: they have no memory of their own",
	.source = "/proc/PID/stat",
	ML_TABLE_COLS(kernel_cols),
	.row_size = sizeof(struct ps_row),
};

static int build_kernel(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_proc *proc;

	ml_for_each_row(proc, ml_ps_rows(b->cur)) {
		struct ps_row *row;

		if (!proc->kernel)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->p = *proc;
	}
	return 0;
}

static const struct ml_part parts[] = {
	{ &process_table, ml_build_processes, ML_FEED(PROCESSES), 0, .lean = true },
	{ &total_table, build_total, ML_FEED(PROCESSES), 0, .lean = true },
	{ &kernel_table, build_kernel, ML_FEED(PROCESSES), 0, .lean = true },
	{ &ml_delays_table, ml_build_delays, ML_FEED(PROCESSES), 0 },
	{ &ml_ps_by_user_table, ml_build_ps_by_user, ML_FEED(PROCESSES), 0,
	  .lean = true },
	{ &ml_ps_by_comm_table, ml_build_ps_by_comm, ML_FEED(PROCESSES), 0,
	  .lean = true },
	{ &ml_ps_by_cgroup_table, ml_build_ps_by_cgroup, ML_FEED(PROCESSES), 0,
	  .lean = true },
	{ &ml_ps_by_unit_table, ml_build_ps_by_unit, ML_FEED(PROCESSES), 0,
	  .lean = true },
	{ &ml_ps_by_exe_table, ml_build_ps_by_exe, ML_FEED(PROCESSES), 0,
	  .lean = true },
};

const struct ml_report ml_report_ps = {
	.id = "ps",
	.title = "processes: what each has, shares and keeps in swap",
	ML_REPORT_PARTS(parts),
};
