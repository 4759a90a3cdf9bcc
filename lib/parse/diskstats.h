/* SPDX-License-Identifier: MIT */
/* diskstats: /proc/diskstats - one row per block device. */
#pragma once

#include "parse/parse.h"

struct ml_diskstats_row {
	uint64_t major;
	uint64_t minor;
	struct ml_str name;
	uint64_t reads;       /* finished */
	uint64_t read_bytes;
	uint64_t writes;
	uint64_t written_bytes;
};

ml_parse_fn ml_parse_diskstats;
