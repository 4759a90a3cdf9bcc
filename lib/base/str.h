/* SPDX-License-Identifier: MIT */
/* str: slices of bytes - lines, words, comparison. Nothing here copies. */
#pragma once

#include <stdbool.h>
#include <string.h>

#include "memlens.h"

#define ML_STR(literal) ((struct ml_str){ (literal), sizeof(literal) - 1 })

static inline struct ml_str ml_str_of(const char *s)
{
	return (struct ml_str){ s, s ? strlen(s) : 0 };
}

static inline bool ml_str_eq(struct ml_str a, struct ml_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool ml_str_is(struct ml_str s, const char *literal)
{
	size_t n = strlen(literal);

	return s.n == n && memcmp(s.p, literal, n) == 0;
}

static inline bool ml_str_starts(struct ml_str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

static inline bool ml_str_ends(struct ml_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && memcmp(s.p + s.n - n, suffix, n) == 0;
}

static inline struct ml_str ml_str_skip(struct ml_str s, size_t n)
{
	if (!s.n)
		return s; /* p may be NULL, to which nothing may be added */
	return n < s.n ? (struct ml_str){ s.p + n, s.n - n }
		       : (struct ml_str){ s.p + s.n, 0 };
}

/* Byte order, shorter first when one begins the other. */
int ml_str_cmp(struct ml_str a, struct ml_str b);

/* Take the next line off `text`, without its end (LF or CR LF) and without the NUL
 * padding that some copying tools leave. False when the text is used up. */
bool ml_next_line(struct ml_str *text, struct ml_str *ret);

/* Take the next word off `line`, past leading blanks (space, tab). False when none is
 * left. */
bool ml_next_word(struct ml_str *line, struct ml_str *ret);

/* Take the last word off `line`, before trailing blanks. False when none is left. */
bool ml_last_word(struct ml_str *line, struct ml_str *ret);

/* Take what stands before the first `sep` and the separator itself. False, with nothing
 * taken, when there is no `sep`. */
bool ml_split(struct ml_str *s, char sep, struct ml_str *ret);

/* Without blanks at either end. */
struct ml_str ml_str_trim(struct ml_str s);
