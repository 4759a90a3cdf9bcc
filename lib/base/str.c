/* SPDX-License-Identifier: MIT */
/* str: slices of bytes - lines, words, comparison. Nothing here copies. */
#include "base/str.h"

int ml_str_cmp(struct ml_str a, struct ml_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool ml_next_line(struct ml_str *text, struct ml_str *ret)
{
	const char *end;
	size_t n;

	while (text->n && *text->p == '\0')
		*text = ml_str_skip(*text, 1);
	if (!text->n)
		return false;
	end = memchr(text->p, '\n', text->n);
	n = end ? (size_t)(end - text->p) : text->n;
	*ret = (struct ml_str){ text->p, n };
	*text = ml_str_skip(*text, end ? n + 1 : n);
	while (ret->n &&
	       (ret->p[ret->n - 1] == '\r' || (!end && ret->p[ret->n - 1] == '\0')))
		ret->n--;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool ml_next_word(struct ml_str *line, struct ml_str *ret)
{
	const char *p = line->p, *end, *start;

	if (!line->n) /* p may be NULL, to which nothing may be added */
		return false;
	end = p + line->n;
	while (p < end && is_blank(*p))
		p++;
	start = p;
	while (p < end && !is_blank(*p))
		p++;
	*line = (struct ml_str){ p, (size_t)(end - p) };
	if (p == start)
		return false;
	*ret = (struct ml_str){ start, (size_t)(p - start) };
	return true;
}

bool ml_last_word(struct ml_str *line, struct ml_str *ret)
{
	size_t end, start;

	*line = ml_str_trim(*line);
	end = start = line->n;
	while (start && !is_blank(line->p[start - 1]))
		start--;
	if (start == end)
		return false;
	*ret = (struct ml_str){ line->p + start, end - start };
	line->n = start;
	return true;
}

bool ml_split(struct ml_str *s, char sep, struct ml_str *ret)
{
	const char *at = s->n ? memchr(s->p, sep, s->n) : NULL;

	if (!at)
		return false;
	*ret = (struct ml_str){ s->p, (size_t)(at - s->p) };
	*s = ml_str_skip(*s, ret->n + 1);
	return true;
}

struct ml_str ml_str_trim(struct ml_str s)
{
	while (s.n && is_blank(s.p[0]))
		s = ml_str_skip(s, 1);
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

size_t ml_distance(const char *a, const char *b)
{
	size_t row[32], n = strlen(b);

	if (n >= 32 || strlen(a) >= 32)
		return 32;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < n; j++) {
			size_t best = corner + (a[i] != b[j]);

			corner = row[j + 1];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j + 1] + 1 < best)
				best = row[j + 1] + 1;
			row[j + 1] = best;
		}
	}
	return row[n];
}
