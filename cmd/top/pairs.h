/* SPDX-License-Identifier: MIT */
/* pairs: a row as headings with their values, on as many lines as it takes. */
#pragma once

#include "render/cells.h"
#include "top/view.h"

/* One pair; the line that it stands on, and where. */
struct pair_cell {
	const struct ml_col *col;
	size_t line, x, width;
	const char *text; /* lives until the next call of next() */
};

struct pairs {
	const struct ml_col **cols;
	size_t ncols, at, w, line, x;
	const void *row;
	struct cells cells;
	struct style style;
};

void pairs_init(struct pairs *pairs, const struct view *view, struct place place,
		size_t w, const struct style *style);
bool pairs_next(struct pairs *pairs, struct pair_cell *ret);
void pairs_deinit(struct pairs *pairs);

/* The lines that a row takes in this width. */
size_t pairs_height(const struct view *view, struct place place, size_t w);
