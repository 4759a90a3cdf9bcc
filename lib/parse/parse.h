/* SPDX-License-Identifier: MIT */
/*
 * parse: what every parser of a kernel file has in common.
 *
 * A parser turns bytes into rows. It opens nothing, prints nothing and knows no policy;
 * it takes any input in linear time. Names it returns are slices of the text, which
 * therefore lives as long as the rows. Keys are found by name, never by position; a line
 * it does not understand is counted and skipped, a key it does not know is kept.
 */
#pragma once

#include "base/arena.h"
#include "base/kv.h"
#include "base/num.h"
#include "base/str.h"

struct ml_parsed {
	struct ml_rows rows;     /* of the parser's row type */
	struct ml_kv kv;         /* the name-value pairs of files that are such */
	void *head;              /* the parser's own header struct, or NULL */
	uint64_t lines;          /* lines seen, for messages */
	uint64_t bad_lines;      /* lines not understood */
	uint64_t first_bad_line; /* number of the first of them, or 0 */
};

/* `ret` is zeroed by the caller. 0 or -ENOMEM: bad input is counted, not an error. */
typedef int ml_parse_fn(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret);

/* ml_next_line() that counts. */
static inline bool ml_parse_line(struct ml_str *text, struct ml_parsed *ret,
				 struct ml_str *line)
{
	if (!ml_next_line(text, line))
		return false;
	ret->lines++;
	return true;
}

/* Count the current line as not understood. */
static inline void ml_parse_bad(struct ml_parsed *ret)
{
	if (!ret->bad_lines++)
		ret->first_bad_line = ret->lines;
}

/* Keep a pair, counting the line as bad when the table is full. 0 or -ENOMEM. */
int ml_parse_pair(struct ml_parsed *ret, struct ml_arena *a, struct ml_str key,
		  uint64_t value, enum ml_unit unit);

/* Sets all of the row `data` that a line is; false: not understood. */
typedef bool ml_parse_row_fn(struct ml_str line, void *data);

/* A file of one row a line; empty lines are passed over. ret->rows is of their type. 0 or
 * -ENOMEM. */
int ml_parse_rows(struct ml_str text, struct ml_arena *a, ml_parse_row_fn *read,
		  struct ml_parsed *ret);

/* "Node N, zone NAME" as zoneinfo, buddyinfo and pagetypeinfo begin their lines; what
 * follows the name stays in `line`. */
bool ml_parse_node_zone(struct ml_str *line, uint64_t *ret_node, struct ml_str *ret_zone);

/* Resolve a backslash and three octal digits, as seq_path() writes blank, tab, newline
 * and backslash. A slice without any stays one of the text, others are copied into the
 * arena. 0 or -ENOMEM. */
int ml_parse_unescape(struct ml_str s, struct ml_arena *a, struct ml_str *ret);

#define ML_KIB 1024u
