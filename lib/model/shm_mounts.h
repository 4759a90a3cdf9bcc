/* SPDX-License-Identifier: MIT */
/* shm_mounts: the file systems that are in memory - how full, and their largest files. */
#pragma once

#include "model/mount_spaces.h"
#include "model/shm.h"

/* Whether its files may be shared memory, or huge pages, which stand beside it. */
bool ml_shm_is_mount(const struct ml_mount_row *mount);

/* What to ask of the files in them. */
enum ml_shm_ask {
	ML_SHM_ASK_NONE,
	ML_SHM_ASK_SIZES, /* of those that are large */
	ML_SHM_ASK_SWAP,  /* and what of them is in swap, where some is in use */
};

/* Fills mounts and, of the files in them that are large, objects. 0 or -ENOMEM. */
int ml_shm_list_mounts(const struct ml_mount_spaces *spaces, enum ml_shm_ask ask,
		       struct ml_arena *a, struct ml_shm *ret);

/* What of `bytes` that are allocated of a file of `size` is in swap: those that are not
 * in the page cache. Takes the descriptor. ML_NONE when the kernel does not tell. */
uint64_t ml_shm_swapped(int fd, uint64_t size, uint64_t bytes);
