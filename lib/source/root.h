/* SPDX-License-Identifier: MIT */
/*
 * root: where kernel files are read from - the running machine, or a directory that holds
 * a copy of its proc/ and sys/. A directory is untrusted: no path leaves it by "..", an
 * absolute name or a link, and only regular files are read (a FIFO would hang the reader,
 * a device would do worse).
 */
#pragma once

#include "base/arena.h"
#include "base/fail.h"
#include "memlens.h"

struct ml_identity;

struct ml_root {
	struct ml_ctx *ctx;
	unsigned refs;
	bool live;
	int fd;             /* the directory; -1 when live */
	bool bare_proc;     /* the directory is a copied /proc itself: it has no proc/ */
	uint64_t page_size; /* set by the caller for a directory; 0: infer */
	struct ml_identity *identity;
};

struct ml_root *ml_root_ref(struct ml_root *root);

/* Open the file that is `path` ("/proc/meminfo") on the machine, read-only. 0 or more: a
 * descriptor; else -errno: -ENOENT, -EACCES, -EPERM, -ELOOP (a link that leaves the
 * root), -EINVAL (not a regular file, in a directory root). */
int ml_root_openat(const struct ml_root *root, const char *path);

/* Open and read whole. 0 or -errno of the open or the read. */
int ml_root_read(const struct ml_root *root, const char *path, struct ml_arena *a,
		 struct ml_str *ret);

/* Whether a file of the live machine could be opened for reading, without opening it. 0
 * or -errno. */
int ml_root_access(const char *path);

/* Open the directory `path` for listing. A descriptor or -errno. */
int ml_root_opendir(const struct ml_root *root, const char *path);
