/* SPDX-License-Identifier: MIT */
/* wrap: text in lines that fit. */
#include "top/wrap.h"

#include <stdlib.h>
#include <string.h>

#include "render/render.h"

/* The bytes of `text` that make a line of at most `w` columns, and the blank behind. */
static size_t take_line(const char *text, size_t w, size_t *ret_blank)
{
	size_t end = strcspn(text, "\n"), fit = 0, whole = 0;
	char *copy = strndup(text, end);

	*ret_blank = text[end] == '\n';
	if (!copy || display_width(copy) <= w) {
		free(copy);
		return end;
	}
	for (size_t n = 1; n <= end; n++) {
		char kept = copy[n];

		if (((unsigned char)kept & 0xc0) == 0x80)
			continue;
		copy[n] = '\0';
		if (display_width(copy) > w && whole)
			break;
		copy[n] = kept;
		whole = n;
		if (kept == ' ')
			fit = n;
	}
	free(copy);
	*ret_blank = fit > 0;
	return fit ? fit : whole;
}

/* Where the further parts of a line begin: below its text, or behind its tab. */
static size_t hang(const char *text, size_t indent)
{
	size_t end = strcspn(text, "\n"), tab = strcspn(text, "\t");

	return tab < end ? indent + WRAP_TAB : indent;
}

size_t wrap_lines(const char *text, size_t w, line_fn *fn, void *data)
{
	size_t i = 0;

	while (*text) {
		size_t indent = strspn(text, " "), blank, n, more = 0, rest;

		text += indent;
		rest = hang(text, indent);
		if (rest + 8 > w)
			indent = rest = 0;
		n = take_line(text,
			      rest > indent ? w - WRAP_TAB + strcspn(text, "\t")
					    : w - indent,
			      &blank);
		for (;;) {
			if (fn)
				fn(text, n, more ? rest : indent, i, data);
			i++;
			more = n + blank;
			if (!text[n] || text[n] == '\n')
				break;
			text += more;
			n = take_line(text, w - rest, &blank);
		}
		text += more;
	}
	return i;
}
