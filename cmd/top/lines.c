/* SPDX-License-Identifier: MIT */
/* lines: the lines that the tables of a panel make. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "top/more.h"
#include "top/pairs.h"
#include "top/view.h"
#include "top/wrap.h"

/* A second pane stands beside the first where both are as wide as this. */
#define PANE_MIN 60

/* A reading of the costly files of a process in sight is repeated when it is so old, in
 * seconds. */
#define FRESH_AFTER 8.0

struct laying {
	struct view *view;
	struct pane *pane;
	const struct shot *shot;
	unsigned section, table;
};

static struct place place_at(const struct laying *l, size_t row)
{
	return (struct place){ l->section, l->table, row };
}

static int add(struct laying *l, enum line_kind kind, size_t row, unsigned part)
{
	struct pane *pane = l->pane;

	if (pane->n == pane->cap) {
		size_t cap = pane->cap * 2 + 64;
		struct line *grown = realloc(pane->lines, cap * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		pane->lines = grown;
		pane->cap = cap;
	}
	pane->lines[pane->n++] = (struct line){ kind, l->section, l->table, part, row };
	return 0;
}

/* ---- rows ---- */

static int add_row(struct laying *l, size_t row)
{
	size_t n = more_is_shown(l->view, l->section)
			   ? more_height(l->view, place_at(l, row), l->pane->w)
			   : 0;
	int rc = add(l, LINE_ROW, row, 0);

	for (unsigned part = 0; part < n && !rc; part++)
		rc = add(l, LINE_MORE, row, part);
	return rc;
}

static int add_pairs(struct laying *l, size_t row)
{
	size_t n = pairs_height(l->view, place_at(l, row), l->pane->w);
	int rc = 0;

	for (unsigned part = 0; part < n && !rc; part++)
		rc = add(l, LINE_PAIRS, row, part);
	return rc;
}

/* The row that was descended into last, if it is still there: SIZE_MAX where all is
 * shown. */
static size_t find_root(struct laying *l, size_t n)
{
	const struct view *view = l->view;

	for (size_t i = 0; view->npath && i < n; i++) {
		if (view_name(view, place_at(l, i)) == view->path[view->npath - 1])
			return i;
	}
	return SIZE_MAX;
}

/* Of a tree that is descended like folders: the row itself and its children. */
static int add_children(struct laying *l, size_t n)
{
	size_t root = find_root(l, n), i = root == SIZE_MAX ? 0 : root;
	unsigned top = view_depth(l->view, place_at(l, i));
	int rc = add(l, LINE_ROW, i, 0);

	for (i++; i < n && !rc; i++) {
		unsigned depth = view_depth(l->view, place_at(l, i));

		if (depth <= top)
			break;
		if (depth == top + 1)
			rc = add(l, LINE_ROW, i, 0);
	}
	return rc;
}

static int add_grid_rows(struct laying *l, size_t n, bool tree)
{
	unsigned hidden_below = UINT32_MAX;
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		unsigned depth = tree ? view_depth(l->view, place_at(l, i)) : 0;

		if (depth > hidden_below)
			continue;
		hidden_below = tree && view_is_folded(l->view, place_at(l, i))
				       ? depth
				       : UINT32_MAX;
		rc = add_row(l, i);
	}
	return rc;
}

static bool has_heads(const struct selection *selection, unsigned table)
{
	for (size_t c = 0; c < selection->ncols[table]; c++)
		if (*selection->cols[table][c]->head)
			return true;
	return false;
}

/* ---- tables ---- */

/* So that a table of its own keeps away from the one above. */
static bool ends_with_row(const struct pane *pane)
{
	return pane->n && (pane->lines[pane->n - 1].kind == LINE_ROW ||
			   pane->lines[pane->n - 1].kind == LINE_MORE);
}

static int add_grid(struct laying *l, const struct ml_table *table, size_t n)
{
	bool tree = ml_table_layout(table) == ML_LAYOUT_TREE;
	int rc = 0;

	if (!ml_table_title(table) && ends_with_row(l->pane))
		rc = add(l, LINE_GAP, 0, 0);
	if (!rc && ml_table_flags(table) & ML_TABLE_STACK)
		rc = add(l, LINE_STACK, 0, 0);
	if (!rc && has_heads(&l->shot->selection, l->table) &&
	    !more_is_shown(l->view, l->section))
		rc = add(l, LINE_HEAD, 0, 0);
	if (rc)
		return rc;
	return tree && l->view->panel->descends ? add_children(l, n)
						: add_grid_rows(l, n, tree);
}

/* One row of many numbers reads better as pairs. */
static bool is_pairs(const struct ml_table *table)
{
	return ml_table_layout(table) == ML_LAYOUT_LINE ||
	       ml_table_flags(table) & ML_TABLE_STREAM;
}

static int add_table(struct laying *l)
{
	const struct ml_table *table = ml_result_table(l->shot->result, l->table);
	size_t n = ml_result_nrows(l->shot->result, l->table);
	int rc = 0;

	if (!l->shot->selection.ncols[l->table] || !n || n == ML_ROWS_UNREAD)
		return 0;
	if (ml_table_title(table)) {
		rc = l->pane->n ? add(l, LINE_GAP, 0, 0) : 0;
		if (!rc && *ml_table_title(table))
			rc = add(l, LINE_TITLE, 0, 0);
	}
	if (rc || !is_pairs(table))
		return rc ? rc : add_grid(l, table, n);
	for (size_t i = 0; i < n && !rc; i++)
		rc = add_pairs(l, i);
	return rc;
}

/* A sentence, in as many lines as it takes. */
static int add_note(struct laying *l, size_t i)
{
	const char *text = ml_result_note(l->shot->result, i);
	size_t n = wrap_lines(text, l->pane->w, NULL, NULL);
	int rc = 0;

	for (unsigned part = 0; part < n && !rc; part++)
		rc = add(l, LINE_NOTE, i, part);
	return rc;
}

static int add_section(struct laying *l)
{
	const struct section *section = &l->view->panel->sections[l->section];
	int rc = 0;

	l->shot = l->view->shots[l->section];
	l->table = TABLES_MAX; /* the section as a whole */
	if (section->title) {
		rc = l->pane->n ? add(l, LINE_GAP, 0, 0) : 0;
		rc = rc ? rc : add(l, LINE_TITLE, 0, 0);
	}
	if (!rc && l->shot && l->shot->error && !l->shot->result)
		rc = add(l, LINE_NOTE, SIZE_MAX, 0);
	if (rc || !l->shot || !l->shot->result)
		return rc;
	for (l->table = 0; l->table < l->shot->selection.ntables && !rc; l->table++)
		rc = add_table(l);
	l->table = TABLES_MAX;
	for (size_t i = 0;
	     i < ml_result_nnotes(l->shot->result) && !section->quiet && !rc; i++)
		rc = add_note(l, i);
	return rc;
}

/* ---- the whole ---- */

static bool has_right(const struct panel *panel)
{
	for (size_t s = 0; s < panel_nsections(panel); s++)
		if (panel->sections[s].right)
			return true;
	return false;
}

static void place_panes(struct view *view, size_t w)
{
	view->npanes = has_right(view->panel) && w >= 2 * PANE_MIN ? 2 : 1;
	for (size_t p = 0; p < view->npanes; p++) {
		size_t half = view->npanes > 1 ? (w - 2) / 2 : w;

		view->panes[p].n = 0;
		view->panes[p].x = p * (half + 2);
		view->panes[p].w = p ? w - half - 2 : half;
	}
}

bool pane_has_heading(const struct pane *pane)
{
	size_t i = pane->top;

	if (i >= pane->n || pane->lines[i].kind != LINE_ROW)
		return false;
	while (i > 0 &&
	       (pane->lines[i].kind == LINE_ROW || pane->lines[i].kind == LINE_MORE))
		i--;
	return pane->lines[i].kind == LINE_HEAD;
}

int view_lay_out(struct view *view, size_t w, size_t h)
{
	int rc = 0;

	view->h = h;
	place_panes(view, w);
	for (unsigned s = 0; s < panel_nsections(view->panel) && !rc; s++) {
		bool right = view->panel->sections[s].right && view->npanes > 1;
		struct laying l = { view, &view->panes[right], NULL, s, 0 };

		rc = add_section(&l);
	}
	if (!rc) {
		view_follow(view);
		view_find_sought(view);
	}
	return rc;
}

size_t view_fresh(const struct view *view, uint64_t *ret, size_t room)
{
	const struct pane *pane = &view->panes[0];
	size_t n = 0;

	for (size_t i = pane->top; i < pane->n && i < pane->top + view->h && n < room;
	     i++) {
		const struct line *line = &pane->lines[i];
		const struct place place = { line->section, line->table, line->row };
		const struct ml_table *table = view_table(view, place);
		const struct ml_col *pid = table ? ml_table_find(table, "pid") : NULL;
		const struct ml_col *age = table ? ml_table_find(table, "pss_age") : NULL;
		struct ml_value v, old;

		if (line->kind != LINE_ROW || !pid || !age ||
		    !view->panel->sections[line->section].pss)
			continue;
		ml_value_of(pid, view_row(view, place), &v);
		ml_value_of(age, view_row(view, place), &old);
		if (v.known && (!old.known || ml_value_number(&old) >= FRESH_AFTER))
			ret[n++] = v.u64;
	}
	return n;
}
