/* SPDX-License-Identifier: MIT */
/* folder: the files of a recording, one a day, in a directory. */
#pragma once

#include "base/arena.h"
#include "base/fail.h"

/* "2026-11-23.memlens": days are those of UTC, so that none has two names. */
#define ML_DAY_SUFFIX ".memlens"

struct ml_folder_day {
	const char *path;
	uint64_t from_ms; /* when that day begins */
	uint64_t bytes;   /* of the file and its log */
};

/* The path of the day of an instant, in the arena; NULL: no memory. */
const char *ml_folder_path(const char *folder, uint64_t wall_ms, struct ml_arena *a);

/* The days that are there, the oldest first; what else is in the folder is passed over.
 * 0, or -errno with a message. */
int ml_folder_list(struct ml_ctx *ctx, const char *folder, struct ml_arena *a,
		   struct ml_rows *ret);

/* Make the folder if it is not there, for its owner alone. 0, or -errno with a message:
 * -EPERM when others could write to it. */
int ml_folder_make(struct ml_ctx *ctx, const char *folder);

/* A descriptor that holds the folder for one recorder as long as it is open, or -errno
 * with a message: -EBUSY. */
int ml_folder_lock(struct ml_ctx *ctx, const char *folder);

/* Whether a recorder holds it. */
bool ml_folder_is_locked(const char *folder);

/* Remove the files of a day. */
int ml_folder_remove(const char *path);
