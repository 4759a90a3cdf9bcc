/* SPDX-License-Identifier: MIT */
/* trace_format: the format of a trace event - where its fields lie. */
#pragma once

#include "parse/parse.h"

struct ml_trace_field {
	struct ml_str name; /* "i_ino"; of an array without its brackets */
	uint64_t offset;    /* bytes, in the raw event */
	uint64_t size;
};

/* The head. */
struct ml_trace_format {
	struct ml_str name;
	uint64_t id; /* ML_NONE when the text does not tell */
};

/* Rows of struct ml_trace_field, head struct ml_trace_format. */
ml_parse_fn ml_parse_trace_format;

/* The field of this name, or NULL. */
const struct ml_trace_field *ml_trace_field_find(const struct ml_parsed *format,
						 const char *name);

/* An unsigned number of 1, 2, 4 or 8 bytes in a raw event of this machine; ML_NONE when
 * `field` is NULL, of another size, or not within the event. */
uint64_t ml_trace_number(const struct ml_trace_field *field, struct ml_str raw);
