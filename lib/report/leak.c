/* SPDX-License-Identifier: MIT */
/* leak: what grows as leaks do. */
#include "report/leak.h"

static const struct ml_part parts[] = {
	{ .table = &ml_leak_watched_table, .build = ml_leak_build_watched,
	  .plan = ml_leak_plan, .lean = true },
	{ .table = &ml_leak_trends_table, .build = ml_leak_build_trends,
	  .plan = ml_leak_plan, .lean = true },
	{ .table = &ml_leak_series_table, .build = ml_leak_build_series,
	  .need = ML_FEED(SERIES_FILES) },
};

const struct ml_report ml_report_leak = {
	.id = "leak",
	.title = "what grows as leaks do",
	ML_REPORT_PARTS(parts),
};
