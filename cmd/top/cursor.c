/* SPDX-License-Identifier: MIT */
/* cursor: which row and which column is meant, and moving from one to the next. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "top/view.h"

static bool is_stop(const struct line *line)
{
	return line->kind == LINE_ROW || (line->kind == LINE_PAIRS && !line->part);
}

static struct place place_of(const struct line *line)
{
	return (struct place){ line->section, line->table, line->row };
}

/* ---- scrolling ---- */

/* A further line of the row above. */
static bool is_rest(const struct line *line)
{
	return line->kind == LINE_MORE || (line->kind == LINE_PAIRS && line->part);
}

/* The heading of a table and the lines above it are shown with its first row. */
static size_t first_with(const struct pane *pane, size_t line)
{
	while (line > 0 && !is_stop(&pane->lines[line - 1]) &&
	       !is_rest(&pane->lines[line - 1]))
		line--;
	return line;
}

static size_t last_with(const struct pane *pane, size_t line)
{
	while (line + 1 < pane->n && is_rest(&pane->lines[line + 1]))
		line++;
	return line;
}

static void scroll(struct view *view)
{
	struct pane *pane = &view->panes[view->cursor_pane];
	size_t first = first_with(pane, view->cursor_line);
	size_t last = last_with(pane, view->cursor_line);

	if (last - first >= view->h)
		first = view->cursor_line;
	if (first < pane->top)
		pane->top = first;
	if (last + 1 > pane->top + view->h)
		pane->top = last + 1 - view->h;
	if (pane_has_heading(pane) && view->cursor_line <= pane->top && view->h > 1)
		pane->top--; /* it would be hidden by the heading */
	for (size_t p = 0; p < view->npanes; p++) {
		pane = &view->panes[p];
		if (pane->top + view->h > pane->n)
			pane->top = pane->n > view->h ? pane->n - view->h : 0;
	}
}

/* ---- stops ---- */

static void put_cursor(struct view *view, size_t pane, size_t line)
{
	view->cursor_pane = pane;
	view->cursor_line = line;
	view->cursor = place_of(&view->panes[pane].lines[line]);
}

/* Name the row, so that it is followed from now on. */
static void hold(struct view *view)
{
	view->cursor_name = view_name(view, view->cursor);
	scroll(view);
}

/* The next line in a direction on which a row begins, also in the other pane. */
static bool next_stop(const struct view *view, size_t *pane, size_t *line, int by)
{
	size_t p = *pane, i = *line;

	for (;;) {
		const struct pane *in = &view->panes[p];

		if (by > 0 ? i + 1 < in->n : i > 0) {
			i = by > 0 ? i + 1 : i - 1;
		} else {
			if (by > 0 ? p + 1 >= view->npanes : p == 0)
				return false;
			p = by > 0 ? p + 1 : p - 1;
			i = by > 0 ? 0 : view->panes[p].n ? view->panes[p].n - 1 : 0;
			if (!view->panes[p].n)
				continue;
		}
		if (is_stop(&view->panes[p].lines[i])) {
			*pane = p;
			*line = i;
			return true;
		}
	}
}

static bool first_stop(const struct view *view, size_t *pane, size_t *line)
{
	*pane = *line = 0;
	return (view->panes[0].n && is_stop(&view->panes[0].lines[0])) ||
	       next_stop(view, pane, line, 1);
}

/* ---- following ---- */

static bool find_name(const struct view *view, size_t *pane, size_t *line)
{
	bool any = first_stop(view, pane, line);

	for (; any; any = next_stop(view, pane, line, 1))
		if (view_name(view, place_of(&view->panes[*pane].lines[*line])) ==
		    view->cursor_name)
			return true;
	return false;
}

/* Where it was; where that is no row, the next one. */
static bool stay(const struct view *view, size_t *pane, size_t *line)
{
	*pane = view->cursor_pane < view->npanes ? view->cursor_pane : 0;
	*line = view->cursor_line;
	if (*line >= view->panes[*pane].n)
		*line = view->panes[*pane].n ? view->panes[*pane].n - 1 : 0;
	return (*line < view->panes[*pane].n &&
		is_stop(&view->panes[*pane].lines[*line])) ||
	       next_stop(view, pane, line, -1) || next_stop(view, pane, line, 1);
}

void view_follow(struct view *view)
{
	size_t pane, line;
	bool found = view->cursor_name
			     ? find_name(view, &pane, &line) || stay(view, &pane, &line)
			     : first_stop(view, &pane, &line);

	if (!found) {
		view->cursor = (struct place){ 0, TABLES_MAX, 0 };
		view->cursor_pane = view->cursor_line = 0;
	} else {
		put_cursor(view, pane, line);
	}
	if (view->panes[view->cursor_pane].n)
		scroll(view);
}

/* ---- moving ---- */

bool view_move(struct view *view, long by)
{
	size_t pane = view->cursor_pane, line = view->cursor_line;
	bool moved = false;

	if (!view_table(view, view->cursor))
		return false;
	for (; by && next_stop(view, &pane, &line, by > 0 ? 1 : -1);
	     by += by > 0 ? -1 : 1)
		moved = true;
	if (moved) {
		put_cursor(view, pane, line);
		hold(view);
	} else if (by < 0) {
		view->panes[pane].top = 0; /* what stands above the first row */
	}
	return moved;
}

void view_move_to_end(struct view *view, bool last)
{
	while (view_move(view, last ? 4096 : -4096))
		;
	if (!last)
		view->cursor_name = 0; /* whatever comes first */
}

bool view_point(struct view *view, size_t x, size_t y)
{
	for (size_t p = 0; p < view->npanes && y < view->h; p++) {
		struct pane *pane = &view->panes[p];
		size_t line = pane->top + y;

		if (x < pane->x || x >= pane->x + pane->w || line >= pane->n)
			continue;
		while (line > 0 && is_rest(&pane->lines[line]))
			line--;
		if (!is_stop(&pane->lines[line]))
			return false;
		put_cursor(view, p, line);
		view->cursor_name = view_name(view, view->cursor);
		return true;
	}
	return false;
}

void view_move_focus(struct view *view, int by)
{
	size_t n, at = 0;
	const struct ml_col **cols = view_columns(view, view->cursor, &n);

	if (!n)
		return;
	while (at < n && cols[at] != view->focus)
		at++;
	if (at == n)
		at = 0;
	if (by > 0 ? at + 1 < n : at > 0)
		at += by > 0 ? 1 : (size_t)-1;
	view->focus = cols[at];
}

/* ---- searching ---- */

static bool matches(struct ml_str s, const char *text, bool whole)
{
	size_t n = strlen(text);

	if (whole)
		return s.n == n && !memcmp(s.p, text, n);
	for (size_t i = 0; i + n <= s.n; i++)
		if (!strncasecmp(s.p + i, text, n))
			return true;
	return false;
}

static bool has_text(const struct view *view, struct place place, const char *text,
		     bool whole)
{
	const struct ml_table *table = view_table(view, place);
	const void *row = view_row(view, place);

	for (size_t c = 0; row && c < ml_table_ncols(table); c++) {
		const struct ml_col *col = ml_table_col(table, c);
		struct ml_value v;
		char digits[24];

		if (col->sem != ML_SEM_LABEL && col->type != ML_TYPE_STR)
			continue;
		ml_value_of(col, row, &v);
		if (v.type == ML_TYPE_U64 && v.known) {
			snprintf(digits, sizeof(digits), "%llu",
				 (unsigned long long)v.u64);
			v.str = (struct ml_str){ digits, strlen(digits) };
		}
		if (v.known && matches(v.str, text, whole))
			return true;
	}
	return false;
}

static bool search(struct view *view, const char *text, int by, bool from_here,
		   bool whole)
{
	size_t pane = view->cursor_pane, line = view->cursor_line;
	/* What was never laid out has no lines, though it may have been sampled. */
	bool any = *text && line < view->panes[pane].n;

	if (any && !from_here)
		any = next_stop(view, &pane, &line, by);
	for (; any; any = next_stop(view, &pane, &line, by)) {
		if (!has_text(view, place_of(&view->panes[pane].lines[line]), text,
			      whole))
			continue;
		put_cursor(view, pane, line);
		hold(view);
		return true;
	}
	return false;
}

bool view_search(struct view *view, const char *text, int by, bool from_here)
{
	return search(view, text, by, from_here, false);
}

void view_seek(struct view *view, char *text)
{
	free(view->sought);
	view->sought = text;
}

void view_find_sought(struct view *view)
{
	if (!view->sought || !view->shots[0])
		return;
	view_move_to_end(view, false);
	search(view, view->sought, 1, true, true);
	view_seek(view, NULL);
}

/* ---- trees ---- */

static bool has_children(const struct view *view, struct place place)
{
	const struct place next = { place.section, place.table, place.row + 1 };
	const struct ml_table *table = view_table(view, place);

	return table && ml_table_layout(table) == ML_LAYOUT_TREE &&
	       view_row(view, next) && view_depth(view, next) > view_depth(view, place);
}

static bool push(uint64_t **names, size_t *n, uint64_t name)
{
	uint64_t *grown = realloc(*names, (*n + 1) * sizeof(**names));

	if (!grown)
		return false;
	*names = grown;
	grown[(*n)++] = name;
	return true;
}

static size_t find_fold(const struct view *view, uint64_t name)
{
	size_t i = 0;

	while (i < view->nfolds && view->folds[i] != name)
		i++;
	return i;
}

bool view_is_folded(const struct view *view, struct place place)
{
	return view->nfolds && find_fold(view, view_name(view, place)) < view->nfolds;
}

bool view_fold(struct view *view)
{
	uint64_t name = view_name(view, view->cursor);
	size_t i = find_fold(view, name);

	if (i < view->nfolds) {
		view->folds[i] = view->folds[--view->nfolds];
		return true;
	}
	return has_children(view, view->cursor) &&
	       push(&view->folds, &view->nfolds, name);
}

bool view_descend(struct view *view)
{
	uint64_t name = view_name(view, view->cursor);

	if (!view->panel->descends || !has_children(view, view->cursor) ||
	    (view->npath && view->path[view->npath - 1] == name))
		return false;
	if (!push(&view->path, &view->npath, name))
		return false;
	view->cursor_name = 0;
	return true;
}

bool view_ascend(struct view *view)
{
	if (!view->npath)
		return false;
	view->cursor_name = view->path[--view->npath];
	return true;
}
