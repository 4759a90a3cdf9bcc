/* SPDX-License-Identifier: MIT */
/* slab: the slab caches with what follows from their numbers. */
#pragma once

#include "model/snap.h"

struct ml_slab_row {
	struct ml_str cache;
	uint64_t objects;
	uint64_t active; /* on SLUB an upper bound: per-CPU slabs count as fully used */
	double use;      /* active / objects */
	uint64_t object_bytes;
	uint64_t objects_per_slab;
	uint64_t slab_bytes;
	uint64_t slabs;
	uint64_t bytes; /* slabs x slab_bytes: what the cache takes of RAM */
	uint64_t waste; /* bytes less active objects: free objects and padding */
	int64_t growth; /* bytes since the earlier instant; INT64_MIN when unknown */
};

/* Rows by bytes, largest first; `prev` may be NULL. No rows when slabinfo was not read.
 * 0 or -ENOMEM. */
int ml_slab_caches(const struct ml_snap *prev, const struct ml_snap *cur,
		   struct ml_arena *a, struct ml_rows *ret);
