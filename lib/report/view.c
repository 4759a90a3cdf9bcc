/* SPDX-License-Identifier: MIT */
/* view: sorts, filters and shortens the rows of a result. */
#include "report/view.h"

#include <errno.h>
#include <stdlib.h>

/* ---- trees ---- */

static struct ml_str cell(const struct ml_result_table *t, size_t row, size_t col)
{
	struct ml_value v;

	ml_value_of(&t->table->cols[col], ml_rows_at(&t->rows, row), &v);
	return v.known ? v.str : (struct ml_str){ 0 };
}

/* A shown row by its key. */
struct keyed {
	struct ml_str key;
	size_t at;
};

static int by_key(const void *a, const void *b)
{
	return ml_str_cmp(((const struct keyed *)a)->key, ((const struct keyed *)b)->key);
}

static size_t find_parent(const struct ml_result_table *t, const struct keyed *keys,
			  size_t i)
{
	struct keyed wanted = { cell(t, t->order[i], 1), 0 };
	const struct keyed *found;

	if (!wanted.key.p)
		return SIZE_MAX;
	found = bsearch(&wanted, keys, t->n, sizeof(*keys), by_key);
	return found && found->at < i ? found->at : SIZE_MAX; /* parents stand first */
}

/* Backwards, the first child met of each parent is its last. */
static int find_lasts(struct ml_result_table *t)
{
	_cleanup_free_ bool *met = calloc(t->n + 1, sizeof(*met));

	if (!met)
		return -ENOMEM;
	for (size_t i = t->n; i--;) {
		size_t parent = t->places[i].parent;
		bool *seen = &met[parent == SIZE_MAX ? t->n : parent];

		t->places[i].last = !*seen;
		*seen = true;
	}
	return 0;
}

static int find_places(struct ml_result_table *t, struct ml_arena *a)
{
	_cleanup_free_ struct keyed *keys = calloc(t->n + 1, sizeof(*keys));

	if (t->places || t->table->layout != ML_LAYOUT_TREE)
		return 0;
	t->places = ml_arena_calloc(a, t->n + 1, sizeof(*t->places));
	if (!keys || !t->places)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++)
		keys[i] = (struct keyed){ cell(t, t->order[i], 0), i };
	qsort(keys, t->n, sizeof(*keys), by_key);
	for (size_t i = 0; i < t->n; i++) {
		size_t parent = find_parent(t, keys, i);

		t->places[i].parent = parent;
		t->places[i].depth = parent == SIZE_MAX ? 0 : t->places[parent].depth + 1;
	}
	return find_lasts(t);
}

unsigned ml_result_depth(const struct ml_result *result, size_t table, size_t i,
			 bool *ret_last)
{
	const struct ml_result_table *t = &result->tables[table];

	*ret_last = t->places ? t->places[i].last : true;
	return t->places ? t->places[i].depth : 0;
}

int ml_view_place(struct ml_result *result)
{
	for (size_t i = 0; i < result->ntables; i++) {
		result->tables[i].places = NULL;
		if (find_places(&result->tables[i], &result->arena))
			return -ENOMEM;
	}
	return 0;
}

/* ---- filter ---- */

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
	_cleanup_free_ bool *keep = calloc(t->n + 1, sizeof(*keep));

	if (!keep)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++)
		keep[i] = ml_filter_match(filter, ml_rows_at(&t->rows, t->order[i]));
	for (size_t i = t->n; t->places && i--;)
		if (keep[i] && t->places[i].parent != SIZE_MAX)
			keep[t->places[i].parent] = true;
	keep_rows(t, keep);
	return 0;
}

/* A streamed table filters as it goes, with an expression of its own: binding is to one
 * table. */
static int filter_stream(struct ml_ctx *ctx, struct ml_result_table *t, const char *expr)
{
	const char *missing;
	int rc;

	ml_filter_free(t->filter);
	t->filter = NULL;
	rc = ml_filter_parse(ctx, expr, &t->filter);
	return rc ? rc : ml_filter_bind(ctx, t->filter, t->table, &missing);
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
		rc = ml_filter_bind(ctx, filter, result->tables[i].table, &missing);
		if (!rc) {
			struct ml_result_table *t = &result->tables[i];

			bound = true;
			rc = t->stream.next ? filter_stream(ctx, t, expr)
					    : filter_table(t, filter);
		} else if (rc == -ENOENT) {
			rc = 0; /* this table stays as it is */
		}
	}
	if (!rc)
		rc = ml_view_place(result);
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

/* The rows sorted, with the first child and next sibling of each shown position. */
struct family {
	const struct ml_result_table *t;
	size_t *child; /* [n + 1]; the last is that of the roots */
	size_t *next;
	size_t *out;
	size_t n;
};

static void emit_children(struct family *f, size_t parent)
{
	for (size_t i = f->child[parent]; i != SIZE_MAX; i = f->next[i]) {
		f->out[f->n++] = f->t->order[i];
		emit_children(f, i);
	}
}

/* `sorted` holds shown positions. */
static void link_family(struct family *f, const size_t *sorted)
{
	const struct ml_result_table *t = f->t;

	for (size_t i = 0; i <= t->n; i++)
		f->child[i] = SIZE_MAX;
	for (size_t i = t->n; i--;) { /* backwards, so that each goes in front */
		size_t at = sorted[i], parent = t->places[at].parent;
		size_t *first = &f->child[parent == SIZE_MAX ? t->n : parent];

		f->next[at] = *first;
		*first = at;
	}
}

static int position_cmp(const void *a, const void *b, void *data)
{
	const struct sort_key *key = data;

	return row_cmp(key, key->t->order[*(const size_t *)a],
		       key->t->order[*(const size_t *)b]);
}

static int sort_tree(struct ml_result_table *t, struct sort_key *key)
{
	_cleanup_free_ size_t *sorted = calloc(t->n + 1, sizeof(*sorted));
	_cleanup_free_ size_t *child = calloc(t->n + 1, sizeof(*child));
	_cleanup_free_ size_t *next = calloc(t->n + 1, sizeof(*next));
	_cleanup_free_ size_t *out = calloc(t->n + 1, sizeof(*out));
	struct family f = { .t = t, .child = child, .next = next, .out = out };

	if (!sorted || !child || !next || !out)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++)
		sorted[i] = i;
	qsort_r(sorted, t->n, sizeof(*sorted), position_cmp, key);
	link_family(&f, sorted);
	emit_children(&f, t->n);
	memcpy(t->order, out, t->n * sizeof(*out));
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
			return ml_fail(ctx, -EINVAL,
				       "sort: \"%s\" is neither asc nor desc", colon);
	}
	for (size_t i = 0; i < result->ntables && !rc; i++) {
		struct ml_result_table *t = &result->tables[i];
		const struct ml_col *col = ml_table_find(t->table, name);

		if (!col)
			continue;
		found = true;
		rc = t->stream.next ? ml_stream_hold(result, t) : 0;
		if (!rc)
			rc = sort_table(t, col, direction);
		t->sorted = true;
	}
	if (!rc)
		rc = ml_view_place(result);
	if (rc)
		return ml_fail(ctx, rc, "out of memory");
	return found ? 0
		     : ml_fail(ctx, -EINVAL, "sort: no table here has a column \"%s\"",
			       name);
}

/* ---- top ---- */

static bool is_always(const struct ml_result_table *t, size_t i)
{
	struct ml_str key = cell(t, t->order[i], 0);

	return t->table->always && key.p && ml_str_is(key, t->table->always);
}

/* The first n children of each parent; a row whose parent went goes with it. */
static void top_tree(struct ml_result_table *t, size_t n)
{
	_cleanup_free_ size_t *children = calloc(t->n + 1, sizeof(*children));
	_cleanup_free_ bool *keep = calloc(t->n + 1, sizeof(*keep));

	if (!children || !keep)
		return; /* shows all rather than none */
	for (size_t i = 0; i < t->n; i++) {
		size_t parent = t->places[i].parent;
		size_t *count = &children[parent == SIZE_MAX ? t->n : parent];

		keep[i] = ((*count)++ < n || is_always(t, i)) &&
			  (parent == SIZE_MAX || keep[parent]);
		t->omitted += !keep[i];
	}
	keep_rows(t, keep);
}

void ml_result_top(struct ml_result *result, size_t n)
{
	for (size_t i = 0; i < result->ntables; i++) {
		struct ml_result_table *t = &result->tables[i];

		if (t->stream.next && ml_stream_hold(result, t))
			continue; /* all rather than none */
		if (t->table->layout == ML_LAYOUT_TREE) {
			top_tree(t, n);
		} else if (t->n > n) {
			t->omitted += t->n - n;
			if (t->table->flags & ML_TABLE_LAST && !t->sorted)
				memmove(t->order, t->order + t->n - n,
					n * sizeof(*t->order));
			t->n = n;
		}
	}
	if (ml_view_place(result)) /* drawn flat rather than wrong */
		return;
}
