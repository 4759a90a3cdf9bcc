/* SPDX-License-Identifier: MIT */
/* numa_maps: /proc/PID/numa_maps - a line per mapping with its policy and its nodes. */
#pragma once

#include "parse/parse.h"

/* Pages of one mapping on one node, in the mapping's own page size. */
struct ml_numa_pages {
	uint64_t node, pages;
};

/* Counts are of pages of `page_size`, ML_NONE where the line has no such key. */
struct ml_numa_maps_row {
	uint64_t start;
	struct ml_str policy;       /* "default", "bind:0-1", "prefer (many):1" */
	struct ml_str file;   /* the escapes are resolved; p NULL: none */
	uint64_t heap, stack, huge; /* 1 where the line says so */
	uint64_t page_size;         /* bytes; ML_NONE before Linux 3.12 */
	uint64_t anon, dirty, mapped, mapmax, swapcache, active, writeback;
	uint64_t first, n;          /* of the head's nodes */
};

/* parsed.head of the parser. */
struct ml_numa_maps_head {
	struct ml_rows nodes; /* of struct ml_numa_pages, row after row */
};

ml_parse_fn ml_parse_numa_maps;

/* The policy without its nodes and flags: "bind" of "bind=static:0-1". */
struct ml_str ml_numa_mode(struct ml_str policy);
