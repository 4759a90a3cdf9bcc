/* SPDX-License-Identifier: MIT */
/* tape_tree: what is on a tape as a root of its own. */
#pragma once

#include "source/root.h"
#include "source/tape.h"

/* The text of a file on a sorted tape. 0, -ENOENT or why it could not be read. */
int ml_tape_find(const struct ml_tape *tape, const char *path, struct ml_str *ret);

/* A tree of a sorted tape, which it takes also on failure: 0 or -ENOMEM. */
int ml_tree_of_tape(struct ml_tape *tape, struct ml_tree **ret);

/* A root of a sorted tape, which it takes also on failure: 0 or -ENOMEM. */
int ml_root_of_tape(struct ml_ctx *ctx, struct ml_tape *tape, struct ml_root **ret);
