/* SPDX-License-Identifier: MIT */
/* index: rows found by the hash of their name. */
#pragma once

#include "memlens.h"

#define ML_NO_ROW UINT32_MAX

struct ml_index_slot {
	uint32_t hash;
	uint32_t row; /* its number and one; 0: free */
};

/* Zero-initialise to start empty. */
struct ml_index {
	struct ml_index_slot *slots;
	uint32_t mask;
	uint32_t n;
};

/* Whether this row has this name. */
typedef bool ml_row_fn(const void *rows, uint32_t row, struct ml_str name);

uint32_t ml_name_hash(struct ml_str name);

/* The row of a name, or ML_NO_ROW. */
uint32_t ml_index_find(const struct ml_index *index, uint32_t hash, struct ml_str name,
		       ml_row_fn *is, const void *rows);

/* Add a row that is not there. 0 or -ENOMEM. */
int ml_index_add(struct ml_index *index, uint32_t hash, uint32_t row);

void ml_index_clear(struct ml_index *index);
void ml_index_deinit(struct ml_index *index);
