/* SPDX-License-Identifier: MIT */
/* small: files that hold one value, as most of /sys do. */
#pragma once

#include "base/num.h"
#include "source/root.h"

/* The text of the file at the path that is formatted, without blanks at its ends. 0 or
 * -errno. */
int ml_small_text(const struct ml_root *root, struct ml_arena *a, struct ml_str *ret,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The first word of the file as a number; ML_NONE when it cannot be read or is none
 * ("max"). */
uint64_t ml_small_u64(const struct ml_root *root, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The chosen word of "always [madvise] never"; the whole text where none is marked. */
struct ml_str ml_small_choice(struct ml_str text);
