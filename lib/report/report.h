/* SPDX-License-Identifier: MIT */
/* report: a named set of tables and how each is built from snapshots. */
#pragma once

#include "base/table.h"
#include "model/snap.h"

/* Rows that are made as they are asked for. Their strings are columns: what a column
 * computes lies in the row itself, or lasts. */
struct ml_stream {
	/* Fill a zeroed row, valid until the next call: 1; 0 after the last; -ENOMEM. */
	int (*next)(void *data, void *row);
	void *data; /* in the arena of the result */
};

/* While a report is built. */
struct ml_build {
	const struct ml_snap *prev; /* NULL: no earlier instant */
	const struct ml_snap *cur;
	const struct ml_query *query;
	struct ml_ctx *ctx; /* of the message when a build function fails */
	ml_parts parts;     /* what was asked for */
	struct ml_arena *arena;
	struct ml_rows *notes;   /* of const char * */
	struct ml_stream stream; /* set by a build function instead of adding rows */
	void *shared;   /* what the tables of one report make once; in the arena */
	size_t changes; /* rows of the tables built so far that tell of a change */
};

/* Append the rows of one table; what cannot be known is left unknown. 0, -ENOMEM, or
 * another error with its message in the context. */
typedef int ml_build_fn(struct ml_build *b, struct ml_rows *ret);

/* One table within a report. */
struct ml_part {
	const struct ml_table *table;
	ml_build_fn *build;
	ml_feeds need;  /* the table says nothing without these */
	ml_feeds use;  /* more is known with these */
	uint32_t reads; /* of the processes' files, whichever columns are shown */
	/* What a query adds to these; may be NULL. */
	void (*plan)(const struct ml_query *query, struct ml_want *want);
	/* its columns name ML_READ_STAT where they need what moves in it */
	bool lean;
	bool pass;      /* goes over rows that can be passed over once, unless held */
};

struct ml_report {
	const char *id;
	const char *title;
	const struct ml_part *parts;
	size_t nparts;
	int (*finish)(struct ml_build *b); /* after the tables, for notes; may be NULL */
};

#define ML_REPORT_PARTS(array) .parts = (array), .nparts = ML_ARRAY_SIZE(array)

/* The tables that a query asks for; NULL asks for the default. */
ml_parts ml_query_parts(const struct ml_report *report, const struct ml_query *query);

/* A sentence beside the numbers; said once however often it is added. 0 or -ENOMEM. */
int ml_note(struct ml_build *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Seconds between the two instants, or since boot without an earlier one; NaN if
 * unknown, below 0 when captures are compared backwards. */
double ml_build_seconds(const struct ml_build *b);

/* Where a shown row of a tree stands. */
struct ml_tree_place {
	size_t parent; /* shown position of its parent; SIZE_MAX for a root */
	unsigned depth;
	bool last; /* no sibling follows */
};

/* The rows and what was done to them. */
struct ml_result_table {
	const struct ml_table *table;
	struct ml_rows rows;
	size_t *order; /* [n] indices into rows, after filter, sort and top */
	size_t n;
	size_t next; /* how many of them ml_result_next() has given */
	size_t omitted;
	bool sorted;              /* by ml_result_sort() */
	struct ml_stream stream;  /* next NULL: all rows are there */
	void *row;               /* the one the stream gave last */
	int error;               /* that ended the stream early */
	struct ml_filter *filter; /* of the stream; owned */
	struct ml_tree_place
		*places; /* [n] of a tree table as it is shown; NULL: not yet found */
};

struct ml_result {
	struct ml_arena arena;
	struct ml_snap *prev;
	struct ml_snap *cur;
	struct ml_rows notes; /* of const char * */
	struct ml_result_table *tables;
	size_t ntables;
};

extern const struct ml_report ml_report_overview, ml_report_free, ml_report_where,
	ml_report_vmstat, ml_report_psi, ml_report_ps, ml_report_map, ml_report_swap,
	ml_report_layout, ml_report_diff, ml_report_zone, ml_report_slab,
	ml_report_vmalloc, ml_report_frag, ml_report_cgroup, ml_report_shm,
	ml_report_huge, ml_report_numa, ml_report_cache, ml_report_doctor, ml_report_oom,
	ml_report_leak, ml_report_explain, ml_report_verify;
