/* SPDX-License-Identifier: MIT */
/* ksm_stat: /proc/PID/ksm_stat - what merging equal pages does for a process. */
#pragma once

#include "parse/parse.h"

/* Pages, but for the profit; ML_NONE and INT64_MIN where the file has no such line. */
struct ml_ksm_stat {
	uint64_t rmap_items;    /* tracked */
	uint64_t zero_pages;    /* merged with the page of zeros */
	uint64_t merging_pages; /* merged with others */
	int64_t profit;         /* bytes; below 0 tracking costs more than it saves */
	uint64_t merge_any;     /* 1: the whole process was opted in by prctl(2) */
	uint64_t mergeable;     /* 1: a mapping may be merged */
};

/* False when not one line was understood. */
bool ml_parse_ksm_stat(struct ml_str text, struct ml_ksm_stat *ret);
