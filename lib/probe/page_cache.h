/* SPDX-License-Identifier: MIT */
/* page_cache: how much of an open file the kernel keeps in memory. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memlens.h"

/* Bytes in whole pages; ML_NONE: this way of asking does not tell. */
struct ml_page_cache {
	uint64_t cached;
	uint64_t dirty;            /* of cached: not yet written back */
	uint64_t writeback;        /* being written now */
	uint64_t evicted;          /* was in memory once, and the kernel remembers it */
	uint64_t recently_evicted; /* so lately that its return would be a refault */
	const char *how;           /* "cachestat" or "mincore" */
};

/*
 * Of a regular file or a block device of `size` bytes that is open for reading, by
 * cachestat(2) (Linux 6.5), or mincore(2) where there is none, which moves the offset of
 * a file above 1 TiB and passes over its holes. 0 or -errno: -EPERM when
 * the file is neither ours nor writable for us, for then the kernel tells nothing
 * (mincore: since 5.2; cachestat: since 6.14, and in stable releases before).
 */
int ml_page_cache(int fd, uint64_t size, struct ml_page_cache *ret);

/* Each of the two by itself. -ENOSYS: the kernel, or a filter of system calls, has no
 * cachestat. */
int ml_page_cache_cachestat(int fd, struct ml_page_cache *ret);
int ml_page_cache_mincore(int fd, uint64_t size, struct ml_page_cache *ret);
