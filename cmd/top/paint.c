/* SPDX-License-Identifier: MIT */
/* paint: draws a view on a canvas. */
#include "top/paint.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "top/gauge.h"
#include "top/more.h"
#include "top/pairs.h"
#include "top/spread.h"

/* A path is known by its end. */
static bool is_path(const char *text)
{
	return *text == '/' && !strchr(text, ' ');
}

/* The last `room` columns. */
static const char *tail_of(const char *text, size_t room)
{
	while (*text &&
	       (display_width(text) > room || ((unsigned char)*text & 0xc0) == 0x80))
		text++;
	return text;
}

static void put_text(const struct spread *s, size_t c, size_t x, size_t y, size_t room,
		     unsigned ink, const char *text)
{
	size_t width = display_width(text);
	bool right = s->fit.cols[c]->type != ML_TYPE_STR;

	if (right && width < room)
		x += room - width;
	if (width > room && room > 2 && is_path(text)) {
		x += canvas_text(s->p->canvas, x, y, 2, ink, "..");
		canvas_text(s->p->canvas, x, y, room - 2, ink, tail_of(text, room - 2));
		return;
	}
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
	const struct view *view = s->p->view;
	const char *sort = view->sort && !s->place.section
				   ? view->sort
				   : view->panel->sections[s->place.section].sort;
	size_t n = strlen(col->key);

	return sort && !strncmp(sort, col->key, n) && (!sort[n] || sort[n] == ':');
}

static void paint_head(struct spread *s, size_t c, size_t x, size_t room, void *data)
{
	const struct ml_col *col = s->fit.cols[c];

	put_text(s, c, x, *(size_t *)data, room,
		 is_sorted_by(s, col) ? INK_SORT : INK_HEAD, col->head);
}

/* How much of the past is drawn, of what. */
static void paint_spark_head(const struct spread *s, size_t y)
{
	const char *key = s->p->view->panel->sections[s->place.section].spark;
	const struct ml_col *col = ml_table_find(s->table, key);
	char text[32];

	snprintf(text, sizeof(text), "%s %.0fm", col->head, s->window / 60);
	if (display_width(text) > s->spark)
		snprintf(text, sizeof(text), "%.0f min", s->window / 60);
	canvas_text(s->p->canvas, s->spark_x + s->spark - display_width(text), y,
		    s->spark, INK_HEAD, text);
}

static void paint_heads(struct spread *s, size_t y)
{
	canvas_fill(s->p->canvas, s->pane->x, y, s->pane->w, INK_HEAD, ' ');
	spread_columns(s, paint_head, &y);
	if (s->spark)
		paint_spark_head(s, y);
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

/* Of the parts of a whole each has its own. */
static unsigned part_ink(const struct spread *s, size_t row)
{
	const struct place place = { s->place.section, s->place.table, row };
	struct ml_value mark;

	if (!(ml_table_flags(s->table) & ML_TABLE_STACK))
		return INK_BAR;
	ml_value_of(s->fit.cols[0], view_row(s->p->view, place), &mark);
	if (!mark.known || mark.type != ML_TYPE_STR || !mark.str.n)
		return INK_BAR;
	return *mark.str.p == '.'   ? INK_DIM
	       : *mark.str.p == '=' ? INK_BAR
				    : INK_PART + (unsigned)row % PARTS;
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
	unsigned ink = !c && ml_table_flags(s->table) & ML_TABLE_STACK
			       ? part_ink(s, at->row)
			       : ink_of(s->fit.cols[c], row);
	struct cell cell;

	if (!spread_cell(s, c, at->row, &cell))
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

/* One value alone has no past. */
static bool has_past(const double *values, size_t n)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++)
		known += isfinite(values[i]) != 0;
	return known > 1;
}

static void paint_spark(const struct spread *s, size_t row, size_t y)
{
	const struct place place = { s->place.section, s->place.table, row };
	const struct trails *trails = s->p->view->trails[place.section];
	const struct gauge gauge = { s->p->canvas, s->spark_x, y, s->spark,
				     s->p->style.ascii };
	double values[32];

	if (trails_get(trails, view_name(s->p->view, place), s->p->at, s->window,
		       s->spark, values) &&
	    has_past(values, s->spark))
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

		if (pane->lines[i].kind == LINE_ROW && spread_has(s, &pane->lines[i]))
			ml_value_of(spread_bar(s), view_row(s->p->view, top), &v);
	}
	return v.known && v.f64 > 0 ? v.f64 : 1;
}

static void paint_bar(const struct spread *s, size_t row, size_t y)
{
	const struct place place = { s->place.section, s->place.table, row };
	const struct gauge gauge = { s->p->canvas, s->bar_x, y, s->bar,
				     s->p->style.ascii };
	struct ml_value v;

	ml_value_of(spread_bar(s), view_row(s->p->view, place), &v);
	if (v.known)
		gauge_bar(&gauge, part_ink(s, row), v.f64 / whole_of(s));
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
	spread_columns(s, paint_cell, &at);
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
	const struct ml_col *share = spread_bar(s), *mark = s->fit.cols[0];
	struct ml_result *result = spread_shot(s)->result;
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
			v.f64, letter.known && letter.str.n ? *letter.str.p : ' ',
			part_ink(s, i)
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

	text_paint(text, line->part,
		   &(struct text_place){ p->canvas, pane->x, y, pane->w,
					 failed ? INK_ERROR : INK_DIM });
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
	if (s->p && spread_has(s, line))
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
		paint_heads(s, y);
		break;
	case LINE_MORE:
		more_paint(p->view, line, p->canvas, pane->x, y, pane->w, &p->style);
		if (is_here(p, line))
			canvas_mark(p->canvas, pane->x, y, pane->w, INK_SELECTED);
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
		spread_columns(&s, find_heading, &search);
		spread_deinit(&s);
	}
	return search.found;
}
