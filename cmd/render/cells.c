/* SPDX-License-Identifier: MIT */
/* cells: the formatted cells of the rows that are printed next. */
#include "render/cells.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* In front of the text of each cell. */
struct head {
	uint32_t n, width;
};

static int need_room(struct cells *cells, size_t n)
{
	size_t cap = cells->cap * 2 + n + 1024;
	char *p;

	if (cells->cap - cells->n >= n)
		return 0;
	p = realloc(cells->text, cap);
	if (!p)
		return -ENOMEM;
	cells->text = p;
	cells->cap = cap;
	return 0;
}

/* Close the cell whose text is there already. */
static void end_cell(struct cells *cells, size_t n, size_t width)
{
	const struct head head = { (uint32_t)n, (uint32_t)width };

	memcpy(cells->text + cells->n, &head, sizeof(head));
	cells->text[cells->n + sizeof(head) + n] = '\0';
	cells->n += sizeof(head) + n + 1;
}

static char *text_at(const struct cells *cells)
{
	return cells->text + cells->n + sizeof(struct head);
}

static int add_text(struct cells *cells, const char *prefix, const char *text)
{
	size_t before = prefix ? strlen(prefix) : 0, n = before + strlen(text);

	if (need_room(cells, sizeof(struct head) + n + 1))
		return -ENOMEM;
	if (prefix)
		memcpy(text_at(cells), prefix, before);
	memcpy(text_at(cells) + before, text, n - before);
	text_at(cells)[n] = '\0';
	end_cell(cells, n, display_width(text_at(cells)));
	return 0;
}

/* Most strings are plain: as many columns as bytes, and nothing to escape. */
static bool is_plain(struct ml_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] - 0x20u >= 0x5f)
			return false;
	return true;
}

static int add_string(struct cells *cells, const struct style *style, const char *prefix,
		      struct ml_str s)
{
	char *text;
	int rc;

	if (!prefix && is_plain(s)) {
		if (need_room(cells, sizeof(struct head) + s.n + 1))
			return -ENOMEM;
		memcpy(text_at(cells), s.p, s.n);
		end_cell(cells, s.n, s.n);
		return 0;
	}
	text = safe_string(s, style->utf8);
	rc = text ? add_text(cells, prefix, text) : -ENOMEM;
	free(text);
	return rc;
}

int cells_add(struct cells *cells, const struct style *style, const char *prefix,
	      const struct ml_col *col, const void *row)
{
	struct ml_value v;
	size_t n;

	ml_value_of(col, row, &v);
	if (v.known && v.type == ML_TYPE_STR)
		return v.str.p ? add_string(cells, style, prefix, v.str)
			       : add_text(cells, prefix, "");
	if (col->flags & ML_COL_WIDE &&
	    !v.known) /* nothing to add, rather than unknown */
		return add_text(cells, prefix, "");
	if (prefix)
		return add_text(cells, prefix, "-");
	if (need_room(cells, sizeof(struct head) + CELL_MAX))
		return -ENOMEM;
	n = cell_number(col, &v, style->scale, text_at(cells));
	end_cell(cells, n, n);
	return 0;
}

struct cell cells_take(struct cells *cells)
{
	struct head head;
	struct cell ret;

	memcpy(&head, cells->text + cells->next, sizeof(head));
	ret = (struct cell){ cells->text + cells->next + sizeof(head), head.n,
			     head.width };
	cells->next += sizeof(head) + head.n + 1;
	return ret;
}

void cells_rewind(struct cells *cells)
{
	cells->next = 0;
}

void cells_forget(struct cells *cells)
{
	cells->n = cells->next = 0;
}

void cells_deinit(struct cells *cells)
{
	free(cells->text);
}
