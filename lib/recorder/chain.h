/* SPDX-License-Identifier: MIT */
/*
 * chain: which earlier frame the next one is told by.
 *
 * Were it always the key frame, what changed once would be told again in each frame
 * until the next key; were it always the frame before, all of them would have to be read
 * for the last. So frames are counted from the key on, and each is told by the one whose
 * number is its own without the last bit that is set:
 *
 *	0 <- 1   0 <- 2 <- 3   0 <- 4 <- 5   4 <- 6 <- 7   0 <- 8   0 <- 512
 *
 * What changed is told some five times, and no more than ML_CHAIN_LEVELS frames are read
 * for one.
 */
#pragma once

#include "record/delta.h"

/* Frames to a key, it among them: what is behind a damaged one is lost. */
#define ML_CHAIN_FRAMES 512
#define ML_CHAIN_LEVELS 10

struct ml_chain_frame {
	int64_t id; /* 0: none */
	struct ml_reference known;
};

/* Zero-initialise. */
struct ml_chain {
	unsigned n; /* frames since the key, it among them */
	struct ml_chain_frame at[ML_CHAIN_LEVELS]; /* by how many bits at its end are 0 */
};

/* What the next frame is told by; NULL: it is to be a key. */
const struct ml_chain_frame *ml_chain_base(const struct ml_chain *chain);

/* It was written, as a key or not. 0 or -ENOMEM: the next one is to be a key. */
int ml_chain_add(struct ml_chain *chain, bool key, int64_t id,
		 const struct ml_whole *whole);

/* The next one is to be a key. */
void ml_chain_clear(struct ml_chain *chain);
