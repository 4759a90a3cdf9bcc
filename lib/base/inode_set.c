/* SPDX-License-Identifier: MIT */
/* inode_set: the files that have been met, by device and inode. */
#include "base/inode_set.h"

#include <errno.h>
#include <stdlib.h>

#define CAP_MIN 256

/* Inodes of one device often follow one another; multiplied by an odd number close to
 * 2^64 / phi they spread. */
static size_t hash(const struct ml_inode *of)
{
	uint64_t h = (of->inode ^ of->device << 40) * 0x9e3779b97f4a7c15u;

	return (size_t)(h ^ h >> 32);
}

static bool is_same(const struct ml_inode *a, const struct ml_inode *b)
{
	return a->inode == b->inode && a->device == b->device;
}

/* Its slot, or the free one where it belongs. */
static struct ml_inode *find(const struct ml_inode_set *set, const struct ml_inode *what)
{
	size_t i = hash(what) & (set->cap - 1);

	while (set->slots[i].inode && !is_same(&set->slots[i], what))
		i = (i + 1) & (set->cap - 1);
	return &set->slots[i];
}

static int grow(struct ml_inode_set *set)
{
	struct ml_inode_set old = *set;

	set->cap = old.cap ? old.cap * 2 : CAP_MIN;
	set->slots = calloc(set->cap, sizeof(*set->slots));
	if (!set->slots) {
		*set = old;
		return -ENOMEM;
	}
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].inode)
			*find(set, &old.slots[i]) = old.slots[i];
	free(old.slots);
	return 0;
}

int ml_inode_set_add(struct ml_inode_set *set, uint64_t device, uint64_t inode)
{
	const struct ml_inode what = { device, inode };
	struct ml_inode *slot;

	if (!inode) { /* no file system has it; one that had would have one of them */
		bool had = set->has_zero;

		set->has_zero = true;
		return had;
	}
	if (set->n >= set->cap / 4 * 3 && grow(set))
		return -ENOMEM;
	slot = find(set, &what);
	if (slot->inode)
		return 1;
	*slot = what;
	set->n++;
	return 0;
}

void ml_inode_set_deinit(struct ml_inode_set *set)
{
	free(set->slots);
}
