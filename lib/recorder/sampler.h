/* SPDX-License-Identifier: MIT */
/*
 * sampler: reads of the live machine, onto the tape of its root, what a recording keeps.
 *
 * What moves from second to second is read each time: the counters of the machine, and of
 * each process statm; stat with it where that has moved, and some in turn. The rest is
 * read in turn, all of it within ML_SAMPLER_TURN seconds, and of processes that stand
 * still seldom (recorder/seen.h); who keeps the instants carries it over meanwhile.
 */
#pragma once

#include "source/process.h"

#define ML_SAMPLER_TURN 60

struct ml_sampler;

/* The root keeps all (ml_root_keep()) from then on. 0, or -errno with a message. */
int ml_sampler_new(struct ml_root *root, struct ml_sampler **ret);
void ml_sampler_free(struct ml_sampler *sampler); /* NULL is fine */

/* One sample, `seconds` after the one before; a full one has all that is read in turn,
 * and more of each process, as far as room and a few seconds go. 0 or -ENOMEM: what
 * cannot be read is on the tape as such. */
int ml_sampler_take(struct ml_sampler *sampler, double seconds, bool full);
