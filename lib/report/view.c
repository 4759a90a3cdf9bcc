/* SPDX-License-Identifier: MIT */
/* view: sorts, filters and shortens the rows of a result. */
#include "report/view.h"

#include <errno.h>
#include <stdlib.h>

static struct ml_str cell(const struct ml_result_table *t, size_t row, size_t col)
{
	struct ml_value v;

	ml_value_of(&t->table->cols[col], ml_rows_at(&t->rows, row), &v);
	return v.known ? v.str : (struct ml_str){ 0 };
}

/* Parents stand before their children, mostly close: look backwards. */
size_t ml_view_parent(const struct ml_result_table *t, size_t i)
{
	struct ml_str parent = cell(t, t->order[i], 1);

	if (!parent.p)
		return SIZE_MAX;
	while (i--)
		if (ml_str_eq(cell(t, t->order[i], 0), parent))
			return i;
	return SIZE_MAX;
}

unsigned ml_result_depth(const struct ml_result *result, size_t table, size_t i, bool *ret_last)
{
	const struct ml_result_table *t = &result->tables[table];
	size_t parent = ml_view_parent(t, i);
	unsigned depth = 0;

	*ret_last = true;
	for (size_t j = i + 1; j < t->n && *ret_last; j++)
		*ret_last = ml_view_parent(t, j) != parent;
	for (size_t up = parent; up != SIZE_MAX; up = ml_view_parent(t, up))
		depth++;
	return depth;
}

/* Drop the rows whose `keep` is false. */
static void keep_rows(struct ml_result_table *t, const bool *keep)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (keep[i])
			t->order[n++] = t->order[i];
	t->n = n;
}

static int filter_table(struct ml_result_table *t, const struct ml_filter *filter)
{
	bool tree = t->table->layout == ML_LAYOUT_TREE;
	_cleanup_free_ bool *keep = calloc(t->n + 1, sizeof(*keep));

	if (!keep)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++)
		keep[i] = ml_filter_match(filter, ml_rows_at(&t->rows, t->order[i]));
	for (size_t i = t->n; tree && i--;) {
		size_t parent = keep[i] ? ml_view_parent(t, i) : SIZE_MAX;

		if (parent != SIZE_MAX)
			keep[parent] = true;
	}
	keep_rows(t, keep);
	return 0;
}

static void filter_freep(struct ml_filter **filter)
{
	ml_filter_free(*filter);
}

int ml_result_filter(struct ml_ctx *ctx, struct ml_result *result, const char *expr)
{
	_cleanup_(filter_freep) struct ml_filter *filter = NULL;
	const char *missing = NULL;
	bool bound = false;
	int rc = ml_filter_parse(ctx, expr, &filter);

	for (size_t i = 0; i < result->ntables && !rc; i++) {
		missing = ml_filter_bind(filter, result->tables[i].table);
		if (missing)
			continue;
		bound = true;
		rc = filter_table(&result->tables[i], filter);
	}
	if (rc == -ENOMEM)
		return ml_fail(ctx, rc, "out of memory");
	if (!rc && !bound && missing)
		return ml_fail(ctx, -EINVAL, "filter: no table here has a column \"%s\"",
			       missing);
	return rc;
}

/* ---- sort ---- */

struct sort_key {
	const struct ml_result_table *t;
	const struct ml_col *col;
	bool descending;
};

static int row_cmp(const struct sort_key *key, size_t a, size_t b)
{
	struct ml_value va, vb;
	int c;

	ml_value_of(key->col, ml_rows_at(&key->t->rows, a), &va);
	ml_value_of(key->col, ml_rows_at(&key->t->rows, b), &vb);
	if (va.known != vb.known)
		return va.known ? -1 : 1;
	c = va.known ? ml_value_cmp(&va, &vb) : 0;
	if (c)
		return key->descending ? -c : c;
	return (a > b) - (a < b); /* stable */
}

static int order_cmp(const void *a, const void *b, void *key)
{
	return row_cmp(key, *(const size_t *)a, *(const size_t *)b);
}

/* Emit the children of `parent` (a row index, SIZE_MAX for roots) from `from`, sorted. */
static void emit_tree(const struct ml_result_table *t, const size_t *sorted,
		      const size_t *parents, size_t parent, size_t *out, size_t *n)
{
	for (size_t i = 0; i < t->n; i++) {
		size_t row = sorted[i];

		if (parents[row] != parent)
			continue;
		out[(*n)++] = row;
		emit_tree(t, sorted, parents, row, out, n);
	}
}

static int sort_tree(struct ml_result_table *t, struct sort_key *key)
{
	_cleanup_free_ size_t *parents = calloc(t->rows.n + 1, sizeof(*parents));
	_cleanup_free_ size_t *sorted = calloc(t->n + 1, sizeof(*sorted));
	size_t n = 0;

	if (!parents || !sorted)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++) {
		size_t up = ml_view_parent(t, i);

		parents[t->order[i]] = up == SIZE_MAX ? SIZE_MAX : t->order[up];
	}
	memcpy(sorted, t->order, t->n * sizeof(*sorted));
	qsort_r(sorted, t->n, sizeof(*sorted), order_cmp, key);
	emit_tree(t, sorted, parents, SIZE_MAX, t->order, &n);
	return 0;
}

static int sort_table(struct ml_result_table *t, const struct ml_col *col, int direction)
{
	struct sort_key key = {
		.t = t,
		.col = col,
		.descending = direction ? direction < 0 : col->type != ML_TYPE_STR,
	};

	if (t->table->layout == ML_LAYOUT_TREE)
		return sort_tree(t, &key);
	qsort_r(t->order, t->n, sizeof(*t->order), order_cmp, &key);
	return 0;
}

int ml_result_sort(struct ml_ctx *ctx, struct ml_result *result, const char *spec)
{
	_cleanup_free_ char *name = strdup(spec);
	char *colon = name ? strchr(name, ':') : NULL;
	int direction = 0, rc = 0;
	bool found = false;

	if (!name)
		return ml_fail(ctx, -ENOMEM, "out of memory");
	if (colon) {
		*colon++ = '\0';
		direction = strcmp(colon, "desc") == 0 ? -1 : strcmp(colon, "asc") == 0;
		if (!direction)
			return ml_fail(ctx, -EINVAL, "sort: \"%s\" is neither asc nor desc", colon);
	}
	for (size_t i = 0; i < result->ntables && !rc; i++) {
		struct ml_result_table *t = &result->tables[i];
		const struct ml_col *col = ml_table_find(t->table, name);

		if (!col)
			continue;
		found = true;
		rc = sort_table(t, col, direction);
	}
	if (rc)
		return ml_fail(ctx, rc, "out of memory");
	return found ? 0 : ml_fail(ctx, -EINVAL, "sort: no table here has a column \"%s\"", name);
}

/* ---- top ---- */

/* The first n children of each parent; a row whose parent went goes with it. */
static void top_tree(struct ml_result_table *t, size_t n)
{
	_cleanup_free_ size_t *children = calloc(t->n + 1, sizeof(*children));
	_cleanup_free_ bool *keep = calloc(t->n + 1, sizeof(*keep));

	if (!children || !keep)
		return; /* shows all rather than none */
	for (size_t i = 0; i < t->n; i++) {
		size_t parent = ml_view_parent(t, i);
		size_t *count = &children[parent == SIZE_MAX ? t->n : parent];

		keep[i] = (*count)++ < n && (parent == SIZE_MAX || keep[parent]);
		t->omitted += !keep[i];
	}
	keep_rows(t, keep);
}

void ml_result_top(struct ml_result *result, size_t n)
{
	for (size_t i = 0; i < result->ntables; i++) {
		struct ml_result_table *t = &result->tables[i];

		if (t->table->layout == ML_LAYOUT_TREE) {
			top_tree(t, n);
		} else if (t->n > n) {
			t->omitted += t->n - n;
			t->n = n;
		}
	}
}
