/* SPDX-License-Identifier: MIT */
/* hugepages: the huge page sizes of the machine, from folders "hugepages-NkB". */
#pragma once

#include "model/feeds.h"

/* Rows: uint64_t bytes of a page, ascending. */
ml_gather_fn ml_hugepage_sizes_gather;

/* The same of any folder that has such folders: transparent ones, those of a node. 0 or
 * -errno. */
int ml_hugepage_sizes(const struct ml_root *root, const char *path, struct ml_arena *a,
		      struct ml_rows *ret);
