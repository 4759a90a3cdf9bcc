/* SPDX-License-Identifier: MIT */
/* instant: all that was read of a machine at once, as one text, and as a root again. */
#pragma once

#include "base/buf.h"
#include "source/root.h"

#define ML_INSTANT_MAGIC "memlens-instant 1"

struct ml_when {
	uint64_t wall_ms;      /* ML_NONE: not told */
	uint64_t monotonic_ns; /* as above */
};

/* When what is on the tape of the root was read: that of the machine if it is a copy. */
struct ml_when ml_instant_when(const struct ml_root *root);

/*
 * Append to `ret` what is on a tape of this root (ML_KEEP_ALL), and whose machine it is.
 * The tape need not be that of the root. 0 or -ENOMEM.
 */
int ml_instant_write(struct ml_root *root, const struct ml_tape *tape,
		     struct ml_when when, struct ml_buf *ret);

/* A tree of such a text, which is copied. 0, -EINVAL: damaged; -ENOMEM. */
int ml_instant_tree(struct ml_str text, struct ml_tree **ret);

/* A root of such a text, which is copied. 0, -EINVAL: damaged; -ENOMEM. */
int ml_instant_root(struct ml_ctx *ctx, struct ml_str text, struct ml_root **ret);
