/* SPDX-License-Identifier: MIT */
/* parse: what every parser of a kernel file has in common. */
#include "parse/parse.h"

#include <errno.h>

int ml_parse_pair(struct ml_parsed *ret, struct ml_arena *a, struct ml_str key,
		  uint64_t value, enum ml_unit unit)
{
	int rc = ml_kv_set(&ret->kv, a, key, value, unit);

	if (rc != -E2BIG)
		return rc;
	ml_parse_bad(ret);
	return 0;
}

int ml_parse_rows(struct ml_str text, struct ml_arena *a, ml_parse_row_fn *read,
		  struct ml_parsed *ret)
{
	struct ml_str line;
	void *row;

	while (ml_parse_line(&text, ret, &line)) {
		if (!ml_str_trim(line).n)
			continue;
		row = ml_rows_add(&ret->rows, a);
		if (!row)
			return -ENOMEM;
		if (!read(line, row)) {
			ret->rows.n--;
			ml_parse_bad(ret);
		}
	}
	return 0;
}

bool ml_parse_node_zone(struct ml_str *line, uint64_t *ret_node, struct ml_str *ret_zone)
{
	struct ml_str rest = *line, word, node, zone;

	if (!ml_next_word(&rest, &word) || !ml_str_is(word, "Node"))
		return false;
	rest = ml_str_trim(rest);
	if (!ml_split(&rest, ',', &node) || !ml_num_u64(node, ret_node))
		return false;
	if (!ml_next_word(&rest, &word) || !ml_str_is(word, "zone"))
		return false;
	if (!ml_next_word(&rest, &zone))
		return false;
	if (zone.p[zone.n - 1] == ',') /* pagetypeinfo goes on with ", type" */
		zone.n--;
	if (!zone.n)
		return false;
	*ret_zone = zone;
	*line = rest;
	return true;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

static bool is_escape(struct ml_str s)
{
	return s.n >= 4 && s.p[0] == '\\' && is_octal(s.p[1]) && s.p[1] < '4' &&
	       is_octal(s.p[2]) && is_octal(s.p[3]);
}

static char escaped_byte(const char *p)
{
	return (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0'));
}

int ml_parse_unescape(struct ml_str s, struct ml_arena *a, struct ml_str *ret)
{
	char *at, *start;

	if (!s.n || !memchr(s.p, '\\', s.n)) {
		*ret = s;
		return 0;
	}
	at = start = ml_arena_calloc(a, s.n, 1);
	if (!at)
		return -ENOMEM;
	while (s.n) {
		bool escape = is_escape(s);

		*at++ = escape ? escaped_byte(s.p) : *s.p;
		s = ml_str_skip(s, escape ? 4 : 1);
	}
	*ret = (struct ml_str){ start, (size_t)(at - start) };
	return 0;
}
