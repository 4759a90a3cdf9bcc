/* SPDX-License-Identifier: MIT */
/* kv: named numbers in file order, found by a hash index. */
#include "base/kv.h"

#include <errno.h>

#include "base/str.h"

static uint32_t hash(struct ml_str s)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h ^ h >> 15;
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t *slot_of(const struct ml_kv *kv, struct ml_str key)
{
	uint32_t mask = kv->nslots - 1;
	uint32_t i = hash(key) & mask;

	while (kv->slots[i]) {
		const struct ml_kv_row *row = ml_rows_at(&kv->rows, kv->slots[i] - 1);

		if (ml_str_eq(row->key, key))
			break;
		i = (i + 1) & mask;
	}
	return &kv->slots[i];
}

static int grow(struct ml_kv *kv, struct ml_arena *a)
{
	uint32_t nslots = kv->nslots ? kv->nslots * 4 : 128;
	uint32_t *slots = ml_arena_calloc(a, nslots, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	kv->slots = slots;
	kv->nslots = nslots;
	for (size_t i = 0; i < kv->rows.n; i++) {
		const struct ml_kv_row *row = ml_rows_at(&kv->rows, i);

		*slot_of(kv, row->key) = (uint32_t)i + 1;
	}
	return 0;
}

int ml_kv_set(struct ml_kv *kv, struct ml_arena *a, struct ml_str key, uint64_t value,
	      enum ml_unit unit)
{
	struct ml_kv_row *row;
	uint32_t *slot;

	kv->rows.size = sizeof(struct ml_kv_row);
	if (kv->rows.n * 2 >= kv->nslots && grow(kv, a))
		return -ENOMEM;
	slot = slot_of(kv, key);
	if (!*slot && kv->rows.n >= ML_KV_MAX)
		return -E2BIG;
	row = *slot ? ml_rows_at(&kv->rows, *slot - 1) : ml_rows_add(&kv->rows, a);
	if (!row)
		return -ENOMEM;
	*row = (struct ml_kv_row){ .key = key, .value = value, .unit = unit };
	if (!*slot)
		*slot = (uint32_t)kv->rows.n;
	return 0;
}

const struct ml_kv_row *ml_kv_find(const struct ml_kv *kv, struct ml_str key)
{
	uint32_t slot = kv && kv->nslots ? *slot_of(kv, key) : 0;

	return slot ? ml_rows_at(&kv->rows, slot - 1) : NULL;
}

uint64_t ml_kv_get(const struct ml_kv *kv, const char *key)
{
	const struct ml_kv_row *row = ml_kv_find(kv, ml_str_of(key));

	return row ? row->value : ML_NONE;
}
