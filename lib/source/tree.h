/* SPDX-License-Identifier: MIT */
/*
 * tree: a machine that is neither the running one nor a directory - an archive, an
 * instant of a recording - and how such a machine is opened and made. The library opens
 * directories alone; what needs another library is given to it (ml_ctx_set_opener()).
 */
#pragma once

#include "memlens.h"

/* All that a capture writes, and all that is taken from an archive: 10,000 processes with
 * 100 KiB each. */
#define ML_TREE_BYTES_MAX (1ull << 30)

/* Called for each name in a directory but "." and "..". A non-zero return ends the
 * walk. */
typedef int ml_name_fn(struct ml_str name, void *data);

struct ml_tree {
	const struct ml_tree_ops *ops;
};

/* Paths are relative and plain: "proc/meminfo", the top is "". */
struct ml_tree_ops {
	/* The content, until close, terminated past its length. 0, -ENOENT, -ENOTDIR,
	 * -EISDIR. */
	int (*file)(const struct ml_tree *tree, const char *path, struct ml_str *ret);
	/* 0, what the callback returned, -ENOENT, -ENOTDIR. */
	int (*list)(const struct ml_tree *tree, const char *path, ml_name_fn *fn,
		    void *data);
	void (*close)(struct ml_tree *tree);
};

/* Where a capture is written to. */
struct ml_sink {
	const struct ml_sink_ops *ops;
};

/* Paths are relative and plain; a directory may be named before its files, or not at
 * all. Functions return 0 or -errno. */
struct ml_sink_ops {
	int (*file)(struct ml_sink *sink, const char *path, struct ml_str text,
		    uint64_t wall_ms);
	int (*dir)(struct ml_sink *sink, const char *path, uint64_t wall_ms);
	/* All is written: make it safe, and visible under its name. */
	int (*finish)(struct ml_sink *sink);
	/* Free it, and remove what was not finished. */
	void (*close)(struct ml_sink *sink);
};

struct ml_opener {
	/* Both: 0, or -errno with a message in the context. */
	int (*open)(struct ml_ctx *ctx, const char *path, struct ml_tree **ret);
	int (*create)(struct ml_ctx *ctx, const char *path, struct ml_sink **ret);
};
