/* SPDX-License-Identifier: MIT */
/* names: a number for each row of a table that is the same in all samples. */
#include "top/names.h"

#include <stdio.h>
#include <string.h>

#define FNV_BASIS 0xcbf29ce484222325ull
#define FNV_PRIME 0x100000001b3ull

static uint64_t mix(uint64_t hash, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * FNV_PRIME;
	return (hash ^ 0xff) * FNV_PRIME;
}

static uint64_t mix_value(uint64_t hash, const struct ml_col *col, const void *row)
{
	struct ml_value v;

	ml_value_of(col, row, &v);
	if (!v.known)
		return mix(hash, "", 0);
	return v.type == ML_TYPE_STR ? mix(hash, v.str.p, v.str.n)
				     : mix(hash, &v.u64, sizeof(v.u64));
}

static bool take_ident(struct namer *n, const char *ident)
{
	char key[64];

	for (n->ncols = 0; *ident && n->ncols < NAMER_COLS;) {
		size_t length = strcspn(ident, ",");

		snprintf(key, sizeof(key), "%.*s", (int)length, ident);
		n->cols[n->ncols] = ml_table_find(n->table, key);
		if (!n->cols[n->ncols++])
			return false;
		ident += length + (ident[length] == ',');
	}
	return true;
}

static void take_labels(struct namer *n)
{
	n->ncols = 0;
	for (size_t c = 0; c < ml_table_ncols(n->table) && n->ncols < NAMER_COLS; c++)
		if (ml_table_col(n->table, c)->sem == ML_SEM_LABEL)
			n->cols[n->ncols++] = ml_table_col(n->table, c);
}

void namer_init(struct namer *n, const char *ident, const struct ml_table *table)
{
	const char *id = ml_table_id(table);

	*n = (struct namer){ .table = table, .seed = mix(FNV_BASIS, id, strlen(id)) };
	if (!ident || !take_ident(n, ident))
		take_labels(n);
}

uint64_t namer_name(const struct namer *n, const void *row)
{
	uint64_t hash = n->seed;

	for (size_t c = 0; c < n->ncols; c++)
		hash = mix_value(hash, n->cols[c], row);
	return hash ? hash : 1;
}
