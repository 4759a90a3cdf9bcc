/* SPDX-License-Identifier: MIT */
/* rates: events a second of the vmstat counters, between two instants or since boot. */
#pragma once

#include "report/report.h"

/* Of one counter, its variants by zone added up; NaN when unknown or reset. */
double ml_rate_of(const struct ml_build *b, const char *key);

/* A column (a double at `offset` of the row) that is the summed rate of counters: those a
 * kernel lacks count as nothing, unless it lacks all. */
struct ml_rate_cell {
	size_t offset;
	const char *keys[4];
	bool pages; /* to bytes */
	bool kib;   /* to bytes */
};

void ml_rate_cells(const struct ml_build *b, void *row, const struct ml_rate_cell *cells,
		   size_t n);

/* Whether a counter of vmstat is a level, which has no rate. */
bool ml_vmstat_is_gauge(struct ml_str key);

/* What it says when a counter, or its variant for one zone, moves; NULL: nothing. */
const char *ml_meaning_of(const char *key);

/* Say so when there is no earlier instant. 0 or -ENOMEM. */
int ml_note_since_boot(struct ml_build *b);

/* Tables that are rates and nothing else. */
extern const struct ml_table ml_reclaim_table, ml_thp_table, ml_swap_table,
	ml_swap_activity_table, ml_meaning_table;
ml_build_fn ml_build_reclaim, ml_build_thp, ml_build_swap, ml_build_meaning;
