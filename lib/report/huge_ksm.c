/* SPDX-License-Identifier: MIT */
/* huge_ksm: what merging equal pages saves, and what it costs. */
#include <errno.h>
#include <math.h>

#include "model/ksm.h"
#include "report/huge.h"
#include "series/delta.h"

struct ksm_row {
	struct ml_str state, advisor;
	uint64_t saved, cost, shared, sharing, unshared, volatiles;
	int64_t profit, zero;
	double sharing_ratio;
	uint64_t full_scans, scanned, skipped, to_scan, chains, dups, max_sharing,
		across_nodes, use_zero_pages, smart_scan;
	double sleep, scan_limit, scan_rate, skip_rate, round_rate;
};

#define ROW struct ksm_row

static const struct ml_col ksm_cols[] = {
	ML_LABEL(ROW, state, "state", "state",
		 "off, on, unmerged: off and everything was taken apart; off, but merged pages stay",
		 .source = "run"),
	ML_BYTES(ROW, saved, "saved", "saved", "RAM that would be taken without it",
		 .source = "pages_sharing + ksm_zero_pages"),
	ML_BYTES(ROW, cost, "cost", "cost", "RAM for the records of what it looks at",
		 .source = "saved - general_profit"),
	ML_COL(ROW, profit, ML_UNIT_BYTES, ML_SEM_GAUGE, "profit", "profit",
	       "what is saved less what it costs, by the kernel's account; below 0 it loses",
	       .source = "general_profit"),
	ML_BYTES(ROW, shared, "shared", "shared", "RAM of the pages that stand for others",
		 .source = "pages_shared"),
	ML_COL(ROW, sharing_ratio, ML_UNIT_NONE, ML_SEM_GAUGE, "sharing_ratio",
	       "mappings a page", "pages saved for each that is shared",
	       .source = "pages_sharing / pages_shared"),
	ML_BYTES(ROW, unshared, "unshared", "unshared",
		 "looked at over and over and equal to nothing", .source = "pages_unshared"),
	ML_BYTES(ROW, volatiles, "volatile", "volatile", "changes too fast to be merged",
		 .source = "pages_volatile"),
	ML_COL(ROW, full_scans, ML_UNIT_COUNT, ML_SEM_COUNTER, "full_scans", "rounds",
	       "times it has gone through all that may be merged", .source = "full_scans"),
	ML_RATE(ROW, scan_rate, "scan_rate", "pages/s", "pages looked at",
		.source = "pages_scanned", .flags = ML_COL_DELTA),
	ML_RATE(ROW, skip_rate, "skip_rate", "skipped/s", "pages that smart scan passed over",
		.source = "pages_skipped", .flags = ML_COL_DELTA | ML_COL_HIDDEN),
	ML_RATE(ROW, round_rate, "round_rate", "rounds/s", "rounds", .source = "full_scans",
		.flags = ML_COL_DELTA | ML_COL_HIDDEN),
	ML_BYTES(ROW, sharing, "sharing", "sharing", "saved by pages that are not all zeros",
		 .source = "pages_sharing", .flags = ML_COL_HIDDEN),
	ML_COL(ROW, zero, ML_UNIT_BYTES, ML_SEM_GAUGE, "zero", "zero",
	       "merged with the kernel's page of zeros", .source = "ksm_zero_pages",
	       .flags = ML_COL_HIDDEN),
	ML_COL(ROW, scanned, ML_UNIT_COUNT, ML_SEM_COUNTER, "scanned", "scanned",
	       "pages looked at since boot", .source = "pages_scanned", .flags = ML_COL_HIDDEN),
	ML_COL(ROW, skipped, ML_UNIT_COUNT, ML_SEM_COUNTER, "skipped", "skipped",
	       "pages that smart scan passed over", .source = "pages_skipped",
	       .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, to_scan, "to_scan", "pages at a time",
		 "pages it looks at before it rests", .source = "pages_to_scan",
		 .flags = ML_COL_HIDDEN),
	ML_SECONDS(ROW, sleep, "sleep", "rest", "how long it rests then",
		   .source = "sleep_millisecs", .flags = ML_COL_HIDDEN),
	ML_RATE(ROW, scan_limit, "scan_limit", "pages/s at most", "what these two allow",
		.source = "pages_to_scan / sleep_millisecs", .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, max_sharing, "max_sharing", "mappings at most",
		 "mappings that one page may serve", .source = "max_page_sharing",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, chains, "chains", "chains", "pages with more users than that",
		 .source = "stable_node_chains", .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, dups, "dups", "copies", "copies kept of them",
		 .source = "stable_node_dups", .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, across_nodes, "across_nodes", "across nodes",
		 "1: pages of different nodes are merged", .source = "merge_across_nodes",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, use_zero_pages, "use_zero_pages", "zero pages",
		 "1: empty pages become the kernel's page of zeros", .source = "use_zero_pages",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, smart_scan, "smart_scan", "smart scan",
		 "1: pages that were often looked at in vain are passed over",
		 .source = "smart_scan", .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, advisor, "advisor", "advisor", "who sets the pace: none or scan-time",
		 .source = "advisor_mode", .flags = ML_COL_HIDDEN),
};

const struct ml_table ml_ksm_table = {
	.id = "ksm",
	.title = "equal pages, merged (KSM)",
	.help = "merging of equal pages: what it saves and what it costs",
	.source = "/sys/kernel/mm/ksm",
	ML_TABLE_COLS(ksm_cols),
	.row_size = sizeof(ROW),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static const char *state_of(const struct ml_ksm *ksm)
{
	switch (ksm->run) {
	case ML_NONE:
		return NULL;
	case 0:
		return ml_or0(ksm->sharing) ? "off, but merged pages stay" : "off";
	case 1:
		return "on";
	default:
		return "unmerged";
	}
}

static int64_t signed_pages(const struct ml_snap *s, int64_t n)
{
	if (n == INT64_MIN || s->page_size == ML_NONE ||
	    n > INT64_MAX / (int64_t)s->page_size ||
	    n < -(INT64_MAX / (int64_t)s->page_size))
		return INT64_MIN;
	return n * (int64_t)s->page_size;
}

static void fill(const struct ml_snap *s, const struct ml_ksm *ksm, ROW *row)
{
	*row = (ROW){
		.state = ml_str_of(state_of(ksm)),
		.advisor = ksm->advisor,
		.saved = ml_ksm_saved(s, ksm),
		.cost = ml_ksm_cost(s, ksm),
		.shared = ml_snap_pages(s, ksm->shared),
		.sharing = ml_snap_pages(s, ksm->sharing),
		.unshared = ml_snap_pages(s, ksm->unshared),
		.volatiles = ml_snap_pages(s, ksm->volatiles),
		.profit = ksm->profit,
		.zero = signed_pages(s, ksm->zero),
		.sharing_ratio = ml_ratio(ksm->sharing, ksm->shared),
		.full_scans = ksm->full_scans,
		.scanned = ksm->scanned,
		.skipped = ksm->skipped,
		.to_scan = ksm->to_scan,
		.sleep = ml_f64(ksm->sleep_ms) / 1e3,
		.max_sharing = ksm->max_sharing,
		.chains = ksm->chains,
		.dups = ksm->dups,
		.across_nodes = ksm->across_nodes,
		.use_zero_pages = ksm->use_zero_pages,
		.smart_scan = ksm->smart_scan,
		.scan_rate = NAN,
		.skip_rate = NAN,
		.round_rate = NAN,
	};
	row->scan_limit =
		row->sleep > 0 ? ml_f64(ksm->to_scan) / row->sleep : (double)NAN;
}

static void compare(const struct ml_build *b, const struct ml_ksm *ksm, ROW *row)
{
	const struct ml_ksm *before = ml_ksm_of(b->prev);
	double seconds = ml_build_seconds(b);
	bool narrow = b->cur->narrow;

	if (!before)
		return;
	row->scan_rate = ml_rate(before->scanned, ksm->scanned, narrow, seconds);
	row->skip_rate = ml_rate(before->skipped, ksm->skipped, narrow, seconds);
	row->round_rate = ml_rate(before->full_scans, ksm->full_scans, narrow, seconds);
}

int ml_build_ksm(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_ksm *ksm = ml_ksm_of(b->cur);
	ROW *row;

	if (!ksm)
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	fill(b->cur, ksm, row);
	compare(b, ksm, row);
	if (ksm->profit != INT64_MIN && ksm->profit < 0)
		return ml_note(b, "merging equal pages costs more memory than it saves");
	return 0;
}
