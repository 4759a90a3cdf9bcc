/* SPDX-License-Identifier: MIT */
/* largest: of many sizes the largest, in one pass. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct ml_sized {
	uint64_t size;
	uint64_t id;      /* the caller's */
	const void *what; /* the caller's */
};

struct ml_largest {
	struct ml_sized *at; /* the largest first */
	size_t n, most;
};

/* Those of size 0 are none. */
static inline void ml_largest_add(struct ml_largest *l, struct ml_sized s)
{
	size_t i = l->n;

	if (!s.size || (l->n == l->most && l->at[l->n - 1].size >= s.size))
		return;
	if (l->n < l->most)
		l->n++;
	else
		i--;
	for (; i && l->at[i - 1].size < s.size; i--)
		l->at[i] = l->at[i - 1];
	l->at[i] = s;
}
