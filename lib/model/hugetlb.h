/* SPDX-License-Identifier: MIT */
/* hugetlb: the pools of huge pages, of each size and each node. */
#pragma once

#include "model/snap.h"

/* Bytes; ML_NONE where the kernel does not tell. */
struct ml_pool {
	uint64_t size; /* of a page */
	uint64_t node; /* ML_NONE: the machine */
	uint64_t total, free, reserved, surplus;
	uint64_t overcommit; /* how much the pool may grow by when asked */
	uint64_t used;       /* total - free: in mappings, or in files without any */
	uint64_t idle;       /* free - reserved: what nobody has asked for */
};

/* Rows of struct ml_pool: of a size that of the machine, then those of its nodes. */
ml_gather_fn ml_hugetlb_gather;

/* The pools of the machine, one of each size; of a copy that has but meminfo, the one
 * of the default size. 0 or -ENOMEM. */
int ml_hugetlb_pools(const struct ml_snap *snap, struct ml_arena *a, struct ml_rows *ret);

/* The pools of all sizes in one: those of a node, or with ML_NONE of the machine. False
 * when the feed was not taken or tells none. */
bool ml_hugetlb_sum(const struct ml_snap *snap, uint64_t node, struct ml_pool *ret);
