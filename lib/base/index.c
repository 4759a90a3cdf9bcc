/* SPDX-License-Identifier: MIT */
/* index: rows found by the hash of their name. */
#include "base/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 64

uint32_t ml_name_hash(struct ml_str name)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 1099511628211u;
	return (uint32_t)(h ^ h >> 32);
}

uint32_t ml_index_find(const struct ml_index *index, uint32_t hash, struct ml_str name,
		       ml_row_fn *is, const void *rows)
{
	const struct ml_index_slot *slot;

	if (!index->slots)
		return ML_NO_ROW;
	for (uint32_t i = hash & index->mask;; i = (i + 1) & index->mask) {
		slot = &index->slots[i];
		if (!slot->row)
			return ML_NO_ROW;
		if (slot->hash == hash && is(rows, slot->row - 1, name))
			return slot->row - 1;
	}
}

static void put(struct ml_index *index, struct ml_index_slot slot)
{
	uint32_t i = slot.hash & index->mask;

	while (index->slots[i].row)
		i = (i + 1) & index->mask;
	index->slots[i] = slot;
}

static int grow(struct ml_index *index)
{
	uint32_t cap = index->slots ? 2 * (index->mask + 1) : FIRST_SLOTS;
	struct ml_index old = *index;

	index->slots = calloc(cap, sizeof(*index->slots));
	if (!index->slots) {
		*index = old;
		return -ENOMEM;
	}
	index->mask = cap - 1;
	for (uint32_t i = 0; old.slots && i <= old.mask; i++)
		if (old.slots[i].row)
			put(index, old.slots[i]);
	free(old.slots);
	return 0;
}

int ml_index_add(struct ml_index *index, uint32_t hash, uint32_t row)
{
	int rc = !index->slots || 2 * index->n > index->mask ? grow(index) : 0;

	if (rc)
		return rc;
	put(index, (struct ml_index_slot){ hash, row + 1 });
	index->n++;
	return 0;
}

void ml_index_clear(struct ml_index *index)
{
	if (index->slots)
		memset(index->slots, 0, (index->mask + 1) * sizeof(*index->slots));
	index->n = 0;
}

void ml_index_deinit(struct ml_index *index)
{
	free(index->slots);
	*index = (struct ml_index){ 0 };
}
