/* SPDX-License-Identifier: MIT */
/* read: a whole kernel file into memory. */
#include "source/read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Record files give about a page a read, single-record files all that fits: most of
 * them fit here at once. */
#define FIRST_BYTES (32 * 1024)

static ssize_t read_some(int fd, char *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

static int keep(const char *p, size_t n, struct ml_arena *a, struct ml_str *ret)
{
	char *s = ml_arena_strndup(a, p, n);

	if (!s)
		return -ENOMEM;
	*ret = (struct ml_str){ s, n };
	return 0;
}

int ml_read_fd(int fd, struct ml_arena *a, struct ml_str *ret)
{
	char first[FIRST_BYTES];
	_cleanup_free_ char *big = NULL;
	char *p = first;
	size_t n = 0, cap = sizeof(first);

	for (;;) {
		ssize_t got = read_some(fd, p + n, cap - n);

		if (got < 0)
			return (int)got;
		if (!got)
			return keep(p, n, a, ret);
		n += (size_t)got;
		if (n < cap)
			continue;
		if (cap >= ML_READ_MAX)
			return -EFBIG;
		p = realloc(big, cap * 4);
		if (!p)
			return -ENOMEM;
		if (!big)
			memcpy(p, first, n);
		big = p;
		cap *= 4;
	}
}
