/* SPDX-License-Identifier: MIT */
/*
 * carry: files that are not read each time are taken over from the instant before, for so
 * many seconds, if what they are of is still there: where their folder was listed anew it
 * still names them, and the process is the same. Files of a process that has not moved
 * (its statm is the same) are taken over without end: who reads it may skip them.
 */
#pragma once

#include "record/paths.h"
#include "source/tape.h"

/* Zero-initialise to start empty. */
struct ml_carry {
	struct ml_arena arena; /* owns all of the instant before */
	struct ml_rows files;  /* of struct ml_taped */
	struct ml_paths paths;
	const uint64_t *read_ns; /* when each of the files was read */
};

/* Add to the tape what it lacks of what was read in the `seconds` before `now_ns`, and
 * take all that is then on it over: the tape is empty afterwards. Meanwhile `use` is
 * called with the tape. 0, -ENOMEM, or what `use` returned. */
int ml_carry_over(struct ml_carry *carry, struct ml_tape *tape, uint64_t now_ns,
		  double seconds, int (*use)(const struct ml_tape *tape, void *data),
		  void *data);
void ml_carry_deinit(struct ml_carry *carry);
