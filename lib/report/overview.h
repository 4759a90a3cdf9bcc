/* SPDX-License-Identifier: MIT */
/* overview: the tables of the overview that have files of their own. */
#pragma once

#include "report/report.h"

extern const struct ml_table ml_overview_findings_table;
ml_build_fn ml_overview_build_findings;
