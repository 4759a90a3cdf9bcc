/* SPDX-License-Identifier: MIT */
/* csv_series: a series as a table of text, as other tools export it, line by line. */
#pragma once

#include "base/sample.h"
#include "base/str.h"

/* Zero-initialise before the first line. */
struct ml_csv_series {
	bool begun;       /* the first line that is no comment has told the columns */
	char separator;
	size_t time, value; /* columns, from 0 */
	bool bytes;       /* the heading says so */
};

enum ml_csv_line {
	ML_CSV_SAMPLE,
	ML_CSV_NOTHING, /* a heading, a comment, an empty line, an unknown value */
	ML_CSV_BAD,
};

/*
 * Columns are told by a heading: time is "t_seconds", "t", "time", "timestamp" or
 * "seconds", the value "value" or what has "bytes" in its name; else, and without a
 * heading, time is the first and the value the next. Separators are comma, semicolon and
 * tab; other columns are passed over. Numbers may be quoted and have an exponent.
 */
enum ml_csv_line ml_csv_series_line(struct ml_csv_series *csv, struct ml_str line,
				    struct ml_sample *ret);
