/* SPDX-License-Identifier: MIT */
/* vmallocinfo: /proc/vmallocinfo - one row per area, told by its size and words. */
#include "parse/vmallocinfo.h"

#include <errno.h>

/* "0xSTART-0xEND", where an address may be hashed, zero or "(____ptrval____)". */
static bool is_range(struct ml_str word)
{
	struct ml_str start;

	return ml_str_starts(word, "0x") && ml_split(&word, '-', &start) &&
	       ml_str_starts(word, "0x");
}

/* "func+0x1a/0x40", or an address where the kernel found no symbol. */
static bool is_caller(struct ml_str word)
{
	return ml_str_starts(word, "0x") || memchr(word.p, '+', word.n);
}

static void read_caller(struct ml_str *line, struct ml_vmallocinfo_row *row)
{
	struct ml_str rest = *line, word, name;

	if (!ml_next_word(&rest, &word) || !is_caller(word))
		return;
	row->caller = ml_split(&word, '+', &name) ? name : word;
	*line = rest;
	if (!ml_next_word(&rest, &word) || word.p[0] != '[' || word.p[word.n - 1] != ']')
		return;
	row->module = (struct ml_str){ word.p + 1, word.n - 2 };
	*line = rest;
}

/* "pages=", "phys=", and "N0=": pages by node, which the sum already has. */
static bool read_pair(struct ml_str key, struct ml_str value,
		      struct ml_vmallocinfo_row *row)
{
	uint64_t number;

	if (ml_str_is(key, "pages"))
		return ml_num_u64(value, &row->pages);
	if (ml_str_is(key, "phys"))
		return ml_num_hex(value, &row->phys);
	if (ml_str_starts(key, "N"))
		return ml_num_u64(value, &number);
	return true;
}

/* Only the first of several words is the kind: "vmalloc user", "unpurged vm_area". */
static bool read_word(struct ml_str word, struct ml_vmallocinfo_row *row)
{
	struct ml_str key;

	if (ml_split(&word, '=', &key))
		return read_pair(key, word, row);
	if (ml_str_is(word, "vpages"))
		row->vpages = true;
	else if (!row->kind.p)
		row->kind = word;
	return true;
}

static bool read_row(struct ml_str line, struct ml_vmallocinfo_row *ret)
{
	struct ml_str word;

	*ret = (struct ml_vmallocinfo_row){ .pages = ML_NONE, .phys = ML_NONE };
	if (!ml_next_word(&line, &word) || !is_range(word))
		return false;
	if (!ml_next_word(&line, &word) || !ml_num_u64(word, &ret->bytes))
		return false;
	read_caller(&line, ret);
	while (ml_next_word(&line, &word)) {
		if (!read_word(word, ret))
			return false;
	}
	return true;
}

int ml_parse_vmallocinfo(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_vmallocinfo_row row, *at;
	struct ml_str line;

	ret->rows = ML_ROWS(struct ml_vmallocinfo_row);
	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n)
			continue;
		if (!read_row(line, &row)) {
			ml_parse_bad(ret);
			continue;
		}
		at = ml_rows_add(&ret->rows, a);
		if (!at)
			return -ENOMEM;
		*at = row;
	}
	return 0;
}
