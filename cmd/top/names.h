/* SPDX-License-Identifier: MIT */
/* names: a number for each row of a table that is the same in all samples. */
#pragma once

#include "memlens.h"

#define NAMER_COLS 8

/* The columns that tell the rows of a table apart. */
struct namer {
	const struct ml_table *table;
	const struct ml_col *cols[NAMER_COLS];
	size_t ncols;
	uint64_t seed;
};

/* By the columns of `ident` ("pid,start") when the table has all of them; NULL or else by
 * its labels. */
void namer_init(struct namer *namer, const char *ident, const struct ml_table *table);

/* Never 0. */
uint64_t namer_name(const struct namer *namer, const void *row);
