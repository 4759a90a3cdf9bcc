/* SPDX-License-Identifier: MIT */
/* more: the free text of a row, in lines below it. */
#include "top/more.h"

#include <stdlib.h>
#include <string.h>

#include "render/cells.h"
#include "top/wrap.h"

#define INDENT 5

struct more {
	struct cells cells;
	const char *text; /* NULL: there is none */
};

static const struct ml_col *find_text(const struct view *view, struct place place)
{
	size_t n;
	const struct ml_col **cols = view_columns(view, place, &n);

	for (size_t c = 0; c < n; c++)
		if (cols[c]->flags & ML_COL_WIDE)
			return cols[c];
	return NULL;
}

static void more_init(struct more *more, const struct view *view, struct place place,
		      const struct style *style)
{
	const struct ml_col *col = find_text(view, place);
	const void *row = view_row(view, place);

	*more = (struct more){ 0 };
	if (col && row && !cells_add(&more->cells, style, NULL, col, row))
		more->text = cells_take(&more->cells).text;
}

static void more_deinit(struct more *more)
{
	cells_deinit(&more->cells);
}

size_t more_height(const struct view *view, struct place place, size_t w)
{
	const struct style style = { .utf8 = true };
	struct more more;
	size_t n = 0;

	more_init(&more, view, place, &style);
	if (more.text && w > INDENT)
		n = wrap_lines(more.text, w - INDENT, NULL, NULL);
	more_deinit(&more);
	return n;
}

struct target {
	struct canvas *canvas;
	size_t x, y, w, part;
};

static void paint(const char *line, size_t n, size_t indent, size_t i, void *data)
{
	const struct target *t = data;
	char *text = i == t->part ? strndup(line, n) : NULL;

	if (text)
		canvas_text(t->canvas, t->x + indent, t->y, t->w - indent, INK_PLAIN,
			    text);
	free(text);
}

void more_paint(const struct view *view, const struct line *line, struct canvas *canvas,
		size_t x, size_t y, size_t w, const struct style *style)
{
	struct target target = { canvas, x + INDENT, y, w - INDENT, line->part };
	struct more more;

	if (w <= INDENT)
		return;
	more_init(&more, view, (struct place){ line->section, line->table, line->row },
		  style);
	if (more.text)
		wrap_lines(more.text, target.w, paint, &target);
	more_deinit(&more);
}
