/* SPDX-License-Identifier: MIT */
/* stream: tables whose rows are made as they are asked for. */
#include <errno.h>

#include "report/view.h"

const void *ml_stream_next(struct ml_result_table *t)
{
	for (;;) {
		memset(t->row, 0, t->rows.size);
		int rc = t->stream.next(t->stream.data, t->row);

		if (rc < 0)
			t->error = rc;
		if (rc <= 0)
			return NULL;
		if (t->filter && !ml_filter_match(t->filter, t->row))
			continue;
		return t->row;
	}
}

/* The strings of a row live as long as the row: a row that is held needs its own. */
static int keep_strings(const struct ml_table *table, struct ml_arena *a, char *row)
{
	for (size_t i = 0; i < table->ncols; i++) {
		const struct ml_col *col = &table->cols[i];
		struct ml_str *s = (struct ml_str *)(row + col->offset);

		if (col->type != ML_TYPE_STR || col->calc || !s->p)
			continue;
		s->p = ml_arena_strndup(a, s->p, s->n);
		if (!s->p)
			return -ENOMEM;
	}
	return 0;
}

int ml_stream_hold(struct ml_result *result, struct ml_result_table *t)
{
	const void *row;
	char *held;

	while ((row = ml_stream_next(t))) {
		held = ml_rows_add(&t->rows, &result->arena);
		if (!held)
			return -ENOMEM;
		memcpy(held, row, t->rows.size);
		if (keep_strings(t->table, &result->arena, held))
			return -ENOMEM;
	}
	if (t->error)
		return t->error;
	t->stream = (struct ml_stream){ 0 };
	t->next = 0;
	t->n = t->rows.n;
	t->order = ml_arena_calloc(&result->arena, t->n + 1, sizeof(*t->order));
	if (!t->order)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++)
		t->order[i] = i;
	return 0;
}
