/* SPDX-License-Identifier: MIT */
/* hugepages: the huge page sizes of the machine, from folders "hugepages-NkB". */
#include "model/hugepages.h"

#include <errno.h>
#include <stdlib.h>

#include "source/walk.h"

/* "hugepages-2048kB" */
static bool size_of(struct ml_str name, uint64_t *ret)
{
	const char *prefix = "hugepages-";

	if (!ml_str_starts(name, prefix) || !ml_str_ends(name, "kB"))
		return false;
	name = ml_str_skip(name, strlen(prefix));
	name.n -= 2;
	if (!ml_num_u64(name, ret) || !*ret)
		return false;
	*ret = ml_mul(*ret, ML_KIB);
	return true;
}

struct listing {
	struct ml_arena *arena;
	struct ml_rows *rows;
};

static int met_name(struct ml_str name, void *data)
{
	struct listing *l = data;
	uint64_t bytes, *row;

	if (!size_of(name, &bytes))
		return 0;
	row = ml_rows_add(l->rows, l->arena);
	if (!row)
		return -ENOMEM;
	*row = bytes;
	return 0;
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int ml_hugepage_sizes(const struct ml_root *root, const char *path, struct ml_arena *a,
		      struct ml_rows *ret)
{
	struct listing l = { a, ret };
	int rc;

	*ret = ML_ROWS(uint64_t);
	rc = ml_walk_names(root, path, met_name, &l);
	if (ret->n)
		qsort(ret->at, ret->n, sizeof(uint64_t), by_size);
	return rc;
}

int ml_hugepage_sizes_gather(const struct ml_root *root, struct ml_arena *a,
			     struct ml_feed_data *ret)
{
	int rc =
		ml_hugepage_sizes(root, "/sys/kernel/mm/hugepages", a, &ret->parsed.rows);

	return ml_feed_end(ret, rc);
}
