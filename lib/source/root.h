/* SPDX-License-Identifier: MIT */
/*
 * root: where kernel files are read from - the running machine, a directory that holds a
 * copy of its proc/ and sys/, or a tree of another kind (an archive). A copy is
 * untrusted: no path leaves a directory by "..", an absolute name or a link, and only
 * regular files are read (a FIFO would hang the reader, a device would do worse).
 */
#pragma once

#include "base/arena.h"
#include "base/fail.h"
#include "memlens.h"
#include "source/manifest.h"
#include "source/tape.h"
#include "source/tree.h"

struct ml_hold;
struct ml_identity;

struct ml_root {
	struct ml_ctx *ctx;
	unsigned refs;
	bool live;
	int fd;               /* the directory, or -1 */
	struct ml_tree *tree; /* what is neither live nor a directory, or NULL */
	struct ml_root *of;   /* whose tree it is, when it is a later sample of it */
	char *inside;         /* the machine's folder within the tree: "", "host/" */
	bool bare_proc;       /* it is a copied /proc itself: it has no proc/ */
	uint64_t page_size;   /* set by the caller or a manifest; 0: infer */
	struct ml_manifest *manifest;
	struct ml_identity *identity;
	struct ml_hold *hold; /* what stays open between readings; NULL: nothing */
	struct ml_tape *tape; /* what is read through it is kept there; NULL: it is not */
};

/* A root that is this tree, which it closes at its end; its top is the machine. 0 or
 * -ENOMEM, and then the tree is still the caller's. */
int ml_root_of_tree(struct ml_ctx *ctx, struct ml_tree *tree, struct ml_root **ret);

struct ml_root *ml_root_ref(struct ml_root *root);

/* Open the file that is `path` ("/proc/meminfo") on the machine, read-only. 0 or more: a
 * descriptor; else -errno: -ENOENT, -EACCES, -EPERM, -ELOOP (a link that leaves the
 * root), -EINVAL (not a regular file, in a directory root). In a capture it is the error
 * that its manifest tells of the path. */
int ml_root_openat(const struct ml_root *root, const char *path);

/* Open and read whole. 0 or -errno of the open or the read. */
int ml_root_read(const struct ml_root *root, const char *path, struct ml_arena *a,
		 struct ml_str *ret);

/* Whether a file of the live machine could be opened for reading, without opening it. 0
 * or -errno. */
int ml_root_access(const char *path);

/* Open the directory `path` for listing. A descriptor or -errno: -EOPNOTSUPP in a tree,
 * which ml_walk_names() can list. */
int ml_root_opendir(const struct ml_root *root, const char *path);

/* List a directory of a root that is a tree. 0, what the callback returned, or -errno. */
int ml_root_list(const struct ml_root *root, const char *path, ml_name_fn *fn,
		 void *data);

/* Of a root that is a tree: as much of a file as there is room for, without a descriptor.
 * How much that is, or -errno. */
ssize_t ml_root_copy(const struct ml_root *root, const char *path, char *buf, size_t cap);

/* `error` (0, -errno) of reading a path, or what the manifest tells instead of
 * -ENOENT. */
int ml_root_reason(const struct ml_root *root, const char *path, int error);
