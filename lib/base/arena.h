/* SPDX-License-Identifier: MIT */
/* arena: memory that is freed all at once, with its owner. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "memlens.h"

struct ml_chunk;

/* Zero-initialise to start empty. */
struct ml_arena {
	struct ml_chunk *last;
};

void ml_arena_deinit(struct ml_arena *a);

/* Let `a` own what `other` does, which is left empty. */
void ml_arena_adopt(struct ml_arena *a, struct ml_arena *other);

/* Zeroed memory aligned for any type; NULL when there is none (also for n * size >
 * PTRDIFF_MAX). */
void *ml_arena_calloc(struct ml_arena *a, size_t n, size_t size);

/* A terminated copy; NULL when there is no memory. */
char *ml_arena_strndup(struct ml_arena *a, const char *p, size_t n);

/* A formatted, terminated string; NULL when there is no memory. */
char *ml_arena_printf(struct ml_arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Rows of one size that grow in an arena; outgrown copies stay there until its end. */
struct ml_rows {
	char *at;
	size_t n;
	size_t cap;
	size_t size;
};

#define ML_ROWS(type) ((struct ml_rows){ .size = sizeof(type) })

/* Room for `n` rows in all, so that nothing is outgrown. 0 or -ENOMEM. */
int ml_rows_reserve(struct ml_rows *rows, struct ml_arena *a, size_t n);

/* A new zeroed row at the end, or NULL when there is no memory. */
void *ml_rows_add(struct ml_rows *rows, struct ml_arena *a);

static inline void *ml_rows_at(const struct ml_rows *rows, size_t i)
{
	return rows->at + i * rows->size;
}

#define ml_for_each_row(row, rows) \
	for (size_t row##_i = 0; \
	     row##_i < (rows)->n && ((row) = ml_rows_at((rows), row##_i), 1); row##_i++)
