/* SPDX-License-Identifier: MIT */
/* paths: a set of paths, each with a number. */
#include "record/paths.h"

#include <errno.h>

#include "base/str.h"

int ml_paths_init(struct ml_paths *paths, struct ml_arena *a, size_t n)
{
	size_t cap = 16;

	while (cap < 2 * n)
		cap *= 2;
	paths->slots = ml_arena_calloc(a, cap, sizeof(*paths->slots));
	paths->mask = cap - 1;
	return paths->slots ? 0 : -ENOMEM;
}

static uint64_t hash(struct ml_str s)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return h ^ h >> 32;
}

/* Where it is, or the free slot where it would be. */
static struct ml_paths_slot *slot_of(const struct ml_paths *paths, struct ml_str path)
{
	size_t i = hash(path) & paths->mask;

	while (paths->slots[i].path.p && !ml_str_eq(paths->slots[i].path, path))
		i = (i + 1) & paths->mask;
	return &paths->slots[i];
}

void ml_paths_add(struct ml_paths *paths, struct ml_str path, size_t nr)
{
	struct ml_paths_slot *slot = slot_of(paths, path);

	if (!slot->path.p)
		*slot = (struct ml_paths_slot){ path, nr };
}

size_t ml_paths_find(const struct ml_paths *paths, struct ml_str path)
{
	const struct ml_paths_slot *slot = paths->slots ? slot_of(paths, path) : NULL;

	return slot && slot->path.p ? slot->nr : SIZE_MAX;
}
