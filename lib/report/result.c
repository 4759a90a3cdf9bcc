/* SPDX-License-Identifier: MIT */
/* result: builds the tables of a report and hands out their rows. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/pair.h"
#include "report/view.h"

int ml_note(struct ml_build *b, const char *fmt, ...)
{
	char text[256];
	const char **note;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ml_for_each_row(note, b->notes)
		if (strcmp(*note, text) == 0)
			return 0;
	note = ml_rows_add(b->notes, b->arena);
	if (!note)
		return -ENOMEM;
	*note = ml_arena_printf(b->arena, "%s", text);
	return *note ? 0 : -ENOMEM;
}

double ml_build_seconds(const struct ml_build *b)
{
	const struct ml_parsed *uptime = ml_snap_parsed(b->cur, ML_FEED_UPTIME);

	if (b->prev) {
		double seconds = ml_pair_seconds(b->prev, b->cur);

		return seconds != 0 ? seconds : (double)NAN;
	}
	return uptime && uptime->rows.n ? *(const double *)ml_rows_at(&uptime->rows, 0)
					: (double)NAN;
}

static int show_all(struct ml_result *result, struct ml_result_table *t)
{
	if (t->stream.next) {
		t->row = ml_arena_calloc(&result->arena, 1, t->rows.size);
		return t->row ? 0 : -ENOMEM;
	}
	t->n = t->rows.n;
	t->order = ml_arena_calloc(&result->arena, t->n + 1, sizeof(*t->order));
	if (!t->order)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++)
		t->order[i] = i;
	return 0;
}

static int build_tables(struct ml_build *b, const struct ml_report *report,
			struct ml_result *result)
{
	for (size_t i = 0; i < report->nparts; i++) {
		const struct ml_part *part = &report->parts[i];
		struct ml_result_table *t = &result->tables[result->ntables];
		int rc;

		if (!(b->parts & 1ull << i))
			continue;
		t->table = part->table;
		t->rows.size = part->table->row_size;
		b->stream = (struct ml_stream){ 0 };
		rc = part->build(b, &t->rows);
		t->stream = b->stream;
		if (!rc)
			rc = show_all(result, t);
		if (rc)
			return rc;
		result->ntables++;
	}
	return 0;
}

int ml_report_build(struct ml_ctx *ctx, const struct ml_report *report,
		    const struct ml_query *query, struct ml_snap *prev,
		    struct ml_snap *cur, struct ml_result **ret)
{
	static const struct ml_query anything;
	struct ml_result *result = calloc(1, sizeof(*result));
	struct ml_build b = {
		.prev = prev,
		.cur = cur,
		.query = query ? query : &anything,
		.ctx = ctx,
		.parts = ml_query_parts(report, query),
	};
	int rc;

	if (!result)
		return ml_fail(ctx, -ENOMEM, "out of memory");
	result->prev = prev ? ml_snap_ref(prev) : NULL;
	result->cur = ml_snap_ref(cur);
	result->notes = ML_ROWS(const char *);
	b.arena = &result->arena;
	b.notes = &result->notes;
	result->tables =
		ml_arena_calloc(b.arena, report->nparts, sizeof(*result->tables));
	rc = result->tables ? build_tables(&b, report, result) : -ENOMEM;
	if (!rc && report->finish)
		rc = report->finish(&b);
	if (!rc)
		rc = ml_view_place(result);
	if (rc) {
		ml_result_unref(result);
		return rc == -ENOMEM ? ml_fail(ctx, rc, "out of memory") : rc;
	}
	*ret = result;
	return 0;
}

void ml_result_unref(struct ml_result *result)
{
	if (!result)
		return;
	for (size_t i = 0; result->tables && i < result->ntables; i++)
		ml_filter_free(result->tables[i].filter);
	ml_arena_deinit(&result->arena);
	ml_snap_unref(result->prev);
	ml_snap_unref(result->cur);
	free(result);
}

bool ml_result_has_delta(const struct ml_result *result)
{
	return result->prev != NULL;
}

const struct ml_snap *ml_result_prev(const struct ml_result *result)
{
	return result->prev;
}

double ml_result_seconds(const struct ml_result *result)
{
	return result->prev ? ml_pair_seconds(result->prev, result->cur) : (double)NAN;
}

size_t ml_result_ntables(const struct ml_result *result)
{
	return result->ntables;
}

const struct ml_table *ml_result_table(const struct ml_result *result, size_t i)
{
	return result->tables[i].table;
}

size_t ml_result_nrows(const struct ml_result *result, size_t table)
{
	const struct ml_result_table *t = &result->tables[table];

	return t->stream.next ? ML_ROWS_UNREAD : t->n;
}

const void *ml_result_next(struct ml_result *result, size_t table)
{
	struct ml_result_table *t = &result->tables[table];

	if (t->stream.next)
		return ml_stream_next(t);
	return t->next < t->n ? ml_rows_at(&t->rows, t->order[t->next++]) : NULL;
}

const void *ml_result_row(const struct ml_result *result, size_t table, size_t i)
{
	const struct ml_result_table *t = &result->tables[table];

	return ml_rows_at(&t->rows, t->order[i]);
}

int ml_result_error(const struct ml_result *result)
{
	int rc = 0;

	for (size_t i = 0; i < result->ntables && !rc; i++)
		rc = result->tables[i].error;
	return rc;
}

size_t ml_result_omitted(const struct ml_result *result, size_t table)
{
	return result->tables[table].omitted;
}

size_t ml_result_nnotes(const struct ml_result *result)
{
	return result->notes.n;
}

const char *ml_result_note(const struct ml_result *result, size_t i)
{
	return *(const char *const *)ml_rows_at(&result->notes, i);
}
