/* SPDX-License-Identifier: MIT */
/* vmstat: what moves - tasks, paging, swap, disk, CPU; reclaim, huge pages, every counter. */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "parse/stat.h"
#include "report/report.h"
#include "series/delta.h"

/* ---- counters ---- */

/* Where a counter was split by zone, or lost its split: NAME, or all of NAME_ZONE. */
static const char *const zone_suffixes[] = { "dma", "dma32", "normal", "high", "movable",
					     "device" };

static uint64_t counter_of(const struct ml_snap *snap, const char *key)
{
	uint64_t sum = ml_snap_vm(snap, key);
	char name[64];

	if (sum != ML_NONE)
		return sum;
	for (size_t i = 0; i < ML_ARRAY_SIZE(zone_suffixes); i++) {
		uint64_t part;

		snprintf(name, sizeof(name), "%s_%s", key, zone_suffixes[i]);
		part = ml_snap_vm(snap, name);
		if (part != ML_NONE)
			sum = ml_add(ml_or0(sum), part);
	}
	return sum;
}

/* Per second between the instants, or since boot. */
static double rate_of(const struct ml_build *b, const char *key)
{
	uint64_t before = b->prev ? counter_of(b->prev, key) : 0;

	return ml_rate(before, counter_of(b->cur, key), b->cur->narrow, ml_build_seconds(b));
}

/* A column that is the summed rate of counters; absent ones count as nothing unless all are. */
struct rate_cell {
	size_t offset;
	const char *keys[4];
	bool pages; /* to bytes */
	bool kib;   /* to bytes */
};

static double cell_of(const struct ml_build *b, const struct rate_cell *cell)
{
	double sum = NAN, scale = 1;

	for (size_t i = 0; i < ML_ARRAY_SIZE(cell->keys) && cell->keys[i]; i++) {
		double rate = rate_of(b, cell->keys[i]);

		if (!isnan(rate))
			sum = isnan(sum) ? rate : sum + rate;
	}
	if (cell->pages)
		scale = ml_f64(b->cur->host.page_size);
	return sum * (cell->kib ? (double)ML_KIB : scale);
}

static void fill_cells(const struct ml_build *b, void *row, const struct rate_cell *cells,
		       size_t n)
{
	for (size_t i = 0; i < n; i++)
		*(double *)((char *)row + cells[i].offset) = cell_of(b, &cells[i]);
}

static int note_since_boot(struct ml_build *b)
{
	return b->prev ? 0 : ml_note(b, "rates are averages since boot; give a delay for now");
}

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

static const struct rate_cell vmstat_cells[] = {
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

/* Ticks of one state between the instants. idle and iowait may go down by a tick when CPUs
 * are added up while they change state: that is no time at all. */
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
	row->swapped = ml_sub_sat(ml_snap_mem(b->cur, "SwapTotal"), ml_snap_mem(b->cur, "SwapFree"));
	row->free = ml_snap_mem(b->cur, "MemFree");
	row->buffers = ml_snap_mem(b->cur, "Buffers");
	row->cache = ml_add(ml_snap_mem(b->cur, "Cached"),
			    ml_or0(ml_snap_mem(b->cur, "SReclaimable")));
	row->interrupts = stat_rate(b, "intr");
	row->switches = stat_rate(b, "ctxt");
	fill_cells(b, row, vmstat_cells, ML_ARRAY_SIZE(vmstat_cells));
	fill_cpu(b, row);
	return note_since_boot(b);
}

/* ---- reclaim ---- */

struct reclaim_row {
	double kswapd_scan, kswapd_steal, direct_scan, direct_steal, stalls;
	double refault_anon, refault_file, activate, compact_stall, oom_kill;
	double efficiency;
};

static const struct ml_col reclaim_cols[] = {
	ML_RATE(struct reclaim_row, kswapd_scan, "kswapd_scan", "KSCAN",
		"pages kswapd looked at, in the background"),
	ML_RATE(struct reclaim_row, kswapd_steal, "kswapd_steal", "KSTEAL", "pages it freed"),
	ML_RATE(struct reclaim_row, direct_scan, "direct_scan", "DSCAN",
		"pages looked at by tasks that wait for memory"),
	ML_RATE(struct reclaim_row, direct_steal, "direct_steal", "DSTEAL", "pages they freed"),
	ML_RATIO(struct reclaim_row, efficiency, "efficiency", "EFF",
		 "freed per page looked at: high is healthy, low is thrashing",
		 .source = "pgsteal / pgscan, kswapd and direct"),
	ML_RATE(struct reclaim_row, stalls, "stalls", "STALLS",
		"allocations that had to reclaim for themselves", .source = "allocstall"),
	ML_RATE(struct reclaim_row, refault_anon, "refault_anon", "REFANON",
		"anonymous pages read back soon after they were reclaimed"),
	ML_RATE(struct reclaim_row, refault_file, "refault_file", "REFFILE",
		"file pages read back soon after they were reclaimed"),
	ML_RATE(struct reclaim_row, activate, "activate", "ACTIVATE",
		"refaults of pages that belong to the working set"),
	ML_RATE(struct reclaim_row, compact_stall, "compact_stall", "COMPACT",
		"allocations that had to compact memory"),
	ML_RATE(struct reclaim_row, oom_kill, "oom_kill", "OOMKILL", "processes killed"),
};

static const struct ml_table reclaim_table = {
	.id = "reclaim",
	.title = "reclaim (pages a second)",
	.help = "who looks for memory, and whether it is found",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(reclaim_cols),
	.row_size = sizeof(struct reclaim_row),
	.flags = ML_TABLE_STREAM,
};

static const struct rate_cell reclaim_cells[] = {
	{ offsetof(struct reclaim_row, kswapd_scan), { "pgscan_kswapd" } },
	{ offsetof(struct reclaim_row, kswapd_steal), { "pgsteal_kswapd" } },
	{ offsetof(struct reclaim_row, direct_scan), { "pgscan_direct" } },
	{ offsetof(struct reclaim_row, direct_steal), { "pgsteal_direct" } },
	{ offsetof(struct reclaim_row, stalls), { "allocstall" } },
	{ offsetof(struct reclaim_row, refault_anon), { "workingset_refault_anon" } },
	{ offsetof(struct reclaim_row, refault_file),
	  { "workingset_refault_file", "workingset_refault" } },
	{ offsetof(struct reclaim_row, activate),
	  { "workingset_activate_anon", "workingset_activate_file", "workingset_activate" } },
	{ offsetof(struct reclaim_row, compact_stall), { "compact_stall" } },
	{ offsetof(struct reclaim_row, oom_kill), { "oom_kill" } },
};

static int build_reclaim(struct ml_build *b, struct ml_rows *ret)
{
	struct reclaim_row *row = ml_rows_add(ret, b->arena);
	double scan;

	if (!row)
		return -ENOMEM;
	fill_cells(b, row, reclaim_cells, ML_ARRAY_SIZE(reclaim_cells));
	scan = row->kswapd_scan + row->direct_scan;
	row->efficiency = scan > 0 ? (row->kswapd_steal + row->direct_steal) / scan : (double)NAN;
	return note_since_boot(b);
}

/* ---- huge pages and compaction ---- */

struct thp_row {
	double fault, fallback, file_fault, collapse, collapse_failed, split, swpout, compact_stall,
		compact_success, compact_fail, migrated;
};

static const struct ml_col thp_cols[] = {
	ML_RATE(struct thp_row, fault, "fault_alloc", "FAULT", "huge pages given at a fault"),
	ML_RATE(struct thp_row, fallback, "fault_fallback", "FALLBACK",
		"faults that wanted one and got small pages"),
	ML_RATE(struct thp_row, file_fault, "file_alloc", "FILE", "huge pages for files and tmpfs"),
	ML_RATE(struct thp_row, collapse, "collapse", "COLLAPSE",
		"ranges that khugepaged turned into huge pages"),
	ML_RATE(struct thp_row, collapse_failed, "collapse_failed", "COLLFAIL",
		"ranges for which it found no block"),
	ML_RATE(struct thp_row, split, "split", "SPLIT", "huge pages split again"),
	ML_RATE(struct thp_row, swpout, "swpout", "SWPOUT", "huge pages swapped out whole"),
	ML_RATE(struct thp_row, compact_stall, "compact_stall", "CSTALL",
		"allocations that compacted memory themselves"),
	ML_RATE(struct thp_row, compact_success, "compact_success", "CSUCC",
		"of these, those that found a block"),
	ML_RATE(struct thp_row, compact_fail, "compact_fail", "CFAIL", "and those that did not"),
	ML_RATE(struct thp_row, migrated, "migrated", "MIGRATED", "pages moved"),
};

static const struct ml_table thp_table = {
	.id = "thp",
	.title = "transparent huge pages and compaction (events a second)",
	.help = "huge pages given, refused and split, and what compaction did for them",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(thp_cols),
	.row_size = sizeof(struct thp_row),
	.flags = ML_TABLE_STREAM,
};

static const struct rate_cell thp_cells[] = {
	{ offsetof(struct thp_row, fault), { "thp_fault_alloc" } },
	{ offsetof(struct thp_row, fallback), { "thp_fault_fallback" } },
	{ offsetof(struct thp_row, file_fault), { "thp_file_alloc" } },
	{ offsetof(struct thp_row, collapse), { "thp_collapse_alloc" } },
	{ offsetof(struct thp_row, collapse_failed), { "thp_collapse_alloc_failed" } },
	{ offsetof(struct thp_row, split), { "thp_split_page", "thp_split" } },
	{ offsetof(struct thp_row, swpout), { "thp_swpout" } },
	{ offsetof(struct thp_row, compact_stall), { "compact_stall" } },
	{ offsetof(struct thp_row, compact_success), { "compact_success" } },
	{ offsetof(struct thp_row, compact_fail), { "compact_fail" } },
	{ offsetof(struct thp_row, migrated), { "pgmigrate_success" } },
};

static int build_thp(struct ml_build *b, struct ml_rows *ret)
{
	struct thp_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	fill_cells(b, row, thp_cells, ML_ARRAY_SIZE(thp_cells));
	return note_since_boot(b);
}

/* ---- swap ---- */

struct swap_row {
	uint64_t used, cached;
	double in, out, zero_in, zero_out, zswap_in, zswap_out, zswap_back, ahead, ahead_hit;
};

static const struct ml_col swap_cols[] = {
	ML_BYTES(struct swap_row, used, "used", "USED", "swap in use",
		 .source = "SwapTotal - SwapFree"),
	ML_BYTES(struct swap_row, cached, "cached", "CACHED",
		 "swapped pages that are in memory as well", .source = "SwapCached"),
	ML_BYTE_RATE(struct swap_row, in, "in", "IN", "read from swap devices"),
	ML_BYTE_RATE(struct swap_row, out, "out", "OUT", "written to swap devices"),
	ML_BYTE_RATE(struct swap_row, zero_in, "zero_in", "ZEROIN",
		     "pages of zeroes filled in without a read"),
	ML_BYTE_RATE(struct swap_row, zero_out, "zero_out", "ZEROOUT",
		     "pages of zeroes noted without a write"),
	ML_BYTE_RATE(struct swap_row, zswap_in, "zswap_in", "ZSWPIN", "taken from zswap"),
	ML_BYTE_RATE(struct swap_row, zswap_out, "zswap_out", "ZSWPOUT", "put into zswap"),
	ML_BYTE_RATE(struct swap_row, zswap_back, "zswap_back", "ZSWPWB",
		     "written from zswap to its device"),
	ML_RATE(struct swap_row, ahead, "ahead", "AHEAD", "pages read in advance"),
	ML_RATE(struct swap_row, ahead_hit, "ahead_hit", "HIT", "of these, those that were wanted"),
};

static const struct ml_table swap_table = {
	.id = "swap",
	.title = "swap traffic (a second)",
	.help = "what goes to and comes from swap, zswap included",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(swap_cols),
	.row_size = sizeof(struct swap_row),
	.flags = ML_TABLE_STREAM,
};

static const struct rate_cell swap_cells[] = {
	{ offsetof(struct swap_row, in), { "pswpin" }, .pages = true },
	{ offsetof(struct swap_row, out), { "pswpout" }, .pages = true },
	{ offsetof(struct swap_row, zero_in), { "swpin_zero" }, .pages = true },
	{ offsetof(struct swap_row, zero_out), { "swpout_zero" }, .pages = true },
	{ offsetof(struct swap_row, zswap_in), { "zswpin" }, .pages = true },
	{ offsetof(struct swap_row, zswap_out), { "zswpout" }, .pages = true },
	{ offsetof(struct swap_row, zswap_back), { "zswpwb" }, .pages = true },
	{ offsetof(struct swap_row, ahead), { "swap_ra" } },
	{ offsetof(struct swap_row, ahead_hit), { "swap_ra_hit" } },
};

static int build_swap(struct ml_build *b, struct ml_rows *ret)
{
	struct swap_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	row->used = ml_sub_sat(ml_snap_mem(b->cur, "SwapTotal"), ml_snap_mem(b->cur, "SwapFree"));
	row->cached = ml_snap_mem(b->cur, "SwapCached");
	fill_cells(b, row, swap_cells, ML_ARRAY_SIZE(swap_cells));
	return note_since_boot(b);
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

/* Levels, which have no rate. */
static bool is_gauge(struct ml_str key)
{
	static const char *const not_gauges[] = { "nr_vmscan_write", "nr_vmscan_immediate_reclaim",
						  "nr_dirtied", "nr_written",
						  "nr_throttled_written", "nr_foll_pin_acquired",
						  "nr_foll_pin_released" };

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
		row->rate = is_gauge(kv_row->key) ? (double)NAN
						  : ml_rate(before, kv_row->value, b->cur->narrow,
							    ml_build_seconds(b));
		if (!is_gauge(kv_row->key) && before != ML_NONE && kv_row->value < before &&
		    isnan(row->rate))
			row->reset = ML_STR("reset");
	}
	return note_since_boot(b);
}

/* ---- meanings ---- */

struct meaning_row {
	struct ml_str counter;
	double rate;
	struct ml_str meaning;
};

static const struct ml_col meaning_cols[] = {
	ML_LABEL(struct meaning_row, counter, "counter", "COUNTER", "the kernel's name"),
	ML_RATE(struct meaning_row, rate, "rate", "RATE", "events a second"),
	ML_LABEL(struct meaning_row, meaning, "meaning", "MEANING", "what a non-zero rate says",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table meaning_table = {
	.id = "meaning",
	.title = "what moves, and what it means",
	.help = "a sentence for every counter that tells of trouble and is not at rest",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(meaning_cols),
	.row_size = sizeof(struct meaning_row),
};

/* Counters that are 0 on a machine with memory to spare. */
static const struct {
	const char *key;
	const char *meaning;
} meanings[] = {
	{ "oom_kill", "processes were killed for lack of memory: memlens where, then the kernel log" },
	{ "allocstall", "tasks had to reclaim memory themselves before they got any" },
	{ "pgscan_direct", "tasks search for memory: kswapd is too late or finds nothing" },
	{ "pgscan_kswapd", "kswapd reclaims in the background: free memory is below the low mark" },
	{ "pswpin", "swapped memory is needed again: the working set does not fit" },
	{ "pswpout", "memory goes to swap; harmless if nothing comes back" },
	{ "zswpin", "compressed memory is needed again" },
	{ "zswpwb", "zswap is full and writes to its device" },
	{ "workingset_refault_anon", "anonymous memory came back soon after it was swapped out" },
	{ "workingset_refault_file", "file pages were read again soon after they were dropped" },
	{ "workingset_refault", "pages were needed again soon after they were reclaimed" },
	{ "pgmajfault", "page faults wait for a disk" },
	{ "compact_stall", "tasks wait for compaction: free memory is in pieces (memlens frag)" },
	{ "compact_fail", "compaction found no block: movable memory is mixed with pinned memory" },
	{ "thp_fault_fallback", "huge pages were wanted and not to be had" },
	{ "thp_split_page", "huge pages are split, mostly under reclaim" },
	{ "numa_foreign", "memory meant for one node came from another: that node is full" },
	{ "pgrotated", "reclaim meets pages that are being written: the disk is the limit" },
	{ "nr_vmscan_write", "reclaim writes pages itself: writeback does not keep up" },
	{ "balloon_inflate", "the hypervisor takes memory away" },
	{ "drop_pagecache", "somebody drops the page cache by hand" },
	{ "drop_slab", "somebody drops dentries and inodes by hand" },
	{ "unevictable_pgs_stranded", "locked pages could not be put back in order" },
};

static int build_meaning(struct ml_build *b, struct ml_rows *ret)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(meanings); i++) {
		double rate = rate_of(b, meanings[i].key);
		struct meaning_row *row;

		if (!(rate > 0))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->counter = ml_str_of(meanings[i].key);
		row->rate = rate;
		row->meaning = ml_str_of(meanings[i].meaning);
	}
	return ret->n ? 0 : ml_note(b, "none of the counters that tell of trouble moves");
}

#define RATE_FEEDS ML_FEED(UPTIME)

static const struct ml_part parts[] = {
	{ &vmstat_table, build_vmstat, ML_FEED(VMSTAT),
	  RATE_FEEDS | ML_FEED(MEMINFO) | ML_FEED(STAT) },
	{ &reclaim_table, build_reclaim, ML_FEED(VMSTAT), RATE_FEEDS },
	{ &thp_table, build_thp, ML_FEED(VMSTAT), RATE_FEEDS },
	{ &swap_table, build_swap, ML_FEED(VMSTAT), RATE_FEEDS | ML_FEED(MEMINFO) },
	{ &all_table, build_all, ML_FEED(VMSTAT), RATE_FEEDS },
	{ &meaning_table, build_meaning, ML_FEED(VMSTAT), RATE_FEEDS },
};

const struct ml_report ml_report_vmstat = {
	.id = "vmstat",
	.title = "what moves: tasks, paging, swap, reclaim",
	ML_REPORT_PARTS(parts),
};
