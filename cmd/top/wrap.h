/* SPDX-License-Identifier: MIT */
/* wrap: text in lines that fit. */
#pragma once

#include <stddef.h>

/* The text behind a tab stands so many columns behind what is before it. */
#define WRAP_TAB 14

/* n bytes of the text, which stand in line i behind `indent` blanks. */
typedef void line_fn(const char *line, size_t n, size_t indent, size_t i, void *data);

/* Safe text as lines of at most `w` columns, broken at words; the blanks that a line of
 * the text begins with stand before each of its parts, which stand below the text behind
 * a tab where there is one. Returns how many; `fn` may be NULL. */
size_t wrap_lines(const char *text, size_t w, line_fn *fn, void *data);
