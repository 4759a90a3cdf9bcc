/* SPDX-License-Identifier: MIT */
/* trace_format: the format of a trace event - where its fields lie. */
#include "parse/trace_format.h"

#include <errno.h>

/* "offset:16;" */
static bool take_number(struct ml_str part, const char *key, uint64_t *ret)
{
	struct ml_str word;

	part = ml_str_trim(part);
	return ml_split(&part, ':', &word) && ml_str_is(word, key) &&
	       ml_num_u64(part, ret);
}

/* "field:unsigned char name[32]" has the name last, behind stars and before brackets. */
static bool take_name(struct ml_str part, struct ml_str *ret)
{
	struct ml_str word, name, before;

	part = ml_str_trim(part);
	if (!ml_split(&part, ':', &word) || !ml_str_is(word, "field") ||
	    !ml_last_word(&part, &name))
		return false;
	if (ml_split(&name, '[', &before))
		name = before;
	while (name.n && *name.p == '*')
		name = ml_str_skip(name, 1);
	*ret = name;
	return name.n > 0;
}

static bool read_field(struct ml_str line, struct ml_trace_field *ret)
{
	struct ml_str name, offset, size;

	return ml_split(&line, ';', &name) && ml_split(&line, ';', &offset) &&
	       ml_split(&line, ';', &size) && take_name(name, &ret->name) &&
	       take_number(offset, "offset", &ret->offset) &&
	       take_number(size, "size", &ret->size);
}

/* The lines before the fields; what else stands there is of no use to us. */
static void read_head(struct ml_str line, struct ml_trace_format *head,
		      struct ml_parsed *ret)
{
	struct ml_str key;

	if (!ml_split(&line, ':', &key))
		return;
	line = ml_str_trim(line);
	if (ml_str_is(key, "name"))
		head->name = line;
	if (ml_str_is(key, "ID") && !ml_num_u64(line, &head->id))
		ml_parse_bad(ret);
}

int ml_parse_trace_format(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_trace_format *head = ml_arena_calloc(a, 1, sizeof(*head));
	struct ml_str line;

	if (!head)
		return -ENOMEM;
	head->id = ML_NONE;
	ret->head = head;
	ret->rows = ML_ROWS(struct ml_trace_field);
	while (ml_parse_line(&text, ret, &line)) {
		struct ml_trace_field field, *row;

		line = ml_str_trim(line);
		if (ml_str_starts(line, "print fmt:")) /* the last, as long as it likes */
			break;
		if (!ml_str_starts(line, "field:")) {
			read_head(line, head, ret);
			continue;
		}
		if (!read_field(line, &field)) {
			ml_parse_bad(ret);
			continue;
		}
		row = ml_rows_add(&ret->rows, a);
		if (!row)
			return -ENOMEM;
		*row = field;
	}
	return 0;
}

const struct ml_trace_field *ml_trace_field_find(const struct ml_parsed *format,
						 const char *name)
{
	const struct ml_trace_field *field;

	ml_for_each_row(field, &format->rows)
		if (ml_str_is(field->name, name))
			return field;
	return NULL;
}

uint64_t ml_trace_number(const struct ml_trace_field *field, struct ml_str raw)
{
	uint16_t v16;
	uint32_t v32;
	uint64_t v64;

	if (!field || field->offset > raw.n || field->size > raw.n - field->offset)
		return ML_NONE;
	switch (field->size) {
	case 1:
		return *(const uint8_t *)(raw.p + field->offset);
	case 2:
		memcpy(&v16, raw.p + field->offset, sizeof(v16));
		return v16;
	case 4:
		memcpy(&v32, raw.p + field->offset, sizeof(v32));
		return v32;
	case 8:
		memcpy(&v64, raw.p + field->offset, sizeof(v64));
		return v64 == ML_NONE ? ML_U64_MAX : v64;
	default:
		return ML_NONE;
	}
}
