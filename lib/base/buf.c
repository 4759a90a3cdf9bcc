/* SPDX-License-Identifier: MIT */
/* buf: text that grows at its end and is used again. */
#include "base/buf.h"

#include <stdio.h>
#include <string.h>

#define FIRST_BYTES (16 * 1024)

char *ml_buf_room(struct ml_buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : FIRST_BYTES;
	char *p;

	if (b->failed)
		return NULL;
	while (cap - b->n < n && cap <= SIZE_MAX / 4)
		cap *= 2;
	if (cap == b->cap)
		return b->p + b->n;
	p = cap - b->n < n ? NULL : realloc(b->p, cap);
	if (!p) {
		b->failed = true;
		return NULL;
	}
	b->p = p;
	b->cap = cap;
	return p + b->n;
}

void ml_buf_add(struct ml_buf *b, const char *p, size_t n)
{
	char *room = n ? ml_buf_room(b, n) : NULL;

	if (!room)
		return;
	memcpy(room, p, n);
	b->n += n;
}

void ml_buf_printf(struct ml_buf *b, const char *fmt, ...)
{
	va_list ap, again;
	char *room;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	room = n < 0 ? NULL : ml_buf_room(b, (size_t)n + 1);
	if (room) {
		vsnprintf(room, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}
