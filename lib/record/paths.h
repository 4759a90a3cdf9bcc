/* SPDX-License-Identifier: MIT */
/* paths: a set of paths, each with a number. */
#pragma once

#include "base/arena.h"

struct ml_paths_slot {
	struct ml_str path; /* borrowed */
	size_t nr;
};

struct ml_paths {
	struct ml_paths_slot *slots;
	size_t mask;
};

/* Room for `n` paths, in the arena. 0 or -ENOMEM. */
int ml_paths_init(struct ml_paths *paths, struct ml_arena *a, size_t n);

/* A path that is there already keeps its number. */
void ml_paths_add(struct ml_paths *paths, struct ml_str path, size_t nr);

/* The number of a path, or SIZE_MAX. An empty set has none. */
size_t ml_paths_find(const struct ml_paths *paths, struct ml_str path);
