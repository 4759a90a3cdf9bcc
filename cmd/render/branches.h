/* SPDX-License-Identifier: MIT */
/* branches: the lines in front of a name in a tree. */
#pragma once

#include <stdbool.h>

#define TREE_DEPTH_MAX 32
#define BRANCHES_MAX (TREE_DEPTH_MAX * 8)

/* Of a row at `depth` (0: a root); lasts[d] tells whether its ancestor at depth d, and at
 * its own depth it itself, has no sibling behind it. */
void put_branches(bool ascii, const bool *lasts, unsigned depth,
		  char out[static BRANCHES_MAX]);
