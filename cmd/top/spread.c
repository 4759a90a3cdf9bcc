/* SPDX-License-Identifier: MIT */
/* spread: a table as it stands on the screen. */
#include "top/spread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/branches.h"
#include "top/more.h"

/* Seconds of the past. */
#define SPARK_YOUNG 60.0
#define SPARK_OLD 300.0
#define BAR_LEAST 8
#define BAR_MOST 30

const struct shot *spread_shot(const struct spread *s)
{
	return s->p->view->shots[s->place.section];
}

static const struct section *section_of(const struct spread *s)
{
	return &s->p->view->panel->sections[s->place.section];
}

/* ---- cells ---- */

/* Flags of the ancestors of a row, which may be far above it. */
static void find_lasts(const struct spread *s, size_t row, unsigned depth,
		       bool lasts[static TREE_DEPTH_MAX])
{
	struct ml_result *result = spread_shot(s)->result;
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
	const struct place place = { s->place.section, s->place.table, row };
	bool lasts[TREE_DEPTH_MAX] = { false };
	unsigned depth = view_depth(s->p->view, place);

	*out = '\0';
	if (depth >= TREE_DEPTH_MAX)
		depth = TREE_DEPTH_MAX - 1;
	if (s->p->view->panel->descends)
		return;
	find_lasts(s, row, depth, lasts);
	put_branches(s->p->style.ascii, lasts, depth, out);
	if (view_is_folded(s->p->view, place))
		memcpy(out + strlen(out), "+", 2);
}

/* The text of a cell; lives until the next one is asked for. */
bool spread_cell(struct spread *s, size_t c, size_t row, struct cell *ret)
{
	const struct place place = { s->place.section, s->place.table, row };
	const void *at = view_row(s->p->view, place);
	char prefix[BRANCHES_MAX + 1] = "";
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

bool spread_has(const struct spread *s, const struct line *line)
{
	return line->section == s->place.section && line->table == s->place.table;
}

/* Rows in sight, and what was wide before: columns do not jump. */
static void widen(struct spread *s)
{
	const struct pane *pane = s->pane;

	for (size_t i = pane->top; i < pane->n && i < pane->top + s->p->view->h; i++) {
		if (pane->lines[i].kind != LINE_ROW || !spread_has(s, &pane->lines[i]))
			continue;
		for (size_t c = 0; c < s->fit.ncols; c++) {
			struct cell cell;

			if (spread_cell(s, c, pane->lines[i].row, &cell) &&
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

const struct ml_col *spread_bar(const struct spread *s)
{
	const char *named = section_of(s)->bar;

	if (named)
		return ml_table_find(s->table, named);
	for (size_t c = 0; c < s->fit.ncols && !has_wide(s); c++)
		if (s->fit.cols[c]->flags & ML_COL_BAR)
			return s->fit.cols[c];
	return NULL;
}

/* A young past is drawn wider. */
static void find_window(struct spread *s)
{
	const struct trails *trails = s->p->view->trails[s->place.section];

	s->window = trails && s->p->at - trails_since(trails) > SPARK_YOUNG ? SPARK_OLD
									    : SPARK_YOUNG;
}

/* Columns for the past of a row. */
static size_t spark_width(const struct spread *s)
{
	const char *spark = section_of(s)->spark;

	if (!spark || !ml_table_find(s->table, spark) || spread_shot(s)->still)
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
	if (spread_bar(s) && rest >= BAR_LEAST)
		s->bar = rest < BAR_MOST ? rest : BAR_MOST;
}

/* Free text that stands below its row. */
static void drop_wide(struct spread *s)
{
	for (size_t c = 0; c < s->fit.ncols; c++)
		s->fit.drops[c] |= (s->fit.cols[c]->flags & ML_COL_WIDE) != 0;
}

int spread_init(struct spread *s, const struct painting *p, const struct pane *pane,
		const struct line *line)
{
	size_t focus, wanted;

	*s = (struct spread){ .p = p, .pane = pane };
	s->place = (struct place){ line->section, line->table, 0 };
	s->table = view_table(p->view, s->place);
	s->fit.cols = view_columns(p->view, s->place, &s->fit.ncols);
	s->fit.drops = calloc(s->fit.ncols + 1, sizeof(bool));
	if (!s->fit.drops || find_widths(s))
		return -ENOMEM;
	find_window(s);
	focus = find_focus(s);
	fit_drop_empty(&s->fit, spread_shot(s)->result, s->place.table);
	if (more_is_shown(s->p->view, s->place.section))
		drop_wide(s);
	wanted = spark_width(s) ? spark_width(s) + 1 : 0;
	fit_drop(&s->fit, pane->w > wanted ? pane->w - wanted : pane->w, focus);
	if (focus != SIZE_MAX)
		s->fit.drops[focus] = false;
	share_rest(s);
	return 0;
}

void spread_deinit(struct spread *s)
{
	free(s->fit.drops);
	cells_deinit(&s->cells);
}

/* ---- a line of a table ---- */

/* The past and the bar stand behind the numbers and before the free text. */
static size_t place_gauges(struct spread *s, size_t x)
{
	s->spark_x = x;
	x += s->spark ? s->spark + 1 : 0;
	s->bar_x = x;
	return x + (s->bar ? s->bar + 1 : 0);
}

/* Every column on show, with its place. */
void spread_columns(struct spread *s, column_fn *fn, void *data)
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
