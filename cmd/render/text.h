/* SPDX-License-Identifier: MIT */
/* text: what the layouts of text share - a table being printed, and a line of it. */
#pragma once

#include "render/branches.h"
#include "render/cells.h"
#include "render/fit.h"

/* A line put together before it is written: cells are millions where there are many rows,
 * and a call of stdio for each costs more than the cell. */
struct line {
	char *text;
	size_t n, cap;
};

/* A table being printed. */
struct grid {
	const struct page *page;
	const struct ml_table *table;
	size_t index;     /* of the table in the result */
	struct fit fit;   /* its columns */
	size_t formatted; /* rows */
	size_t last;      /* the last column that is shown */
	size_t bar;     /* width of the bar that follows an ML_COL_BAR column; 0: none */
	bool lasts[TREE_DEPTH_MAX]; /* tree: whether the ancestors were last children */
	struct cells ahead;
	struct line line;
};

const char *bold(const struct page *page);
const char *plain(const struct page *page);

/* Write blanks. */
void pad(FILE *out, size_t n);

/* Columns to lay out for: 80 where there is no terminal. */
size_t line_width(const struct page *page);

/* Format the cells of the next row: 1, 0 after the last, or -ENOMEM. */
int format_next(struct grid *g);

/* Streams have headings with their first sample and every so often. */
bool wants_headings(const struct grid *g);
void print_dropped(const struct grid *g);

/* The layouts. 0 or -ENOMEM. */
int print_grid(struct grid *g);
int print_lines(struct grid *g);
int print_texts(struct grid *g);
