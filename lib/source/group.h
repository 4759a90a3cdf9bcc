/* SPDX-License-Identifier: MIT */
/*
 * group: the files of one control group, held by a descriptor of its directory.
 *
 * On the live machine a group can be removed between two reads: opening its files then
 * gives -ENOENT, reading them -ENODEV. In a copied tree there is nothing to hold and
 * files are opened by path.
 */
#pragma once

#include "source/root.h"

/* A file is read at once into a buffer of this size; what does not fit is cut off. It is
 * twice the longest memory.stat. */
#define ML_GROUP_TEXT_MAX 16384

struct ml_group_dir {
	const struct ml_root *root;
	const char *path; /* of the directory; borrowed */
	int fd;           /* or -1 in a tree that is no directory */
};

/* 0 or -errno: -ENOENT, -ENOTDIR; -ENODEV when it has gone. */
int ml_group_open(const struct ml_root *root, const char *path, struct ml_group_dir *ret);
void ml_group_close(struct ml_group_dir *dir);

/* Read a file of it. `buf` has ML_GROUP_TEXT_MAX bytes; `ret` is in it. 0 or -errno. */
int ml_group_read(const struct ml_group_dir *dir, const char *name, char *buf,
		  struct ml_str *ret);

/* The first word of a file as a number; ML_NONE when it cannot be read, or is none
 * ("max"). An error other than -ENOENT goes to `rc`, which may be NULL. */
uint64_t ml_group_number(const struct ml_group_dir *dir, const char *name, int *rc);

/* How many lines a file has; ML_NONE when it cannot be read. */
uint64_t ml_group_lines(const struct ml_group_dir *dir, const char *name, int *rc);

/* Called for each group right below; links are no groups. 0, what the callback returned,
 * or -errno. */
int ml_group_walk(const struct ml_group_dir *dir, ml_name_fn *fn, void *data);
