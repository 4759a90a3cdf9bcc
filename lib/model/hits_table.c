/* SPDX-License-Identifier: MIT */
/* hits_table: rows found by their keys, as many as there is room for. */
#include "model/hits_table.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int ml_hits_table_init(struct ml_hits_table *t, size_t size, uint32_t max)
{
	uint32_t nslots = 16;

	while (nslots < max * 2)
		nslots *= 2;
	*t = (struct ml_hits_table){ .size = size, .max = max, .mask = nslots - 1 };
	t->at = calloc(max, size);
	t->slots = calloc(nslots, sizeof(*t->slots));
	if (t->at && t->slots)
		return 0;
	ml_hits_table_deinit(t);
	return -ENOMEM;
}

void ml_hits_table_deinit(struct ml_hits_table *t)
{
	free(t->at);
	free(t->slots);
	*t = (struct ml_hits_table){ 0 };
}

/* Neighbouring numbers lie far apart (the finaliser of MurmurHash3). */
static uint32_t hash(const struct ml_hits_key *key)
{
	uint64_t h = key->nr * 0x9e3779b97f4a7c15u ^ key->ino * 0xff51afd7ed558ccdu ^
		     key->dev * 0xc4ceb9fe1a85ec53u;

	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdu;
	return (uint32_t)(h ^ h >> 33);
}

static bool is_key(const struct ml_hits_table *t, uint32_t i,
		   const struct ml_hits_key *key)
{
	return memcmp(ml_hits_table_at(t, i), key, sizeof(*key)) == 0;
}

/* The slot that holds the key, or the free one where it belongs; a half is free. */
static uint32_t *slot_of(const struct ml_hits_table *t, const struct ml_hits_key *key)
{
	uint32_t i = hash(key) & t->mask;

	while (t->slots[i] && !is_key(t, t->slots[i] - 1, key))
		i = (i + 1) & t->mask;
	return &t->slots[i];
}

void *ml_hits_table_find(const struct ml_hits_table *t, const struct ml_hits_key *key)
{
	uint32_t slot = *slot_of(t, key);

	return slot ? ml_hits_table_at(t, slot - 1) : NULL;
}

void *ml_hits_table_get(struct ml_hits_table *t, const struct ml_hits_key *key)
{
	uint32_t *slot = slot_of(t, key);
	void *row;

	if (*slot)
		return ml_hits_table_at(t, *slot - 1);
	if (t->n == t->max)
		return NULL;
	row = ml_hits_table_at(t, t->n++);
	memset(row, 0, t->size);
	memcpy(row, key, sizeof(*key));
	*slot = t->n;
	return row;
}

void ml_hits_table_clear(struct ml_hits_table *t)
{
	memset(t->slots, 0, ((size_t)t->mask + 1) * sizeof(*t->slots));
	t->n = 0;
}

void ml_hits_table_purge(struct ml_hits_table *t, int (*is_idle)(const void *row))
{
	uint32_t n = t->n;

	ml_hits_table_clear(t);
	for (uint32_t i = 0; i < n; i++) {
		char *from = ml_hits_table_at(t, i), *to = ml_hits_table_at(t, t->n);

		if (is_idle(from))
			continue;
		if (to != from)
			memcpy(to, from, t->size);
		t->n++;
		*slot_of(t, (const void *)to) = t->n;
	}
}
