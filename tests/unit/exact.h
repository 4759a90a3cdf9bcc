/* SPDX-License-Identifier: MIT */
/* exact: texts in blocks of their exact size, so that a sanitizer sees a read behind the
 * end. */
#pragma once

#include "unit.h"

static inline struct ml_str exact(const char *p, size_t n)
{
	char *copy = malloc(n ? n : 1);

	assert_non_null(copy);
	if (n)
		memcpy(copy, p, n);
	return (struct ml_str){ copy, n };
}

static inline void exact_deinit(struct ml_str *s)
{
	free((void *)(uintptr_t)s->p);
}

#define _exact_ _cleanup_(exact_deinit)

/* The next longer piece of a text, from nothing to all of it. */
static inline bool next_cut(struct ml_str *text, const char *of, size_t size)
{
	size_t n = text->p ? text->n + 1 : 0;

	exact_deinit(text);
	*text = n <= size ? exact(of, n) : (struct ml_str){ 0 };
	return text->p;
}

#define for_each_cut(text, literal) \
	for (struct ml_str text = { 0 }; next_cut(&text, (literal), sizeof(literal) - 1);)

#define assert_absent(str) assert_null((str).p)
