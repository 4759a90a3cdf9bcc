/* SPDX-License-Identifier: MIT */
/* paint: draws a view on a canvas. */
#include "top/paint.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render/branches.h"
#include "render/cells.h"
#include "render/fit.h"
#include "top/gauge.h"
#include "top/pairs.h"

#define SPARK_SECONDS 300.0
#define BAR_LEAST 8
#define BAR_MOST 30

/* One table as it stands on the screen. */
struct spread {
	const struct painting *p;
	const struct pane *pane;
	struct place place; /* of the table */
	const struct ml_table *table;
	struct fit fit;
	size_t spark, spark_x; /* its width and place; 0: none */
	size_t bar, bar_x;
	struct cells cells;
};

static const struct shot *shot_of(const struct spread *s)
{
	return s->p->view->shots[s->place.section];
}

/* ---- cells ---- */

/* Flags of the ancestors of a row, which may be far above it. */
static void find_lasts(const struct spread *s, size_t row, unsigned depth,
		       bool lasts[static TREE_DEPTH_MAX])
{
	struct ml_result *result = shot_of(s)->result;
	bool last;

	for (;;) {
		unsigned at = ml_result_depth(result, s->place.table, row, &last);

		if (at <= depth && at < TREE_DEPTH_MAX) {
			lasts[at] = last;
			if (!at)
				return;
			depth = at - 1;
		}
		if (!row--)
			return;
	}
}

static bool is_tree(const struct spread *s, size_t c)
{
	return !c && ml_table_layout(s->table) == ML_LAYOUT_TREE &&
	       s->fit.cols[0]->type == ML_TYPE_STR;
}

/* Of a tree that is descended only two levels are in sight. */
static void tree_prefix(const struct spread *s, size_t row, char *out)
{
	bool lasts[TREE_DEPTH_MAX] = { false };
	unsigned depth = view_depth(
		s->p->view, (struct place){ s->place.section, s->place.table, row });

	*out = '\0';
	if (depth >= TREE_DEPTH_MAX)
		depth = TREE_DEPTH_MAX - 1;
	if (s->p->view->panel->descends)
		return;
	find_lasts(s, row, depth, lasts);
	put_branches(s->p->style.ascii, lasts, depth, out);
}

/* The text of a cell; lives until the next one is asked for. */
static bool cell_of(struct spread *s, size_t c, size_t row, struct cell *ret)
{
	const struct place place = { s->place.section, s->place.table, row };
	const void *at = view_row(s->p->view, place);
	char prefix[BRANCHES_MAX];
	bool tree = is_tree(s, c);

	if (!at)
		return false;
	if (tree)
		tree_prefix(s, row, prefix);
	cells_forget(&s->cells);
	if (cells_add(&s->cells, &s->p->style, tree ? prefix : NULL, s->fit.cols[c], at))
		return false;
	*ret = cells_take(&s->cells);
	return true;
}

/* ---- widths ---- */

static bool is_of(const struct spread *s, const struct line *line)
{
	return line->section == s->place.section && line->table == s->place.table;
}

/* Rows in sight, and what was wide before: columns do not jump. */
static void widen(struct spread *s)
{
	const struct pane *pane = s->pane;

	for (size_t i = pane->top; i < pane->n && i < pane->top + s->p->view->h; i++) {
		if (pane->lines[i].kind != LINE_ROW || !is_of(s, &pane->lines[i]))
			continue;
		for (size_t c = 0; c < s->fit.ncols; c++) {
			struct cell cell;

			if (cell_of(s, c, pane->lines[i].row, &cell) &&
			    cell.width > s->fit.widths[c])
				s->fit.widths[c] = cell.width;
		}
	}
}

static int find_widths(struct spread *s)
{
	struct sheet *sheet = &s->p->view->sheets[s->place.section][s->place.table];

	if (sheet->table != s->table || sheet->nwidths != s->fit.ncols) {
		free(sheet->widths);
		sheet->widths = calloc(s->fit.ncols + 1, sizeof(*sheet->widths));
		if (!sheet->widths)
			return -ENOMEM;
		sheet->table = s->table;
		sheet->nwidths = s->fit.ncols;
		for (size_t c = 0; c < s->fit.ncols; c++)
			sheet->widths[c] = strlen(s->fit.cols[c]->head);
	}
	s->fit.widths = sheet->widths;
	widen(s);
	return 0;
}

static size_t find_focus(const struct spread *s)
{
	for (size_t c = 0; c < s->fit.ncols; c++)
		if (s->fit.cols[c] == s->p->view->focus)
			return c;
	return SIZE_MAX;
}

static bool has_wide(const struct spread *s)
{
	for (size_t c = 0; c < s->fit.ncols; c++)
		if (s->fit.cols[c]->flags & ML_COL_WIDE && !s->fit.drops[c])
			return true;
	return false;
}

static const struct ml_col *bar_column(const struct spread *s)
{
	const char *named = s->p->view->panel->sections[s->place.section].bar;

	if (named)
		return ml_table_find(s->table, named);
	for (size_t c = 0; c < s->fit.ncols && !has_wide(s); c++)
		if (s->fit.cols[c]->flags & ML_COL_BAR)
			return s->fit.cols[c];
	return NULL;
}

/* Columns for the past of a row. */
static size_t spark_width(const struct spread *s)
{
	const char *spark = s->p->view->panel->sections[s->place.section].spark;

	if (!spark || !ml_table_find(s->table, spark) || shot_of(s)->still)
		return 0;
	return s->pane->w < 100 ? 8 : s->pane->w < 140 ? 16 : 24;
}

/* What is left of the line goes to the past, then to bars. */
static void share_rest(struct spread *s)
{
	size_t used = fit_width(&s->fit);
	size_t rest = s->pane->w > used ? s->pane->w - used : 0;
	size_t wanted = spark_width(s);

	if (wanted && rest >= wanted) {
		s->spark = wanted;
		rest -= wanted + 1 < rest ? wanted + 1 : rest;
	}
	if (bar_column(s) && rest >= BAR_LEAST)
		s->bar = rest < BAR_MOST ? rest : BAR_MOST;
}

static int spread_init(struct spread *s, const struct painting *p,
		       const struct pane *pane, const struct line *line)
{
	size_t focus, wanted;

	*s = (struct spread){ .p = p, .pane = pane };
	s->place = (struct place){ line->section, line->table, 0 };
	s->table = view_table(p->view, s->place);
	s->fit.cols = view_columns(p->view, s->place, &s->fit.ncols);
	s->fit.drops = calloc(s->fit.ncols + 1, sizeof(bool));
	if (!s->fit.drops || find_widths(s))
		return -ENOMEM;
	focus = find_focus(s);
	fit_drop_empty(&s->fit, shot_of(s)->result, s->place.table);
	wanted = spark_width(s) ? spark_width(s) + 1 : 0;
	fit_drop(&s->fit, pane->w > wanted ? pane->w - wanted : pane->w, focus);
	if (focus != SIZE_MAX)
		s->fit.drops[focus] = false;
	share_rest(s);
	return 0;
}

static void spread_deinit(struct spread *s)
{
	free(s->fit.drops);
	cells_deinit(&s->cells);
}

/* ---- a line of a table ---- */

typedef void column_fn(struct spread *s, size_t c, size_t x, size_t room, void *data);

/* The past and the bar stand behind the numbers and before the free text. */
static size_t place_gauges(struct spread *s, size_t x)
{
	s->spark_x = x;
	x += s->spark ? s->spark + 1 : 0;
	s->bar_x = x;
	return x + (s->bar ? s->bar + 1 : 0);
}

/* Every column on show, with its place. */
static void for_columns(struct spread *s, column_fn *fn, void *data)
{
	size_t x = s->pane->x, end = s->pane->x + s->pane->w;
	bool placed = false;

	for (size_t c = 0; c < s->fit.ncols; c++) {
		bool wide = s->fit.cols[c]->flags & ML_COL_WIDE;
		size_t room = s->fit.widths[c];

		if (s->fit.drops[c])
			continue;
		if (wide && !placed) {
			x = place_gauges(s, x);
			placed = true;
		}
		if (wide || x + room > end)
			room = end > x ? end - x : 0;
		fn(s, c, x, room, data);
		x += room + 1;
	}
	if (!placed)
		place_gauges(s, x);
}

static void put_text(const struct spread *s, size_t c, size_t x, size_t y, size_t room,
		     unsigned ink, const char *text)
{
	size_t width = display_width(text);
	bool right = s->fit.cols[c]->type != ML_TYPE_STR;

	if (right && width < room)
		x += room - width;
	if (width > room && room > 2) {
		x += canvas_text(s->p->canvas, x, y, room - 2, ink, text);
		canvas_text(s->p->canvas, x, y, 2, ink, "..");
		return;
	}
	canvas_text(s->p->canvas, x, y, room, ink, text);
}

/* Whether the section is sorted by it: "rss:asc". */
static bool is_sorted_by(const struct spread *s, const struct ml_col *col)
{
	const char *sort = s->p->view->sort;
	size_t n = strlen(col->key);

	return sort && !s->place.section && !strncmp(sort, col->key, n) &&
	       (!sort[n] || sort[n] == ':');
}

static void paint_head(struct spread *s, size_t c, size_t x, size_t room, void *data)
{
	const struct ml_col *col = s->fit.cols[c];

	put_text(s, c, x, *(size_t *)data, room,
		 is_sorted_by(s, col) ? INK_SORT : INK_HEAD, col->head);
}

/* Words that tell how bad it is; the word stands there, too, so colour tells nothing
 * more. */
static unsigned ink_of(const struct ml_col *col, const void *row)
{
	static const struct {
		const char *word;
		unsigned ink;
	} inks[] = {
		{ "crit", INK_CRIT }, { "critical", INK_CRIT }, { "warn", INK_WARN },
		{ "low", INK_WARN },  { "min", INK_CRIT },      { "ok", INK_OK },
	};
	struct ml_value v;

	if (strcmp(col->key, "severity") != 0 && strcmp(col->key, "state") != 0)
		return INK_PLAIN;
	ml_value_of(col, row, &v);
	for (size_t i = 0;
	     v.known && v.type == ML_TYPE_STR && i < sizeof(inks) / sizeof(inks[0]); i++)
		if (v.str.n == strlen(inks[i].word) &&
		    !strncasecmp(v.str.p, inks[i].word, v.str.n))
			return inks[i].ink;
	return INK_PLAIN;
}

struct row_paint {
	size_t row, y;
	bool here; /* the cursor is on it */
};

static void paint_cell(struct spread *s, size_t c, size_t x, size_t room, void *data)
{
	const struct row_paint *at = data;
	const struct place place = { s->place.section, s->place.table, at->row };
	const void *row = view_row(s->p->view, place);
	unsigned ink = ink_of(s->fit.cols[c], row);
	struct cell cell;

	if (!cell_of(s, c, at->row, &cell))
		return;
	if (s->p->search && *s->p->search && s->fit.cols[c]->type == ML_TYPE_STR &&
	    strcasestr(cell.text, s->p->search))
		ink = INK_MATCH;
	put_text(s, c, x, at->y, room, ink, cell.text);
	if (at->here)
		canvas_mark(s->p->canvas, x, at->y, room,
			    INK_SELECTED | (s->fit.cols[c] == s->p->view->focus ||
							    (!s->p->view->focus && !c)
						    ? INK_FOCUS
						    : 0));
}

static void paint_spark(const struct spread *s, size_t row, size_t y)
{
	const struct place place = { s->place.section, s->place.table, row };
	const struct trails *trails = s->p->view->trails[place.section];
	const struct gauge gauge = { s->p->canvas, s->spark_x, y, s->spark,
				     s->p->style.ascii };
	double values[32];

	if (trails_get(trails, view_name(s->p->view, place), s->p->at, SPARK_SECONDS,
		       s->spark, values))
		gauge_spark(&gauge, INK_SPARK, GAUGE_FROM_MIN, values, s->spark);
}

/* Of a tree that is descended: the share of the row that all others on show are part
 * of. */
static double whole_of(const struct spread *s)
{
	const struct pane *pane = s->pane;
	struct ml_value v = { 0 };

	for (size_t i = 0; s->p->view->panel->descends && i < pane->n && !v.known; i++) {
		const struct place top = { s->place.section, s->place.table,
					   pane->lines[i].row };

		if (pane->lines[i].kind == LINE_ROW && is_of(s, &pane->lines[i]))
			ml_value_of(bar_column(s), view_row(s->p->view, top), &v);
	}
	return v.known && v.f64 > 0 ? v.f64 : 1;
}

static void paint_bar(const struct spread *s, size_t row, size_t y)
{
	const struct place place = { s->place.section, s->place.table, row };
	const struct gauge gauge = { s->p->canvas, s->bar_x, y, s->bar,
				     s->p->style.ascii };
	struct ml_value v;

	ml_value_of(bar_column(s), view_row(s->p->view, place), &v);
	if (v.known)
		gauge_bar(&gauge, INK_BAR, v.f64 / whole_of(s));
}

static bool is_here(const struct painting *p, const struct line *line)
{
	return p->view->cursor.section == line->section &&
	       p->view->cursor.table == line->table && p->view->cursor.row == line->row;
}

static void paint_row(struct spread *s, const struct line *line, size_t y)
{
	struct row_paint at = { line->row, y, is_here(s->p, line) };

	if (at.here)
		canvas_mark(s->p->canvas, s->pane->x, y, s->pane->w, INK_SELECTED);
	for_columns(s, paint_cell, &at);
	if (s->spark)
		paint_spark(s, line->row, y);
	if (s->bar)
		paint_bar(s, line->row, y);
	if (at.here)
		canvas_mark(s->p->canvas, s->pane->x, y, s->pane->w, INK_SELECTED);
}

/* ---- other lines ---- */

/* One bar over all rows; the row that sums the others finds it full. */
static void paint_stack(struct spread *s, size_t y)
{
	const struct ml_col *share = bar_column(s), *mark = s->fit.cols[0];
	struct ml_result *result = shot_of(s)->result;
	size_t n = ml_result_nrows(result, s->place.table);
	struct gauge_part *parts = calloc(n, sizeof(*parts));
	const struct gauge gauge = { s->p->canvas, s->pane->x, y, s->pane->w,
				     s->p->style.ascii };
	double sum = 0;
	size_t used = 0;

	for (size_t i = 0; parts && share && i < n && sum < 0.9999; i++) {
		const void *row = ml_result_row(result, s->place.table, i);
		struct ml_value v, letter;

		ml_value_of(share, row, &v);
		ml_value_of(mark, row, &letter);
		if (!v.known || v.f64 <= 0)
			continue;
		parts[used++] = (struct gauge_part){
			v.f64, letter.known && letter.str.n ? *letter.str.p : ' ', INK_BAR
		};
		sum += v.f64;
	}
	if (parts)
		gauge_stack(&gauge, parts, used);
	free(parts);
}

static void paint_title(const struct painting *p, const struct pane *pane,
			const struct line *line, size_t y)
{
	const struct place place = { line->section, line->table, 0 };
	const struct ml_table *table = view_table(p->view, place);
	const char *title = table ? ml_table_title(table)
				  : p->view->panel->sections[line->section].title;

	canvas_text(p->canvas, pane->x, y, pane->w, INK_TITLE, title ? title : "");
}

static void paint_note(const struct painting *p, const struct pane *pane,
		       const struct line *line, size_t y)
{
	const struct shot *shot = p->view->shots[line->section];
	bool failed = line->row == SIZE_MAX;
	const char *text = failed ? shot->error : ml_result_note(shot->result, line->row);

	canvas_text(p->canvas, pane->x, y, pane->w, failed ? INK_ERROR : INK_DIM, text);
}

static void paint_pairs(const struct painting *p, const struct pane *pane,
			const struct line *line, size_t y)
{
	const struct place place = { line->section, line->table, line->row };
	bool here = is_here(p, line);
	struct pair_cell cell;
	struct pairs pairs;

	pairs_init(&pairs, p->view, place, pane->w, &p->style);
	while (pairs_next(&pairs, &cell)) {
		size_t x = pane->x + cell.x;

		if (cell.line != line->part)
			continue;
		x += canvas_text(p->canvas, x, y, pane->w - cell.x, INK_DIM,
				 cell.col->head);
		x += *cell.col->head ? 1 : 0;
		canvas_text(p->canvas, x, y, pane->x + pane->w - x, INK_STRONG,
			    cell.text);
		if (here && cell.col == p->view->focus)
			canvas_mark(p->canvas, pane->x + cell.x, y, cell.width,
				    INK_SELECTED | INK_FOCUS);
	}
	if (here && !line->part && !p->view->focus)
		canvas_mark(p->canvas, pane->x, y, pane->w, INK_SELECTED);
	pairs_deinit(&pairs);
}

/* ---- the whole ---- */

/* The table of the line, which most often is that of the line before. */
static int find_spread(const struct painting *p, const struct pane *pane,
		       const struct line *line, struct spread *s)
{
	if (s->p && is_of(s, line))
		return 0;
	if (s->p)
		spread_deinit(s);
	return spread_init(s, p, pane, line);
}

static int paint_line(const struct painting *p, const struct pane *pane,
		      const struct line *line, struct spread *s, size_t y)
{
	bool grid = line->kind == LINE_STACK || line->kind == LINE_HEAD ||
		    line->kind == LINE_ROW;

	if (grid && find_spread(p, pane, line, s))
		return -ENOMEM;
	switch (line->kind) {
	case LINE_GAP:
		break;
	case LINE_TITLE:
		paint_title(p, pane, line, y);
		break;
	case LINE_STACK:
		paint_stack(s, y);
		break;
	case LINE_HEAD:
		for_columns(s, paint_head, &y);
		break;
	case LINE_ROW:
		paint_row(s, line, y);
		break;
	case LINE_PAIRS:
		paint_pairs(p, pane, line, y);
		break;
	case LINE_NOTE:
		paint_note(p, pane, line, y);
		break;
	}
	return 0;
}

/* In the first line stands the heading of its table, when that has scrolled away. */
static struct line shown_line(const struct pane *pane, size_t i)
{
	struct line line = pane->lines[i];

	if (i == pane->top && pane_has_heading(pane))
		line.kind = LINE_HEAD;
	return line;
}

int paint_view(const struct painting *p)
{
	int rc = 0;

	for (size_t n = 0; n < p->view->npanes && !rc; n++) {
		const struct pane *pane = &p->view->panes[n];
		struct spread s = { 0 };

		for (size_t y = 0; y < p->view->h && pane->top + y < pane->n && !rc;
		     y++) {
			const struct line line = shown_line(pane, pane->top + y);

			rc = paint_line(p, pane, &line, &s, p->y + y);
		}
		if (s.p)
			spread_deinit(&s);
	}
	return rc;
}

/* ---- headings ---- */

struct heading_search {
	size_t x;
	const struct ml_col *found;
};

static void find_heading(struct spread *s, size_t c, size_t x, size_t room, void *data)
{
	struct heading_search *search = data;

	if (search->x >= x && search->x < x + room)
		search->found = s->fit.cols[c];
}

const struct ml_col *paint_heading_at(const struct painting *p, size_t x, size_t y)
{
	struct heading_search search = { .x = x };

	for (size_t n = 0; n < p->view->npanes; n++) {
		const struct pane *pane = &p->view->panes[n];
		struct spread s = { 0 };
		struct line line;

		if (x < pane->x || x >= pane->x + pane->w || pane->top + y >= pane->n)
			continue;
		line = shown_line(pane, pane->top + y);
		if (line.kind != LINE_HEAD || find_spread(p, pane, &line, &s))
			continue;
		for_columns(&s, find_heading, &search);
		spread_deinit(&s);
	}
	return search.found;
}
