/* SPDX-License-Identifier: MIT */
/*
 * spread: a table as it stands on the screen - which of its columns, how wide, and what
 * is left for the past of its rows and for bars.
 */
#pragma once

#include "render/cells.h"
#include "render/fit.h"
#include "top/paint.h"

/* One table as it stands on the screen. */
struct spread {
	const struct painting *p;
	const struct pane *pane;
	struct place place; /* of the table */
	const struct ml_table *table;
	struct fit fit;
	size_t spark, spark_x; /* its width and place; 0: none */
	double window;         /* the seconds that it shows */
	size_t bar, bar_x;
	struct cells cells;
};

/* 0 or -ENOMEM; also on failure it is to be given back. */
int spread_init(struct spread *s, const struct painting *p, const struct pane *pane,
		const struct line *line);
void spread_deinit(struct spread *s);

const struct shot *spread_shot(const struct spread *s);

/* Whether the line is one of its table. */
bool spread_has(const struct spread *s, const struct line *line);

/* The text of a cell; lives until the next one is asked for. */
bool spread_cell(struct spread *s, size_t c, size_t row, struct cell *ret);

/* The share that is drawn as a bar; NULL: none. */
const struct ml_col *spread_bar(const struct spread *s);

typedef void column_fn(struct spread *s, size_t c, size_t x, size_t room, void *data);

/* Every column on show, with its place. */
void spread_columns(struct spread *s, column_fn *fn, void *data);
