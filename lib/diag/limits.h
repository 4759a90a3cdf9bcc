/* SPDX-License-Identifier: MIT */
/* limits: the thresholds of all rules, each with its reason. */
#pragma once

#include "memlens.h"

struct ml_limit {
	const char *key;    /* RULE.NAME: severities begin at info, warn and crit */
	double value;       /* in base units: bytes, seconds, ratios */
	enum ml_unit unit;
	const char *why;    /* why so much: one sentence without full stop */
	const char
		*source; /* who says so: the kernel, a standard, measured, or a choice */
};

extern const struct ml_limit ml_limits[];
extern const size_t ml_limits_count;

/* RULE.NAME, or NULL. */
const struct ml_limit *ml_limit_find(const char *rule, const char *name);
