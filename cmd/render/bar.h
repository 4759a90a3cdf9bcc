/* SPDX-License-Identifier: MIT */
/* bar: how much of a line a share fills. */
#pragma once

#include <stddef.h>

struct bar {
	size_t whole;  /* columns that are full */
	size_t eighth; /* eighths of the column after them, 0 to 7 */
};

/* A share of n columns; below 0 is 0, above 1 is 1, and not a number is 0. */
struct bar bar_of(double share, size_t n);

/* Where in n columns a sum of shares ends, to the nearest column. */
size_t bar_end(double sum, size_t n);

/* The block of so many eighths, as UTF-8; "" for 0. */
const char *bar_block(size_t eighth);
