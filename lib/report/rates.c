/* SPDX-License-Identifier: MIT */
/* rates: reclaim, huge pages and swap in events a second. */
#include "report/rates.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>

#include "model/counter.h"
#include "series/delta.h"

/* Per second between the instants, or since boot. */
double ml_rate_of(const struct ml_build *b, const char *key)
{
	uint64_t before = b->prev ? ml_snap_counter(b->prev, key) : 0;

	return ml_rate(before, ml_snap_counter(b->cur, key), b->cur->narrow,
		       ml_build_seconds(b));
}

static double cell_of(const struct ml_build *b, const struct ml_rate_cell *cell)
{
	double sum = NAN, scale = 1;

	for (size_t i = 0; i < ML_ARRAY_SIZE(cell->keys) && cell->keys[i]; i++) {
		double rate = ml_rate_of(b, cell->keys[i]);

		if (!isnan(rate))
			sum = isnan(sum) ? rate : sum + rate;
	}
	if (cell->pages)
		scale = ml_f64(b->cur->page_size);
	return sum * (cell->kib ? (double)ML_KIB : scale);
}

void ml_rate_cells(const struct ml_build *b, void *row, const struct ml_rate_cell *cells,
		   size_t n)
{
	for (size_t i = 0; i < n; i++)
		*(double *)((char *)row + cells[i].offset) = cell_of(b, &cells[i]);
}

int ml_note_since_boot(struct ml_build *b)
{
	return b->prev ? 0
		       : ml_note(b,
				 "rates are averages since boot; give a delay for now");
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

const struct ml_table ml_reclaim_table = {
	.id = "reclaim",
	.title = "reclaim (pages a second)",
	.help = "who looks for memory, and whether it is found",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(reclaim_cols),
	.row_size = sizeof(struct reclaim_row),
	.flags = ML_TABLE_STREAM,
};

static const struct ml_rate_cell reclaim_cells[] = {
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

int ml_build_reclaim(struct ml_build *b, struct ml_rows *ret)
{
	struct reclaim_row *row = ml_rows_add(ret, b->arena);
	double scan;

	if (!row)
		return -ENOMEM;
	ml_rate_cells(b, row, reclaim_cells, ML_ARRAY_SIZE(reclaim_cells));
	scan = row->kswapd_scan + row->direct_scan;
	row->efficiency =
		scan > 0 ? (row->kswapd_steal + row->direct_steal) / scan : (double)NAN;
	return ml_note_since_boot(b);
}

/* ---- huge pages and compaction ---- */

struct thp_row {
	double fault, fallback, file_fault, collapse, collapse_failed, split, swpout,
		compact_stall, compact_success, compact_fail, migrated;
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

const struct ml_table ml_thp_table = {
	.id = "thp",
	.title = "transparent huge pages and compaction (events a second)",
	.help = "huge pages given, refused and split, and what compaction did for them",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(thp_cols),
	.row_size = sizeof(struct thp_row),
	.flags = ML_TABLE_STREAM,
};

static const struct ml_rate_cell thp_cells[] = {
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

int ml_build_thp(struct ml_build *b, struct ml_rows *ret)
{
	struct thp_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	ml_rate_cells(b, row, thp_cells, ML_ARRAY_SIZE(thp_cells));
	return ml_note_since_boot(b);
}

/* ---- swap ---- */

struct swap_row {
	uint64_t used, cached;
	double in, out, zero_in, zero_out, zswap_in, zswap_out, zswap_back, ahead,
		ahead_hit, ahead_ratio;
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
	ML_RATIO(struct swap_row, ahead_ratio, "ahead_ratio", "HIT%",
		 "the same as part of those read in advance", .source = "swap_ra_hit / swap_ra",
		 .flags = ML_COL_HIDDEN),
};

const struct ml_table ml_swap_table = {
	.id = "swap",
	.title = "swap traffic (a second)",
	.help = "what goes to and comes from swap, zswap included",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(swap_cols),
	.row_size = sizeof(struct swap_row),
	.flags = ML_TABLE_STREAM,
};

/* The same among other tables, which are no stream. */
const struct ml_table ml_swap_activity_table = {
	.id = "activity",
	.help = "what goes to and comes from swap, zswap included, a second",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(swap_cols),
	.row_size = sizeof(struct swap_row),
	.flags = ML_TABLE_DEFAULT,
};

static const struct ml_rate_cell swap_cells[] = {
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

int ml_build_swap(struct ml_build *b, struct ml_rows *ret)
{
	struct swap_row *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	row->used = ml_sub_sat(ml_snap_mem(b->cur, "SwapTotal"),
			       ml_snap_mem(b->cur, "SwapFree"));
	row->cached = ml_snap_mem(b->cur, "SwapCached");
	ml_rate_cells(b, row, swap_cells, ML_ARRAY_SIZE(swap_cells));
	row->ahead_ratio = row->ahead > 0 ? row->ahead_hit / row->ahead : (double)NAN;
	return ml_note_since_boot(b);
}
