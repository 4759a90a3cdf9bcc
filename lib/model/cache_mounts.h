/* SPDX-License-Identifier: MIT */
/* cache_mounts: which file system a path lies on, and whether a walk may go there. */
#pragma once

#include "model/cache.h"
#include "parse/mountinfo.h"

/* A file system as far as its page cache is concerned. */
struct ml_cache_fs {
	struct ml_str type;
	enum ml_cache_kind kind;
	bool may_hang;   /* it waits for another machine or program */
	bool is_kernel;  /* files of the kernel, without pages; reading may act */
	bool is_shared;  /* mounted at several places: its files are met again */
};

/* One mount of our namespace. */
struct ml_cache_mount {
	struct ml_str point;
	uint64_t major, minor;
	uint64_t nth; /* in the order of mountinfo */
	struct ml_cache_fs fs;
};

struct ml_cache_mounts {
	struct ml_rows rows; /* of struct ml_cache_mount by point; of one, the top */
};

/* From rows of mountinfo. 0 or -ENOMEM. */
int ml_cache_mounts_init(const struct ml_rows *mountinfo, struct ml_arena *a,
			 struct ml_cache_mounts *ret);

/* The mount at this absolute path, or NULL. */
const struct ml_cache_mount *ml_cache_mount_at(const struct ml_cache_mounts *mounts,
					       struct ml_str point);
/* That the absolute path lies on, or NULL. */
const struct ml_cache_mount *ml_cache_mount_of(const struct ml_cache_mounts *mounts,
					       struct ml_str path);
/* What a row of mountinfo means to the page cache; is_shared is left open. */
struct ml_cache_fs ml_cache_fs_of(const struct ml_mount_row *mount);
