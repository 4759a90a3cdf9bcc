/* SPDX-License-Identifier: MIT */
/* pairs: a row as headings with their values. */
#include "top/pairs.h"

#include <string.h>

#define GAP 2

void pairs_init(struct pairs *p, const struct view *view, struct place place, size_t w,
		const struct style *style)
{
	*p = (struct pairs){ .w = w, .style = *style, .row = view_row(view, place) };
	p->cols = view_columns(view, place, &p->ncols);
}

/* The next pair goes on a new line where it would not fit. */
bool pairs_next(struct pairs *p, struct pair_cell *ret)
{
	const struct ml_col *col;
	struct cell cell;
	size_t width;

	if (!p->row || p->at >= p->ncols)
		return false;
	col = p->cols[p->at++];
	cells_forget(&p->cells);
	if (cells_add(&p->cells, &p->style, NULL, col, p->row))
		return false;
	cell = cells_take(&p->cells);
	width = strlen(col->head) + (*col->head ? 1 : 0) + cell.width;
	if (p->x && p->x + GAP + width > p->w) {
		p->line++;
		p->x = 0;
	}
	p->x += p->x ? GAP : 0;
	*ret = (struct pair_cell){ col, p->line, p->x, width, cell.text };
	p->x += width;
	return true;
}

void pairs_deinit(struct pairs *p)
{
	cells_deinit(&p->cells);
}

size_t pairs_height(const struct view *view, struct place place, size_t w)
{
	const struct shot *shot = view->shots[place.section];
	struct pair_cell cell = { 0 };
	struct pairs p;

	pairs_init(&p, view, place, w,
		   &(struct style){ .scale = shot->scale, .utf8 = true });
	while (pairs_next(&p, &cell))
		;
	pairs_deinit(&p);
	return cell.line + 1;
}
