/* SPDX-License-Identifier: MIT */
/* inode_set: the files that have been met, by device and inode. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ml_inode {
	uint64_t device, inode;
};

/* Zero-initialise to start empty. */
struct ml_inode_set {
	struct ml_inode *slots; /* of 16 bytes; an inode of 0 is none */
	size_t n, cap;          /* cap is a power of two */
	bool has_zero;
};

/* Whether it was in the set already: 0 or 1, or -ENOMEM; it is afterwards. */
int ml_inode_set_add(struct ml_inode_set *set, uint64_t device, uint64_t inode);
void ml_inode_set_deinit(struct ml_inode_set *set);
