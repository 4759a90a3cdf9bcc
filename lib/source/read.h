/* SPDX-License-Identifier: MIT */
/* read: a whole kernel file into memory. */
#pragma once

#include "base/arena.h"
#include "memlens.h"

/* The most that is taken of one file; beyond it is -EFBIG. */
#define ML_READ_MAX (256u << 20)

/* Read `fd` to its end into the arena, as kernel files want it: their size is unknown, a
 * short read is not the end, EINTR is repeated. `ret` is terminated past its length.
 * 0 or -errno of read. */
int ml_read_fd(int fd, struct ml_arena *a, struct ml_str *ret);
