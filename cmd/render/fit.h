/* SPDX-License-Identifier: MIT */
/* fit: which columns of a table a line has room for. */
#pragma once

#include "render/render.h"

struct fit {
	const struct ml_col **cols;
	size_t ncols;
	size_t *widths;
	bool *drops;      /* columns that are empty, or that there is no room for */
	size_t dropped;   /* how many there is no room for */
};

/* Columns of the line that those on show take, with a blank behind each and the free text
 * at the end as short as it may be cut. */
size_t fit_width(const struct fit *fit);

/* Drop columns marked sparse in which no row of the table has anything. */
void fit_drop_empty(struct fit *fit, struct ml_result *result, size_t table);

/* Drop columns until the rest fits into `line`: minor ones first, then from the end, but
 * for the free text, the first two and column `keep` (SIZE_MAX: none). */
void fit_drop(struct fit *fit, size_t line, size_t keep);
