/* SPDX-License-Identifier: MIT */
/* hits_table: rows found by their keys, as many as there is room for. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What of it does not apply is 0. */
struct ml_hits_key {
	uint64_t dev, ino; /* a file */
	uint64_t nr;       /* a part of it; or the number of a process or a task */
};

/* Rows begin with their key. Memory is taken once, and touched as it is used. */
struct ml_hits_table {
	char *at;
	size_t size; /* of a row */
	uint32_t n, max;
	uint32_t *slots; /* row number + 1, or 0 */
	uint32_t mask;
};

/* 0 or -ENOMEM. */
int ml_hits_table_init(struct ml_hits_table *t, size_t size, uint32_t max);
void ml_hits_table_deinit(struct ml_hits_table *t);

/* The row of this key, or NULL. */
void *ml_hits_table_find(const struct ml_hits_table *t, const struct ml_hits_key *key);
/* It, or a new one that is zeroed but for its key; NULL when there is no room. */
void *ml_hits_table_get(struct ml_hits_table *t, const struct ml_hits_key *key);
void ml_hits_table_clear(struct ml_hits_table *t);
/* Forget the rows for which `is_idle` holds. Others move. */
void ml_hits_table_purge(struct ml_hits_table *t, int (*is_idle)(const void *row));

static inline void *ml_hits_table_at(const struct ml_hits_table *t, uint32_t i)
{
	return t->at + i * t->size;
}
