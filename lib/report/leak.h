/* SPDX-License-Identifier: MIT */
/* leak: what the tables of the report leak share. */
#pragma once

#include "report/report.h"

extern const struct ml_table ml_leak_watched_table, ml_leak_trends_table,
	ml_leak_series_table;
ml_build_fn ml_leak_build_watched, ml_leak_build_trends, ml_leak_build_series;

/* What a watch has to read. */
void ml_leak_plan(const struct ml_query *query, struct ml_want *want);
