/* SPDX-License-Identifier: MIT */
/* swaps: /proc/swaps - one row per swap device or file. */
#pragma once

#include "base/table.h"
#include "parse/parse.h"

struct ml_swaps_row {
	struct ml_str path; /* octal escapes (\040 ...) resolved, then in the arena */
	struct ml_str type; /* "partition" or "file" */
	uint64_t bytes;
	uint64_t used;
	int64_t priority; /* -1 and -2 are ordinary */
};

extern const struct ml_table ml_swaps_table;

ml_parse_fn ml_parse_swaps;
