/* SPDX-License-Identifier: MIT */
/* uptime: /proc/uptime. */
#include "parse/uptime.h"

#include <errno.h>

int ml_parse_uptime(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_str line, word;
	double seconds, *row;

	ret->rows = ML_ROWS(double);
	if (!ml_parse_line(&text, ret, &line))
		return 0;
	if (!ml_next_word(&line, &word) || !ml_num_f64(word, &seconds)) {
		ml_parse_bad(ret);
		return 0;
	}
	row = ml_rows_add(&ret->rows, a);
	if (!row)
		return -ENOMEM;
	*row = seconds;
	return 0;
}
