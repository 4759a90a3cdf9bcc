/* SPDX-License-Identifier: MIT */
/* hugepages: the huge page sizes of the machine, from /sys/kernel/mm/hugepages. */
#pragma once

#include "model/feeds.h"

/* Rows: uint64_t bytes of a page, ascending. */
ml_gather_fn ml_hugepage_sizes_gather;
