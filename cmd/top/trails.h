/* SPDX-License-Identifier: MIT */
/*
 * trails: what one column of a table was in the last minutes, for each of its rows.
 * Memory is bounded: rows beyond the bound have no past.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trails;

/* NULL without memory. */
struct trails *trails_new(void);
void trails_free(struct trails *trails); /* NULL is fine */

/* The value of the row `name` (not 0) at `at` seconds; NaN when unknown. Times may go
 * back; what is later is kept for an hour. */
void trails_put(struct trails *trails, uint64_t name, double at, double value);

/* When the first value was put; 0: none was. */
double trails_since(const struct trails *trails);

/* Forget rows that were not put for as long as anything is remembered. */
void trails_sweep(struct trails *trails, double at);

/* The last `seconds` until `at` as n values, oldest first: each the last one known until
 * the end of its part; NaN where there was none in the whole time before. False when
 * nothing is known of the row. */
bool trails_get(const struct trails *trails, uint64_t name, double at, double seconds,
		size_t n, double *ret);
