/* SPDX-License-Identifier: MIT */
/* range: the ranges of the monitoring plugins, "[@]start:end". */
#pragma once

#include "base/str.h"

struct ml_range {
	double start, end; /* -INFINITY, INFINITY where it is open */
	bool inside;       /* "@": trouble lies inside */
};

/* "10" is 0 to 10, "10:" 10 and more, "~:10" 10 and less. Numbers take K M G T (1024) and
 * %, which makes a ratio of them; others are multiplied by `plain`. False for anything
 * else, and where start is above end. */
bool ml_range_parse(const char *text, double plain, struct ml_range *ret);

/* Whether a value means trouble. */
bool ml_range_alerts(const struct ml_range *range, double value);

/* The same as text, every number divided by `plain`: "10:", "~:5", "@1:2". In `ret`. */
#define ML_RANGE_TEXT 64
const char *ml_range_text(const struct ml_range *range, double plain,
			  char ret[static ML_RANGE_TEXT]);

/* A number, likewise. */
bool ml_range_number(struct ml_str text, double plain, double *ret);
