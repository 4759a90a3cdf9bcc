/* SPDX-License-Identifier: MIT */
/* vma_kind: what a mapping is for, by its name and its neighbours. */
#pragma once

#include "model/vma.h"

/* The mapping before the one in question; zeroed when it is the first. */
struct ml_vma_before {
	uint64_t start, end;
	bool anonymous; /* no file, no name */
	bool barred;    /* may not be read, written or executed */
	bool arena;
};

/* Whether the kind depends on the mapping that follows. */
bool ml_vma_needs_after(const struct ml_smaps_row *m);

/* `after` has an end of 0 when there is none. `before` is updated to this one. */
struct ml_str ml_vma_kind_of(struct ml_vma_before *before, const struct ml_smaps_row *m,
			     const struct ml_smaps_row *after);
