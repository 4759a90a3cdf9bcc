/* SPDX-License-Identifier: MIT */
/* query: what has to be read for what is asked of a report. */
#include <errno.h>
#include <stdlib.h>

#include "report/view.h"

ml_parts ml_query_parts(const struct ml_report *report, const struct ml_query *query)
{
	return query && query->parts ? query->parts : ml_report_default_parts(report);
}

static bool has_col(const struct ml_table *table, const struct ml_col *col)
{
	return col >= table->cols && col < table->cols + table->ncols;
}

/* Of the columns that will be looked at. */
static uint32_t cols_reads(const struct ml_table *table, const struct ml_query *query)
{
	uint32_t reads = 0;

	for (size_t i = 0; query->cols && i < query->ncols; i++)
		if (has_col(table, query->cols[i]))
			reads |= query->cols[i]->reads;
	for (size_t i = 0; !query->cols && i < table->ncols; i++)
		if (!(table->cols[i].flags & ML_COL_ASKED))
			reads |= table->cols[i].reads;
	return reads;
}

/* Of the column that sorts: "key", "key:asc". */
static uint32_t sort_reads(const struct ml_table *table, const char *spec)
{
	struct ml_str key = { spec, strcspn(spec, ":") };

	for (size_t i = 0; i < table->ncols; i++)
		if (ml_str_is(key, table->cols[i].key))
			return table->cols[i].reads;
	return 0;
}

/* Rows that two tables go over are held. */
static void want_parts(const struct ml_report *report, const struct ml_query *query,
		       const struct ml_filter *filter, struct ml_want *want)
{
	ml_parts parts = ml_query_parts(report, query);
	unsigned passes = 0;

	want->lean = true;
	for (size_t i = 0; i < report->nparts; i++) {
		const struct ml_part *part = &report->parts[i];

		if (!(parts & 1ull << i))
			continue;
		passes += part->pass;
		if ((part->need | part->use) & ML_FEED(PROCESSES))
			want->lean &= part->lean;
		want->need |= part->need;
		if (part->plan)
			part->plan(query, want);
		want->use |= part->use;
		want->reads |= part->reads | cols_reads(part->table, query);
		if (query->sort)
			want->reads |= sort_reads(part->table, query->sort);
		if (filter)
			want->reads |= ml_filter_reads(filter, part->table);
	}
	want->repeats |= passes > 1;
}

/* What ml_result_sort() would refuse is refused before anything is read. */
static int check_sort(struct ml_ctx *ctx, const struct ml_report *report,
		      const struct ml_query *query)
{
	ml_parts parts = ml_query_parts(report, query);
	struct ml_str key = { query->sort, strcspn(query->sort, ":") };

	for (size_t i = 0; i < report->nparts; i++)
		for (size_t c = 0; parts & 1ull << i && c < report->parts[i].table->ncols;
		     c++)
			if (ml_str_is(key, report->parts[i].table->cols[c].key))
				return 0;
	return ml_fail(ctx, -EINVAL, "sort: no table here has a column \"%.*s\"",
		       (int)key.n, key.p);
}

/* Likewise ml_result_filter(). */
static int check_filter(struct ml_ctx *ctx, const struct ml_report *report,
			const struct ml_query *query, struct ml_filter *filter)
{
	ml_parts parts = ml_query_parts(report, query);
	const char *missing = NULL;
	bool bound = false;
	int rc = 0;

	for (size_t i = 0; i < report->nparts && (!rc || rc == -ENOENT); i++) {
		if (!(parts & 1ull << i))
			continue;
		rc = ml_filter_bind(ctx, filter, report->parts[i].table, &missing);
		bound |= !rc;
	}
	if (rc && rc != -ENOENT)
		return rc;
	return bound || !missing
		       ? 0
		       : ml_fail(ctx, -EINVAL,
				 "filter: no table here has a column \"%s\"", missing);
}

int ml_snap_take(struct ml_root *root, const struct ml_report *report,
		 const struct ml_query *query, struct ml_snap **ret)
{
	static const struct ml_query anything;
	const struct ml_query *q = query ? query : &anything;
	struct ml_filter *filter = NULL;
	struct ml_want want = {
		.pids = q->pids,
		.npids = q->npids,
		.paths = q->paths,
		.npaths = q->npaths,
		.group = q->group,
		.budget = q->budget,
		.fresh = q->fresh,
		.nfresh = q->nfresh,
		.depth = q->depth,
		.seconds = q->seconds,
		.stopped = q->stopped,
		.data = q->data,
		.repeats = q->repeats,
	};
	int rc = q->filter ? ml_filter_parse(root->ctx, q->filter, &filter) : 0;

	if (!rc && filter)
		rc = check_filter(root->ctx, report, q, filter);
	if (!rc && q->sort)
		rc = check_sort(root->ctx, report, q);
	if (!rc)
		want_parts(report, q, filter, &want);
	ml_filter_free(filter);
	if (rc)
		return rc;
	if (!q->group)
		want.use &= ~ML_FEED(GROUP_PRESSURE);
	if (!root->live) /* the page size of a tree is told by these two */
		want.use |= ML_FEED(MEMINFO) | ML_FEED(VMSTAT);
	return ml_snap_take_wanted(root, &want, ret);
}
