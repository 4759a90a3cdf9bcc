/* SPDX-License-Identifier: MIT */
/* table: the declaration of a set of rows - its columns, and how text lays it out. */
#pragma once

#include "base/cleanup.h"
#include "base/col.h"

struct ml_table {
	const char *id;     /* JSON key, option word */
	const char *title;  /* heading above the rows in text; NULL: none */
	const char *help;   /* one line for the manual */
	const char *source; /* of every column that names none */
	const struct ml_col *cols;
	size_t ncols;
	size_t row_size;
	enum ml_layout layout;
	unsigned flags;     /* ML_TABLE_* */
	const char *always; /* trees: key of a row that no shortening leaves out */
	/* Trees: columns 0 and 1 are the row's key and its parent's key (strings); a
	 * parent stands before its children. */
};

#define ML_TABLE_COLS(array) .cols = (array), .ncols = ML_ARRAY_SIZE(array)
