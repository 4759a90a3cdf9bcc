/* SPDX-License-Identifier: MIT */
/* huge_events: whether huge pages are had when they are asked for. */
#include <errno.h>
#include <math.h>

#include "report/huge.h"
#include "series/delta.h"

struct event_row {
	struct ml_str event;
	uint64_t done, failed; /* since boot */
	double done_rate, failed_rate;
	double fail_share; /* of the interval, or since boot */
	uint64_t charge_failed;
	struct ml_str source, meaning;
};

#define ROW struct event_row

static const struct ml_col event_cols[] = {
	ML_LABEL(ROW, event, "event", "EVENT", "for what huge pages were wanted"),
	ML_COL(ROW, done, ML_UNIT_COUNT, ML_SEM_COUNTER, "done", "DONE",
	       "how often it came to that since boot"),
	ML_COL(ROW, failed, ML_UNIT_COUNT, ML_SEM_COUNTER, "failed", "FAILED",
	       "how often it did not, since boot"),
	ML_RATE(ROW, done_rate, "done_rate", "DONE/s", "done a second", .flags = ML_COL_DELTA),
	ML_RATE(ROW, failed_rate, "failed_rate", "FAILED/s", "failed a second",
		.flags = ML_COL_DELTA),
	ML_RATIO(ROW, fail_share, "fail_share", "FAIL",
		 "part that failed, of the interval or since boot",
		 .source = "failed / (done + failed)"),
	ML_COL(ROW, charge_failed, ML_UNIT_COUNT, ML_SEM_COUNTER, "charge_failed", "BY LIMIT",
	       "of the failed: refused by the limit of a control group, not for lack of blocks",
	       .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, source, "source", "SOURCE", "the counters", .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, meaning, "meaning", "", "what it says", .flags = ML_COL_WIDE),
};

const struct ml_table ml_thp_event_table = {
	.id = "events",
	.title = "transparent huge pages: were they to be had",
	.help = "huge pages at faults, for files, collapsed, split and swapped, with what failed",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(event_cols),
	.row_size = sizeof(ROW),
	.flags = ML_TABLE_DEFAULT,
};

static const struct event {
	const char *event, *done, *failed, *charge;
	const char *meaning; /* where more than a part of a half fails; NULL: nothing */
} events[] = {
	{ "fault", "thp_fault_alloc", "thp_fault_fallback", "thp_fault_fallback_charge",
	  "most faults get small pages: memlens frag" },
	{ "shared or file", "thp_file_alloc", "thp_file_fallback", "thp_file_fallback_charge",
	  "most get small pages: memlens frag" },
	{ "collapse", "thp_collapse_alloc", "thp_collapse_alloc_failed", NULL,
	  "khugepaged finds no blocks: memlens frag" },
	{ "split", "thp_split_page", "thp_split_page_failed", NULL,
	  "pinned pages cannot be split" },
	{ "swap out whole", "thp_swpout", "thp_swpout_fallback", NULL,
	  "they are split first: swap is in pieces" },
	{ "zero page", "thp_zero_page_alloc", "thp_zero_page_alloc_failed", NULL, NULL },
	{ "migrate", "thp_migration_success", "thp_migration_fail", NULL,
	  "most are split to be moved" },
};

/* Counters of kernels before 4.5 have other names. */
static uint64_t counter(const struct ml_snap *s, const char *key)
{
	uint64_t value = key && s ? ml_snap_vm(s, key) : ML_NONE;

	if (value == ML_NONE && key && s && strcmp(key, "thp_split_page") == 0)
		value = ml_snap_vm(s, "thp_split");
	return value;
}

static uint64_t grown(const struct ml_build *b, const char *key)
{
	if (!b->prev)
		return counter(b->cur, key);
	return ml_delta(counter(b->prev, key), counter(b->cur, key), b->cur->narrow);
}

static double rate(const struct ml_build *b, const char *key)
{
	return b->prev ? ml_rate(counter(b->prev, key), counter(b->cur, key),
				 b->cur->narrow, ml_build_seconds(b))
		       : (double)NAN;
}

static int source_of(struct ml_build *b, const struct event *e, struct ml_str *ret)
{
	const char *text = ml_arena_printf(b->arena, "%s, %s", e->done, e->failed);

	*ret = ml_str_of(text);
	return text ? 0 : -ENOMEM;
}

static int add_event(struct ml_build *b, const struct event *e, struct ml_rows *ret)
{
	uint64_t done = grown(b, e->done), failed = grown(b, e->failed);
	ROW *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	*row = (ROW){
		.event = ml_str_of(e->event),
		.done = counter(b->cur, e->done),
		.failed = counter(b->cur, e->failed),
		.done_rate = rate(b, e->done),
		.failed_rate = rate(b, e->failed),
		.fail_share = ml_ratio(failed, ml_add(done, failed)),
		.charge_failed = counter(b->cur, e->charge),
	};
	if (row->fail_share > 0.5 && e->meaning)
		row->meaning = ml_str_of(e->meaning);
	return source_of(b, e, &row->source);
}

int ml_build_thp_events(struct ml_build *b, struct ml_rows *ret)
{
	/* a kernel without them may still count that it moves none */
	if (counter(b->cur, "thp_fault_alloc") == ML_NONE)
		return 0;
	for (size_t i = 0; i < ML_ARRAY_SIZE(events); i++) {
		if (counter(b->cur, events[i].done) == ML_NONE)
			continue;
		if (add_event(b, &events[i], ret))
			return -ENOMEM;
	}
	return ret->n ? ml_note_fail_since_boot(b) : 0;
}

int ml_note_fail_since_boot(struct ml_build *b)
{
	return b->prev ? 0
		       : ml_note(b, "FAIL is of all since boot; give a delay for now");
}
