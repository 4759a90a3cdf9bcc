/* SPDX-License-Identifier: MIT */
/* vma_flags: the two-letter VmFlags of smaps in words. */
#pragma once

#include "memlens.h"

/* "readable, writable, may grow down": comma-separated, in `buf`, cut off at `cap`. A code
 * that is not known stands as it is. p NULL for no flags. */
struct ml_str ml_vma_flag_words(struct ml_str flags, char *buf, size_t cap);
