/* SPDX-License-Identifier: MIT */
/* vma_flags: the two-letter VmFlags of smaps in words. */
#pragma once

#include "base/str.h"

/* All flags there are take less. */
#define ML_VMA_FLAG_WORDS 1024

/* The words of the flags last asked for: most mappings have those of the one before. */
struct ml_vma_words {
	char flags[256], words[ML_VMA_FLAG_WORDS];
	size_t nflags, nwords;
};

/* "readable, writable, may grow down": comma-separated, in `memo`, which is zeroed at
 * first. A code that is not known stands as it is. p NULL for no flags. */
struct ml_str ml_vma_flag_words(struct ml_str flags, struct ml_vma_words *memo);
