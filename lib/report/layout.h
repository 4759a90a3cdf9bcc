/* SPDX-License-Identifier: MIT */
/* layout: the tables of the report layout that have a file of their own. */
#pragma once

#include "report/report.h"

/* Ranges lie no deeper in one another on any machine. */
#define ML_LAYOUT_DEPTH 16

extern const struct ml_table ml_layout_zone_table, ml_layout_block_table;
ml_build_fn ml_build_layout_zones, ml_build_layout_blocks;
