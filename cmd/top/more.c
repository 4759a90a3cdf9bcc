/* SPDX-License-Identifier: MIT */
/* more: the free text of a row, in lines below it. */
#include "top/more.h"

#include <stdlib.h>
#include <string.h>

#include "render/cells.h"
#include "top/wrap.h"

#define INDENT 5

/* One of the texts; all but the first stand behind their headings. 0 or -ENOMEM. */
static int add_text(FILE *out, const struct ml_col *col, const void *row, bool first,
		    const struct style *style)
{
	struct cells cells = { 0 };
	int rc = cells_add(&cells, style, NULL, col, row);
	struct cell cell = { 0 };

	if (!rc)
		cell = cells_take(&cells);
	if (cell.n && !first && *col->head)
		fprintf(out, "%s: ", col->head);
	if (cell.n)
		fprintf(out, "%s\n", cell.text);
	cells_deinit(&cells);
	return rc;
}

/* All texts of a row, a line each; to be freed; NULL without memory. */
static char *texts_of(const struct view *view, struct place place,
		      const struct style *style)
{
	const char *keys = view->panel->sections[place.section].wrap;
	const struct ml_table *table = view_table(view, place);
	const void *row = view_row(view, place);
	char *text = NULL, key[64];
	size_t n, size;
	FILE *out = open_memstream(&text, &size);

	for (; out && table && row && *keys; keys += n + (keys[n] == ',')) {
		const struct ml_col *col;

		n = strcspn(keys, ",");
		snprintf(key, sizeof(key), "%.*s", (int)n, keys);
		col = ml_table_find(table, key);
		if (col && add_text(out, col, row, !ftell(out), style))
			break;
	}
	if (out && fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

bool more_is_shown(const struct view *view, unsigned section)
{
	const struct section *s = &view->panel->sections[section];

	return s->wrap && (!s->right || view->npanes > 1);
}

size_t more_height(const struct view *view, struct place place, size_t w)
{
	const struct style style = { .utf8 = true };
	char *text = w > INDENT ? texts_of(view, place, &style) : NULL;
	size_t n = text ? wrap_lines(text, w - INDENT, NULL, NULL) : 0;

	free(text);
	return n;
}

struct target {
	const struct text_place *place;
	size_t part;
};

static void paint(const char *line, size_t n, size_t indent, size_t i, void *data)
{
	const struct target *t = data;
	const struct text_place *p = t->place;
	char *text = i == t->part ? strndup(line, n) : NULL;

	if (text)
		canvas_text(p->canvas, p->x + indent, p->y, p->w - indent, p->ink, text);
	free(text);
}

void text_paint(const char *text, size_t part, const struct text_place *place)
{
	struct target target = { place, part };

	wrap_lines(text, place->w, paint, &target);
}

void more_paint(const struct view *view, const struct line *line, struct canvas *canvas,
		size_t x, size_t y, size_t w, const struct style *style)
{
	const struct place row = { line->section, line->table, line->row };
	char *text = w > INDENT ? texts_of(view, row, style) : NULL;

	if (text)
		text_paint(text, line->part,
			   &(struct text_place){ canvas, x + INDENT, y, w - INDENT,
						 INK_PLAIN });
	free(text);
}
