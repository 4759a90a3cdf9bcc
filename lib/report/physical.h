/* SPDX-License-Identifier: MIT */
/* physical: the RAM of the kernel as a tree down to MemTotal, which two reports show. */
#pragma once

#include "report/account.h"
#include "report/report.h"

#define ML_ACCOUNT_NOTE_COLS \
	ML_LABEL(struct ml_account_row, source, "source", "SOURCE", \
		 "how the number comes about", .flags = ML_COL_HIDDEN), \
		ML_LABEL(struct ml_account_row, note, "note", "", \
			 "what to know about it", .flags = ML_COL_WIDE)

/* `summary` is the same as the first table of the report layout. */
extern const struct ml_table ml_physical_table, ml_summary_table;
ml_build_fn ml_build_physical;

#define ML_PHYSICAL_FEEDS \
	(ML_FEED(MEMINFO) | ML_FEED(VMSTAT) | ML_FEED(ZONEINFO) | ML_FEED(IOMEM))
