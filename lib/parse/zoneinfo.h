/* SPDX-License-Identifier: MIT */
/* zoneinfo: /proc/zoneinfo - one row per zone of a node, sizes in pages. */
#pragma once

#include "parse/parse.h"

/* As many protection[] entries as any kernel has zones, with room. */
#define ML_ZONES_MAX 16

struct ml_zoneinfo_row {
	uint64_t node;
	struct ml_str zone;
	/* Pages; ML_NONE where the kernel prints no such line. The marks include
	 * `boost`. */
	uint64_t free;
	uint64_t boost;
	uint64_t min;
	uint64_t low;
	uint64_t high;
	uint64_t promo;
	uint64_t spanned;
	uint64_t present;
	uint64_t managed;
	uint64_t cma;
	uint64_t start_pfn;
	uint64_t nr_protection; /* entries; 0 when not printed */
	uint64_t protection[ML_ZONES_MAX];
	/* Sums over the "cpu:" entries under "pagesets"; ML_NONE when there is no
	 * pageset. */
	uint64_t nr_pagesets;
	uint64_t pcp_count; /* pages parked on per-CPU lists: free, in no meminfo field */
	uint64_t pcp_high;
	uint64_t pcp_batch;
	struct ml_kv stats;      /* nr_* and numa_* of the zone (4.8+), by name */
	struct ml_kv
		node_stats; /* "per-node stats": in the first populated zone of a node */
};

ml_parse_fn ml_parse_zoneinfo;
