/* SPDX-License-Identifier: MIT */
/* iomem: /proc/iomem - the physical address map, one row per range. */
#pragma once

#include "parse/parse.h"

struct ml_iomem_row {
	uint64_t depth; /* 0: top level; children lie inside their parent */
	uint64_t start;
	uint64_t end; /* inclusive */
	struct ml_str name;
};

/* Without CAP_SYS_ADMIN the kernel prints every address as zero: see
 * ml_iomem_hidden(). */
ml_parse_fn ml_parse_iomem;

/* All ranges are 0-0: the addresses were withheld, not absent. */
bool ml_iomem_hidden(const struct ml_parsed *iomem);
