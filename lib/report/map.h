/* SPDX-License-Identifier: MIT */
/* map: what the tables of the report map share. */
#pragma once

#include "model/vma.h"
#include "report/report.h"

/* The mappings, rows of struct ml_vma where they are held; NULL without the feed. */
const struct ml_parsed *ml_map_parsed(const struct ml_snap *snap);

/* Their head at the later instant, or NULL. */
const struct ml_vma_head *ml_map_head(const struct ml_build *b);

extern const struct ml_table ml_map_by_kind_table, ml_map_by_file_table;
ml_build_fn ml_build_map_by_kind, ml_build_map_by_file;
