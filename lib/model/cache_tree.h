/* SPDX-License-Identifier: MIT */
/* cache_tree: the page cache of the files below a folder, with sums for its folders. */
#pragma once

#include "model/cache_ledger.h"

struct ml_cache_tree {
	struct ml_cache_ledger *ledger;
	const struct ml_cache_mounts *mounts;
	unsigned depth; /* of the folders that get a row: 0, the named one alone */
	bool overlaps;  /* its files may be met below another folder that was named */
};

/* `real` is the absolute path of the folder `path`. 0; -errno when it cannot be listed,
 * or -ENOMEM. */
int ml_cache_tree_walk(const struct ml_cache_tree *tree, const char *path,
		       const char *real);

/* Put the folders largest first, below their parents. 0 or -ENOMEM. */
int ml_cache_tree_sort(struct ml_rows *folders, struct ml_arena *a);
