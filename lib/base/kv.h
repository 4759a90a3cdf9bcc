/* SPDX-License-Identifier: MIT */
/* kv: named numbers in file order, found by a hash index - meminfo, vmstat. */
#pragma once

#include "base/arena.h"
#include "memlens.h"

struct ml_kv_row {
	struct ml_str key;
	uint64_t value;
	uint64_t unit; /* enum ml_unit of the value */
};

/* Zero-initialise to start empty. Keys are borrowed from the parsed text. */
struct ml_kv {
	struct ml_rows rows; /* of struct ml_kv_row, in file order */
	uint32_t *slots;     /* row number + 1, or 0 */
	uint32_t nslots;     /* a power of two, or 0 */
};

/* More names than any kernel file has: a bound on what a hostile tree can make us
 * hash. */
#define ML_KV_MAX 16384

/* Add a key, or replace its value: in a file that repeats a key the last one holds.
 * 0, -ENOMEM, or -E2BIG when it holds ML_KV_MAX keys. */
int ml_kv_set(struct ml_kv *kv, struct ml_arena *a, struct ml_str key, uint64_t value,
	      enum ml_unit unit);

const struct ml_kv_row *ml_kv_find(const struct ml_kv *kv, struct ml_str key);

/* The value, or ML_NONE when the key is absent. `kv` may be NULL. */
uint64_t ml_kv_get(const struct ml_kv *kv, const char *key);
