/* SPDX-License-Identifier: MIT */
/* vmalloc: areas added up by the function that asked for them. */
#pragma once

#include "model/snap.h"

struct ml_vmalloc_row {
	struct ml_str caller; /* function, or the kind of area when none is printed */
	struct ml_str module; /* p NULL: the kernel itself */
	struct ml_str kind;
	uint64_t areas;
	uint64_t pages; /* resident; ML_NONE when no area told */
	uint64_t bytes; /* of RAM: pages x page size; ML_NONE when no area told */
	uint64_t space; /* bytes of address range, guard pages included */
};

/* Rows by (caller, module, kind), most RAM first. 0 or -ENOMEM; no rows when
 * vmallocinfo was not read. */
int ml_vmalloc_by_caller(const struct ml_snap *snap, struct ml_arena *a,
			 struct ml_rows *ret);

/* The area of a kernel stack (CONFIG_VMAP_STACK), by the functions that allocate them. */
bool ml_vmalloc_is_stack(struct ml_str caller);
