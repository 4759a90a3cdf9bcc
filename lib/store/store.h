/* SPDX-License-Identifier: MIT */
/*
 * store: machines in archives - tar, plain or compressed with zstd, gzip or xz - through
 * libarchive, so only what links it can have this room.
 */
#pragma once

#include "source/tree.h"

extern const struct ml_opener ml_store_opener;

/* Open an archive to read. Links in it are never followed; what is hostile or not whole
 * is refused. 0, or -errno with a message: -EINVAL. */
int ml_archive_open(struct ml_ctx *ctx, const char *path, struct ml_tree **ret);

/* The same from memory; `name` is for messages. */
int ml_archive_read(struct ml_ctx *ctx, const char *name, struct ml_str bytes,
		    struct ml_tree **ret);

/* Write an archive; how it is compressed is told by its name. */
int ml_archive_create(struct ml_ctx *ctx, const char *path, struct ml_sink **ret);
