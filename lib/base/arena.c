/* SPDX-License-Identifier: MIT */
/* arena: memory that is freed all at once, with its owner. */
#include "base/arena.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES (16 * 1024)

struct ml_chunk {
	struct ml_chunk *prev;
	size_t used;
	size_t cap;
	_Alignas(max_align_t) char at[];
};

void ml_arena_deinit(struct ml_arena *a)
{
	while (a->last) {
		struct ml_chunk *prev = a->last->prev;

		free(a->last);
		a->last = prev;
	}
}

void ml_arena_adopt(struct ml_arena *a, struct ml_arena *other)
{
	struct ml_chunk *first = other->last;

	if (!first)
		return;
	while (first->prev)
		first = first->prev;
	first->prev = a->last;
	a->last = other->last;
	other->last = NULL;
}

static struct ml_chunk *chunk_new(struct ml_arena *a, size_t bytes)
{
	size_t cap = bytes > CHUNK_BYTES / 4 ? bytes : CHUNK_BYTES;
	struct ml_chunk *c = malloc(sizeof(*c) + cap);

	if (!c)
		return NULL;
	c->used = 0;
	c->cap = cap;
	if (a->last && cap == bytes) { /* a big block: keep filling the chunk before it */
		c->prev = a->last->prev;
		a->last->prev = c;
	} else {
		c->prev = a->last;
		a->last = c;
	}
	return c;
}

void *ml_arena_calloc(struct ml_arena *a, size_t n, size_t size)
{
	struct ml_chunk *c = a->last;
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes) || bytes > PTRDIFF_MAX / 2)
		return NULL;
	bytes = (bytes + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
	if (!c || c->cap - c->used < bytes)
		c = chunk_new(a, bytes);
	if (!c)
		return NULL;
	p = c->at + c->used;
	c->used += bytes;
	return memset(p, 0, bytes);
}

char *ml_arena_strndup(struct ml_arena *a, const char *p, size_t n)
{
	char *s = ml_arena_calloc(a, 1, n + 1);

	return s ? memcpy(s, p, n) : NULL;
}

char *ml_arena_printf(struct ml_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *s;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = n < 0 ? NULL : ml_arena_calloc(a, 1, (size_t)n + 1);
	if (s)
		vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

int ml_rows_reserve(struct ml_rows *rows, struct ml_arena *a, size_t n)
{
	char *at;

	if (n <= rows->cap)
		return 0;
	at = ml_arena_calloc(a, n, rows->size);
	if (!at)
		return -ENOMEM;
	if (rows->n)
		memcpy(at, rows->at, rows->n * rows->size);
	rows->at = at;
	rows->cap = n;
	return 0;
}

void *ml_rows_add(struct ml_rows *rows, struct ml_arena *a)
{
	if (rows->n == rows->cap &&
	    ml_rows_reserve(rows, a, rows->cap ? rows->cap * 2 : 16))
		return NULL;
	return ml_rows_at(rows, rows->n++);
}
