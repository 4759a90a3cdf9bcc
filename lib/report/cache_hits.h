/* SPDX-License-Identifier: MIT */
/* cache_hits: the tables of cache that tell how much of what was looked up was there. */
#pragma once

#include "report/report.h"

/* All three of what one observation gave: they need the feed HITS. */
extern const struct ml_table ml_hits_table_host, ml_hits_table_processes,
	ml_hits_table_files;

ml_build_fn ml_build_hits, ml_build_hits_processes, ml_build_hits_files;
