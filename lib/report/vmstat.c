/* SPDX-License-Identifier: MIT */
/* vmstat: what moves - tasks, paging, swap, disk, CPU, and every counter there is. */
#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "parse/stat.h"
#include "report/rates.h"
#include "series/delta.h"

/* ---- the classic columns ---- */

struct vmstat_row {
	uint64_t running, blocked;
	uint64_t swapped, free, buffers, cache;
	double si, so, bi, bo, interrupts, switches;
	double user, system, idle, iowait, steal;
	double majfault;
};

#define KERNEL_STAT .source = "/proc/stat"
#define MEMINFO .source = "/proc/meminfo"

static const struct ml_col vmstat_cols[] = {
	ML_COUNT(struct vmstat_row, running, "running", "R", "tasks that run or want to",
		 KERNEL_STAT),
	ML_COUNT(struct vmstat_row, blocked, "blocked", "B", "tasks that wait for a disk",
		 KERNEL_STAT),
	ML_BYTES(struct vmstat_row, swapped, "swapped", "SWAPPED", "swap in use",
		 .flags = ML_COL_MINOR, .source = "SwapTotal - SwapFree"),
	ML_BYTES(struct vmstat_row, free, "free", "FREE", "memory that holds nothing", MEMINFO),
	ML_BYTES(struct vmstat_row, buffers, "buffers", "BUFF", "cache of block devices",
		 .flags = ML_COL_MINOR, MEMINFO),
	ML_BYTES(struct vmstat_row, cache, "cache", "CACHE", "file cache and reclaimable slab",
		 .source = "Cached + SReclaimable"),
	ML_BYTE_RATE(struct vmstat_row, si, "si", "SI", "read back from swap"),
	ML_BYTE_RATE(struct vmstat_row, so, "so", "SO", "written to swap"),
	ML_BYTE_RATE(struct vmstat_row, bi, "bi", "BI", "read from block devices"),
	ML_BYTE_RATE(struct vmstat_row, bo, "bo", "BO", "written to block devices"),
	ML_RATE(struct vmstat_row, interrupts, "interrupts", "IN", "interrupts",
		.flags = ML_COL_MINOR, KERNEL_STAT),
	ML_RATE(struct vmstat_row, switches, "switches", "CS", "context switches", KERNEL_STAT),
	ML_RATE(struct vmstat_row, majfault, "majfault", "MAJFLT",
		"page faults that had to read from disk", .flags = ML_COL_MINOR),
	ML_RATIO(struct vmstat_row, user, "user", "US", "CPU time in programs", KERNEL_STAT),
	ML_RATIO(struct vmstat_row, system, "system", "SY", "CPU time in the kernel",
		 KERNEL_STAT),
	ML_RATIO(struct vmstat_row, idle, "idle", "ID", "CPU time idle", KERNEL_STAT),
	ML_RATIO(struct vmstat_row, iowait, "iowait", "WA", "CPU time idle with a disk busy",
		 KERNEL_STAT),
	ML_RATIO(struct vmstat_row, steal, "steal", "ST", "CPU time taken by the hypervisor",
		 .flags = ML_COL_MINOR, KERNEL_STAT),
};

static const struct ml_table vmstat_table = {
	.id = "vmstat",
	.help = "tasks, memory, swap, disk, interrupts and CPU, one row a sample",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(vmstat_cols),
	.row_size = sizeof(struct vmstat_row),
	.flags = ML_TABLE_DEFAULT | ML_TABLE_STREAM,
};

static const struct ml_rate_cell vmstat_cells[] = {
	{ offsetof(struct vmstat_row, si), { "pswpin" }, .pages = true },
	{ offsetof(struct vmstat_row, so), { "pswpout" }, .pages = true },
	{ offsetof(struct vmstat_row, bi), { "pgpgin" }, .kib = true },
	{ offsetof(struct vmstat_row, bo), { "pgpgout" }, .kib = true },
	{ offsetof(struct vmstat_row, majfault), { "pgmajfault" } },
};

static const struct ml_stat_cpu *cpu_of(const struct ml_snap *snap)
{
	const struct ml_parsed *stat = snap ? ml_snap_parsed(snap, ML_FEED_STAT) : NULL;
	const struct ml_stat_head *head = stat ? stat->head : NULL;

	return head ? &head->all : NULL;
}

/* Ticks of one state between the instants. idle and iowait may go down by a tick when
 * CPUs are added up while they change state: that is no time at all. */
static double ticks(uint64_t prev, uint64_t cur)
{
	return (double)ml_or0(ml_sub_sat(cur, ml_or0(prev)));
}

static void fill_cpu(const struct ml_build *b, struct vmstat_row *row)
{
	static const struct ml_stat_cpu zero;
	const struct ml_stat_cpu *cur = cpu_of(b->cur), *prev = cpu_of(b->prev);
	double us, sy, id, wa, st, all;

	row->user = row->system = row->idle = row->iowait = row->steal = NAN;
	if (!cur || (b->prev && !prev))
		return;
	if (!prev)
		prev = &zero;
	us = ticks(prev->user, cur->user) + ticks(prev->nice, cur->nice);
	sy = ticks(prev->system, cur->system) + ticks(prev->irq, cur->irq) +
	     ticks(prev->softirq, cur->softirq);
	id = ticks(prev->idle, cur->idle);
	wa = ticks(prev->iowait, cur->iowait);
	st = ticks(prev->steal, cur->steal);
	all = us + sy + id + wa + st;
	if (!(all > 0))
		return;
	row->user = us / all;
	row->system = sy / all;
	row->idle = id / all;
	row->iowait = wa / all;
	row->steal = st / all;
}

static double stat_rate(const struct ml_build *b, const char *key)
{
	uint64_t cur = ml_kv_get(ml_snap_kv(b->cur, ML_FEED_STAT), key);
	uint64_t prev = b->prev ? ml_kv_get(ml_snap_kv(b->prev, ML_FEED_STAT), key) : 0;

	return ml_rate(prev, cur, b->cur->narrow, ml_build_seconds(b));
}

static int build_vmstat(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_kv *stat = ml_snap_kv(b->cur, ML_FEED_STAT);
	struct vmstat_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	row->running = ml_kv_get(stat, "procs_running");
	row->blocked = ml_kv_get(stat, "procs_blocked");
	if (row->running != ML_NONE && b->cur->root->live)
		row->running = ml_sub_sat(row->running, 1); /* that is us */
	row->swapped = ml_sub_sat(ml_snap_mem(b->cur, "SwapTotal"),
				  ml_snap_mem(b->cur, "SwapFree"));
	row->free = ml_snap_mem(b->cur, "MemFree");
	row->buffers = ml_snap_mem(b->cur, "Buffers");
	row->cache = ml_add(ml_snap_mem(b->cur, "Cached"),
			    ml_or0(ml_snap_mem(b->cur, "SReclaimable")));
	row->interrupts = stat_rate(b, "intr");
	row->switches = stat_rate(b, "ctxt");
	ml_rate_cells(b, row, vmstat_cells, ML_ARRAY_SIZE(vmstat_cells));
	fill_cpu(b, row);
	return ml_note_since_boot(b);
}

/* ---- every counter ---- */

struct all_row {
	struct ml_str counter;
	uint64_t value;
	double rate;
	struct ml_str reset;
};

static const struct ml_col all_cols[] = {
	ML_LABEL(struct all_row, counter, "counter", "COUNTER", "the kernel's name"),
	ML_COUNT(struct all_row, value, "value", "VALUE",
		 "as the kernel prints it: nr_* are pages now, the others events since boot"),
	ML_RATE(struct all_row, rate, "rate", "RATE", "events a second"),
	ML_LABEL(struct all_row, reset, "reset", "", "the counter went down: no rate",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table all_table = {
	.id = "all",
	.title = "every counter",
	.help = "all of /proc/vmstat, those of newer kernels included",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(all_cols),
	.row_size = sizeof(struct all_row),
};

bool ml_vmstat_is_gauge(struct ml_str key)
{
	static const char *const not_gauges[] = {
		"nr_vmscan_write",      "nr_vmscan_immediate_reclaim",
		"nr_dirtied",           "nr_written",
		"nr_throttled_written", "nr_foll_pin_acquired",
		"nr_foll_pin_released"
	};

	if (ml_str_starts(key, "nr_tlb_"))
		return false;
	if (!ml_str_starts(key, "nr_"))
		return ml_str_is(key, "workingset_nodes");
	for (size_t i = 0; i < ML_ARRAY_SIZE(not_gauges); i++)
		if (ml_str_is(key, not_gauges[i]))
			return false;
	return true;
}

static uint64_t value_before(const struct ml_build *b, struct ml_str key)
{
	const struct ml_kv *kv = b->prev ? ml_snap_kv(b->prev, ML_FEED_VMSTAT) : NULL;
	const struct ml_kv_row *row = kv ? ml_kv_find(kv, key) : NULL;

	if (!b->prev)
		return 0;
	return row ? row->value : ML_NONE;
}

static int build_all(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_kv *kv = ml_snap_kv(b->cur, ML_FEED_VMSTAT);
	const struct ml_kv_row *kv_row;

	if (!kv)
		return 0;
	ml_for_each_row(kv_row, &kv->rows) {
		struct all_row *row = ml_rows_add(ret, b->arena);
		uint64_t before = value_before(b, kv_row->key);

		if (!row)
			return -ENOMEM;
		row->counter = kv_row->key;
		row->value = kv_row->value;
		row->rate = ml_vmstat_is_gauge(kv_row->key)
				    ? (double)NAN
				    : ml_rate(before, kv_row->value, b->cur->narrow,
					      ml_build_seconds(b));
		if (!ml_vmstat_is_gauge(kv_row->key) && before != ML_NONE &&
		    kv_row->value < before && isnan(row->rate))
			row->reset = ML_STR("reset");
	}
	return ml_note_since_boot(b);
}

#define RATE_FEEDS ML_FEED(UPTIME)

static const struct ml_part parts[] = {
	{ &vmstat_table, build_vmstat, ML_FEED(VMSTAT),
	  RATE_FEEDS | ML_FEED(MEMINFO) | ML_FEED(STAT) },
	{ &ml_reclaim_table, ml_build_reclaim, ML_FEED(VMSTAT), RATE_FEEDS },
	{ &ml_thp_table, ml_build_thp, ML_FEED(VMSTAT), RATE_FEEDS },
	{ &ml_swap_table, ml_build_swap, ML_FEED(VMSTAT), RATE_FEEDS | ML_FEED(MEMINFO) },
	{ &all_table, build_all, ML_FEED(VMSTAT), RATE_FEEDS },
	{ &ml_meaning_table, ml_build_meaning, ML_FEED(VMSTAT), RATE_FEEDS },
};

const struct ml_report ml_report_vmstat = {
	.id = "vmstat",
	.title = "what moves: tasks, paging, swap, reclaim",
	ML_REPORT_PARTS(parts),
};
