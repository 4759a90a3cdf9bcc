/* SPDX-License-Identifier: MIT */
/* buf: text that grows at its end and is used again. */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

#include "memlens.h"

/* Zero-initialise to start empty. Once memory was short `failed` stays set, so that a
 * row of additions is checked once, at its end. */
struct ml_buf {
	char *p;
	size_t n;
	size_t cap;
	bool failed;
};

/* Room for `n` more bytes at p + n, or NULL. */
char *ml_buf_room(struct ml_buf *b, size_t n);

void ml_buf_add(struct ml_buf *b, const char *p, size_t n);
void ml_buf_printf(struct ml_buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static inline void ml_buf_str(struct ml_buf *b, struct ml_str s)
{
	ml_buf_add(b, s.p, s.n);
}

static inline struct ml_str ml_buf_text(const struct ml_buf *b)
{
	return (struct ml_str){ b->p ? b->p : "", b->n };
}

static inline void ml_buf_clear(struct ml_buf *b)
{
	b->n = 0;
}

static inline void ml_buf_deinit(struct ml_buf *b)
{
	free(b->p);
}
