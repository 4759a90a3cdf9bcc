/* SPDX-License-Identifier: MIT */
/* cleanup: scope-bound release of locals, so that every return path unwinds alike. */
#pragma once

#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))

static inline void ml_freep(void *p)
{
	free(*(void **)p);
}

static inline void ml_closep(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define _cleanup_free_ _cleanup_(ml_freep)
#define _cleanup_close_ _cleanup_(ml_closep)

#define ML_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
