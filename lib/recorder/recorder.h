/* SPDX-License-Identifier: MIT */
/* recorder: writes samples of a machine into a folder, and keeps that in bounds. */
#pragma once

#include "memlens.h"

struct ml_recorder;

struct ml_recorder_bounds {
	double interval; /* seconds between samples, told to readers */
	double keep;     /* seconds: older days go; 0: none */
	uint64_t bytes;  /* of all files: the oldest go; 0: no bound */
};

/* Makes the folder if it is not there. 0, or -errno with a message: -EBUSY when another
 * recorder writes there, -EPERM when others could write to it. */
int ml_recorder_new(struct ml_ctx *ctx, const char *folder,
		    const struct ml_recorder_bounds *bounds, struct ml_recorder **ret);

/* The same of any root, whose manifest is the clock if it is not live. The recorder takes
 * a reference. */
int ml_recorder_of_root(struct ml_root *root, const char *folder,
			const struct ml_recorder_bounds *bounds,
			struct ml_recorder **ret);
void ml_recorder_free(struct ml_recorder *recorder); /* NULL is fine */

/* Take a sample and write it. With a `mark`, which says why, it is a full one: all is
 * read that is otherwise read in turn, and more. 0, or -errno with a message; -ENOSPC and
 * the like may be over with the next one. */
int ml_recorder_sample(struct ml_recorder *recorder, const char *mark);

/* What the next sample has of the kernel's log: its text, or why it has none (errno). */
void ml_recorder_put_log(struct ml_recorder *recorder, struct ml_str text, int error);

/* Tell readers that samples come quickly for so many seconds. */
int ml_recorder_tell_quick(struct ml_recorder *recorder, double seconds);
