/* SPDX-License-Identifier: MIT */
/*
 * cells: the formatted cells of the rows that are printed next, in the order of printing.
 * What was formatted to find the widths of columns is printed, not formatted again.
 */
#pragma once

#include "render/render.h"

struct cells {
	char *text;
	size_t n, cap;
	size_t next; /* the first cell that was not taken */
};

struct cell {
	char *text;   /* terminated; may be written to */
	size_t n;     /* bytes */
	size_t width; /* columns of the terminal */
};

/* Add the cell of a value, behind `prefix` where that is not NULL. 0 or -ENOMEM. */
int cells_add(struct cells *cells, const struct style *style, const char *prefix,
	      const struct ml_col *col, const void *row);

/* The next cell; lives until one is added. There has to be one. */
struct cell cells_take(struct cells *cells);

void cells_rewind(struct cells *cells);
void cells_forget(struct cells *cells);
void cells_deinit(struct cells *cells);
