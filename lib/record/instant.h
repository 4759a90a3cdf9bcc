/* SPDX-License-Identifier: MIT */
/* instant: all that was read of a machine at once, as one text. */
#pragma once

#include "record/frame.h"
#include "record/whole.h"
#include "source/root.h"

#define ML_INSTANT_MAGIC "memlens-instant 1"

struct ml_when {
	uint64_t wall_ms;      /* ML_NONE: not told */
	uint64_t monotonic_ns; /* as above */
};

/* When what is on the tape of the root was read: that of the machine if it is a copy. */
struct ml_when ml_instant_when(const struct ml_root *root);

/* The files that tell whose machine it is, and when this was. They belong to the arena of
 * `ret`. 0 or -ENOMEM. */
int ml_instant_head(struct ml_root *root, struct ml_when when, struct ml_tape *ret);

/* Append all that is known, as a frame, to `ret`; and the files of such a frame, in their
 * order, to a tape that is empty. 0; -EBADMSG: damaged; -EFBIG, -ENOMEM. */
int ml_instant_pack(struct ml_packer *packer, const struct ml_whole *whole,
		    struct ml_buf *ret);
int ml_instant_unpack(struct ml_packer *packer, struct ml_str frame, struct ml_tape *ret);

/*
 * Append to `ret` what is on a tape of this root (ML_KEEP_ALL), and whose machine it is.
 * The tape need not be that of the root. 0 or -ENOMEM.
 */
int ml_instant_write(struct ml_root *root, const struct ml_tape *tape,
		     struct ml_when when, struct ml_buf *ret);
