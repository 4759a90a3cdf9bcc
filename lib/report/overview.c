/* SPDX-License-Identifier: MIT */
/* overview: the machine's memory on one screen. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "model/cgroup.h"
#include "model/proc.h"
#include "model/zone.h"
#include "parse/loadavg.h"
#include "parse/pressure.h"
#include "parse/stat.h"
#include "report/account.h"
#include "report/overview.h"
#include "report/report.h"

/* ---- host ---- */

struct host_row {
	struct ml_str name, kernel;
	uint64_t cpus;
	double uptime, load1;
	uint64_t page_size, total, available;
	double available_share;
};

static const struct ml_col host_cols[] = {
	ML_LABEL(struct host_row, name, "host", "", "name of the machine"),
	ML_LABEL(struct host_row, kernel, "kernel", "Linux", "kernel release"),
	ML_COUNT(struct host_row, cpus, "cpus", "CPUs", "CPUs that are online",
		 .source = "/proc/stat"),
	ML_SECONDS(struct host_row, uptime, "uptime", "up", "time since boot",
		   .source = "/proc/uptime"),
	ML_COL(struct host_row, load1, ML_UNIT_NONE, ML_SEM_GAUGE, "load", "load",
	       "tasks that run or wait for a disk, over a minute", .source = "/proc/loadavg"),
	ML_BYTES(struct host_row, page_size, "page_size", "page", "size of a page",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct host_row, total, "total", "memory", "usable RAM", .source = "MemTotal"),
	ML_BYTES(struct host_row, available, "available", "available",
		 "what new programs can have without swapping", .source = "MemAvailable"),
	ML_RATIO(struct host_row, available_share, "available_share", "of total",
		 "the same as part of the total"),
};

static const struct ml_table host_table = {
	.id = "machine",
	.help = "the machine",
	.source = "/proc/meminfo",
	ML_TABLE_COLS(host_cols),
	.row_size = sizeof(struct host_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static int build_host(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *stat = ml_snap_parsed(b->cur, ML_FEED_STAT);
	const struct ml_parsed *load = ml_snap_parsed(b->cur, ML_FEED_LOADAVG);
	const struct ml_parsed *uptime = ml_snap_parsed(b->cur, ML_FEED_UPTIME);
	struct ml_host host;
	const struct ml_stat_head *head = stat ? stat->head : NULL;
	struct host_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	ml_snap_host(b->cur, &host);
	*row = (struct host_row){
		.name = ml_str_of(host.name),
		.kernel = ml_str_of(host.kernel),
		.cpus = head && head->ncpus ? head->ncpus : ML_NONE,
		.uptime = uptime && uptime->rows.n
				  ? *(double *)ml_rows_at(&uptime->rows, 0)
				  : NAN,
		.load1 = NAN,
		.page_size = b->cur->page_size,
		.total = ml_snap_mem(b->cur, "MemTotal"),
		.available = ml_snap_mem(b->cur, "MemAvailable"),
	};
	if (load && load->rows.n)
		row->load1 = ((const struct ml_loadavg_row *)ml_rows_at(&load->rows, 0))
				     ->load1;
	if (row->available == ML_NONE && row->total != ML_NONE) { /* before 3.14 */
		row->available = ml_mem_available(b->cur);
		if (ml_note(b,
			    "this kernel has no MemAvailable: it is estimated by the formula of "
			    "later ones"))
			return -ENOMEM;
	}
	row->available_share = ml_ratio(row->available, row->total);
	return ml_note(b, "next: memlens doctor, memlens where, memlens vmstat 1");
}

/* ---- memory ---- */

static const struct ml_col memory_cols[] = {
	ML_LABEL(struct ml_account_row, mark, "mark", "", "how the bar draws it"),
	ML_ACCOUNT_COLS,
};

static const struct ml_table memory_table = {
	.id = "memory",
	.help = "the classes of memory; they add up to the total, with the residue",
	.source = "/proc/meminfo, /proc/vmstat, /proc/zoneinfo",
	ML_TABLE_COLS(memory_cols),
	.row_size = sizeof(struct ml_account_row),
	.flags = ML_TABLE_DEFAULT | ML_TABLE_STACK,
};

/* What is in use first, then what is free, and the total as the sum of what stands
 * above. */
static int build_memory(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_account_row head[2], *rows; /* the total and the free memory */

	if (ml_account(b->cur, ML_ACCOUNT_CLASSES, b->arena, ret))
		return -ENOMEM;
	if (ret->n < 2)
		return 0;
	rows = ml_rows_at(ret, 0);
	memcpy(head, rows, sizeof(head));
	memmove(rows, rows + 2, (ret->n - 2) * sizeof(*rows));
	rows[ret->n - 2] = head[1];
	rows[ret->n - 1] = head[0];
	rows[ret->n - 1].name = ML_STR("total");
	rows[ret->n - 1].mark = ML_STR("=");
	return 0;
}

/* ---- largest processes ---- */

#define LARGEST 5

static const struct ml_col largest_cols[] = {
	ML_LABEL(struct ml_proc, pid, "pid", "PID", "process id"),
	ML_BYTES(struct ml_proc, pss, "pss", "PSS",
		 "its share of memory: private pages, and of each shared page the part",
		 .source = "Pss (smaps_rollup)"),
	ML_BYTES(struct ml_proc, rss, "rss", "RSS",
		 "memory that it can touch without a fault; shared pages count in full",
		 .source = "statm"),
	ML_LABEL(struct ml_proc, comm, "comm", "LARGEST PROCESSES", "name of the program",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table largest_table = {
	.id = "largest",
	.help = "the five largest processes by PSS",
	.source = "/proc/PID/statm, stat, smaps_rollup",
	ML_TABLE_COLS(largest_cols),
	.row_size = sizeof(struct ml_proc),
	.flags = ML_TABLE_DEFAULT,
};

static int by_weight(const void *a, const void *b)
{
	uint64_t x = ml_proc_weight(*(const struct ml_proc *const *)a);
	uint64_t y = ml_proc_weight(*(const struct ml_proc *const *)b);

	return (x < y) - (x > y);
}

/* PSS is no more than RSS, so a search in that order is sure to have found the largest
 * when it ends by itself. */
static int note_search(struct ml_build *b, const struct ml_proc_head *head)
{
	if (!head->late)
		return 0;
	return ml_note(
		b,
		"largest of the %llu processes with most RSS; memlens ps reads them all",
		(unsigned long long)head->measured);
}

/* Those whose names were read are all that can be among the largest. */
static int build_largest(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *procs = ml_snap_parsed(b->cur, ML_FEED_PROCESSES);
	const struct ml_proc **found, *proc;
	size_t n = 0;

	if (!procs || !procs->rows.n)
		return 0;
	found = ml_arena_calloc(b->arena, procs->rows.n, sizeof(const struct ml_proc *));
	if (!found)
		return -ENOMEM;
	ml_for_each_row(proc, &procs->rows)
		if (proc->comm.p && ml_proc_weight(proc))
			found[n++] = proc;
	qsort(found, n, sizeof(const struct ml_proc *), by_weight);
	for (size_t i = 0; i < n && i < LARGEST; i++) {
		struct ml_proc *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		*row = *found[i];
	}
	return note_search(b, procs->head);
}

/* ---- swap ---- */

struct swap_row {
	uint64_t total, used;
	double share;
	uint64_t zswapped, zswap;
};

static const struct ml_col swap_cols[] = {
	ML_BYTES(struct swap_row, total, "total", "swap", "size of all swap areas",
		 .source = "SwapTotal"),
	ML_BYTES(struct swap_row, used, "used", "used", "swap in use",
		 .source = "SwapTotal - SwapFree"),
	ML_RATIO(struct swap_row, share, "share", "=", "the same as part of the total",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct swap_row, zswapped, "zswapped", "zswapped",
		 "memory that zswap holds compressed", .source = "Zswapped",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct swap_row, zswap, "zswap", "as", "what it takes compressed",
		 .source = "Zswap", .flags = ML_COL_HIDDEN),
};

static const struct ml_table swap_table = {
	.id = "swap",
	.help = "swap in total",
	.source = "/proc/meminfo",
	ML_TABLE_COLS(swap_cols),
	.row_size = sizeof(struct swap_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static int build_swap(struct ml_build *b, struct ml_rows *ret)
{
	struct swap_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	row->total = ml_snap_mem(b->cur, "SwapTotal");
	row->used = ml_sub_sat(row->total, ml_snap_mem(b->cur, "SwapFree"));
	row->share = ml_ratio(row->used, row->total);
	row->zswapped = ml_snap_mem(b->cur, "Zswapped");
	row->zswap = ml_snap_mem(b->cur, "Zswap");
	return 0;
}

/* ---- pressure ---- */

struct pressure_row {
	double memory_some, memory_full, io_some, io_full, cpu_some;
};

static const struct ml_col pressure_cols[] = {
	ML_RATIO(struct pressure_row, memory_some, "memory_some", "pressure over 10 s: memory",
		 "time in which a task waited for memory"),
	ML_RATIO(struct pressure_row, memory_full, "memory_full", "full",
		 "time in which all tasks did"),
	ML_RATIO(struct pressure_row, io_some, "io_some", "io",
		 "time in which a task waited for a disk"),
	ML_RATIO(struct pressure_row, io_full, "io_full", "full", "time in which all tasks did"),
	ML_RATIO(struct pressure_row, cpu_some, "cpu_some", "cpu",
		 "time in which a task waited for a CPU"),
};

static const struct ml_table pressure_table = {
	.id = "pressure",
	.help = "pressure stall information, averaged over 10 s",
	.source = "/proc/pressure",
	ML_TABLE_COLS(pressure_cols),
	.row_size = sizeof(struct pressure_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static double avg10(const struct ml_snap *snap, enum ml_feed_id feed, const char *kind)
{
	const struct ml_parsed *pressure = ml_snap_parsed(snap, feed);
	const struct ml_pressure_row *row;

	if (pressure)
		ml_for_each_row(row, &pressure->rows)
			if (ml_str_is(row->kind, kind))
				return row->avg10;
	return NAN;
}

static int build_pressure(struct ml_build *b, struct ml_rows *ret)
{
	struct pressure_row *row;

	if (!ml_snap_parsed(b->cur, ML_FEED_PRESSURE_MEMORY))
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	*row = (struct pressure_row){
		.memory_some = avg10(b->cur, ML_FEED_PRESSURE_MEMORY, "some"),
		.memory_full = avg10(b->cur, ML_FEED_PRESSURE_MEMORY, "full"),
		.io_some = avg10(b->cur, ML_FEED_PRESSURE_IO, "some"),
		.io_full = avg10(b->cur, ML_FEED_PRESSURE_IO, "full"),
		.cpu_some = avg10(b->cur, ML_FEED_PRESSURE_CPU, "some"),
	};
	return 0;
}

/* ---- limit ---- */

static const struct ml_col limit_cols[] = {
	ML_BYTES(struct ml_cgroup_limit, limit, "limit", "our limit",
		 "smallest memory limit of our control group and its ancestors"),
	ML_BYTES(struct ml_cgroup_limit, usage, "usage", "used",
		 "memory charged to the group, its file cache included"),
	ML_BYTES(struct ml_cgroup_limit, working_set, "working_set", "working set",
		 "the same less inactive file cache, as the kubelet counts"),
	ML_BYTES(struct ml_cgroup_limit, headroom, "headroom", "headroom",
		 "what is left before a limit is hit, the least of all ancestors"),
	ML_LABEL(struct ml_cgroup_limit, version, "version", "cgroup v", "1 or 2",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ml_cgroup_limit, path, "path", "cgroup", "the group that has the limit",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table limit_table = {
	.id = "limit",
	.help = "the smallest control group limit above us, when it is below MemTotal",
	.source = "memory.max, memory.limit_in_bytes and their neighbours",
	ML_TABLE_COLS(limit_cols),
	.row_size = sizeof(struct ml_cgroup_limit),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static int build_limit(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *limits = ml_snap_parsed(b->cur, ML_FEED_CGROUP_LIMIT);
	const struct ml_cgroup_limit *limit;
	struct ml_cgroup_limit *row;

	if (!limits || !limits->rows.n)
		return 0;
	limit = ml_rows_at(&limits->rows, 0);
	if (limit->limit >= ml_snap_mem(b->cur, "MemTotal"))
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	*row = *limit;
	return 0;
}

/* ---- what could not be read ---- */

struct unread_row {
	struct ml_str path, status, capability, loss;
};

static const struct ml_col unread_cols[] = {
	ML_LABEL(struct unread_row, path, "path", "FILE", "the kernel file"),
	ML_LABEL(struct unread_row, status, "status", "WHY", "denied, unsupported or malformed"),
	ML_LABEL(struct unread_row, capability, "capability", "NEEDS",
		 "the capability that would allow it"),
	ML_LABEL(struct unread_row, loss, "loss", "WITHOUT IT", "what is not known",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table unread_table = {
	.id = "unread",
	.title = "could not be read",
	.help = "kernel files that are there but refused, those of slab, vmalloc and frag too",
	.source = "open(2) and read(2)",
	ML_TABLE_COLS(unread_cols),
	.row_size = sizeof(struct unread_row),
	.flags = ML_TABLE_DEFAULT,
};

/* The files that other reports read are tried for access, not read. */
static enum ml_status status_of(const struct ml_snap *snap, enum ml_feed_id id)
{
	const struct ml_feed *feed = &ml_feeds_register[id];

	if (snap->taken & 1ull << id)
		return snap->feed[id].status;
	if (!feed->capability || feed->gather || !snap->root->live)
		return ML_OK;
	return ml_status_of(-ml_root_access(feed->path));
}

static int build_unread(struct ml_build *b, struct ml_rows *ret)
{
	for (unsigned id = 0; id < ML_FEED_COUNT; id++) {
		const struct ml_feed *feed = &ml_feeds_register[id];
		enum ml_status status = status_of(b->cur, id);
		struct unread_row *row;

		if (status == ML_OK || status == ML_ABSENT)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		*row = (struct unread_row){
			.path = ml_str_of(feed->path),
			.status = ml_str_of(ml_status_name(status)),
			.capability =
				ml_str_of(status == ML_DENIED ? feed->capability : NULL),
			.loss = ml_str_of(feed->loss),
		};
	}
	return 0;
}

static const struct ml_part parts[] = {
	{ &host_table, build_host, ML_FEED(MEMINFO),
	  ML_FEED(STAT) | ML_FEED(LOADAVG) | ML_FEED(UPTIME) },
	{ &memory_table, build_memory, ML_FEED(MEMINFO),
	  ML_FEED(VMSTAT) | ML_FEED(ZONEINFO) | ML_FEED(ZRAM) | ML_FEED(ZSWAP) },
	{ &swap_table, build_swap, ML_FEED(MEMINFO), 0 },
	{ &largest_table, build_largest, 0, ML_FEED(PROCESSES), ML_READ_LARGEST_PSS },
	{ &pressure_table, build_pressure, 0,
	  ML_FEED(PRESSURE_MEMORY) | ML_FEED(PRESSURE_IO) | ML_FEED(PRESSURE_CPU) },
	{ &ml_overview_findings_table, ml_overview_build_findings, 0, 0 },
	{ &limit_table, build_limit, 0, ML_FEED(MEMINFO) | ML_FEED(CGROUP_LIMIT) },
	{ &unread_table, build_unread, 0, 0 },
};

const struct ml_report ml_report_overview = {
	.id = "overview",
	.title = "the machine's memory on one screen",
	ML_REPORT_PARTS(parts),
};
