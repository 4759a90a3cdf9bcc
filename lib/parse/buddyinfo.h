/* SPDX-License-Identifier: MIT */
/* buddyinfo: /proc/buddyinfo - free blocks of each order, per populated zone. */
#pragma once

#include "parse/parse.h"

#define ML_ORDERS_MAX 64

struct ml_buddyinfo_row {
	uint64_t node;
	struct ml_str zone;
	uint64_t norders; /* columns of this line: 1..ML_ORDERS_MAX */
	uint64_t *blocks; /* [norders]: free blocks of 2^order pages */
};

ml_parse_fn ml_parse_buddyinfo;
