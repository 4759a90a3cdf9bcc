/* SPDX-License-Identifier: MIT */
/*
 * file_tree: the files in a directory and in all below it, as users keep them - not those
 * of the kernel, which a root has.
 *
 * Symbolic links are not followed, so the walk ends whatever they say. Folders are opened
 * below one another: renaming one meanwhile leads nowhere else. Nothing but folders is
 * opened.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include "base/str.h"

/* Folders within folders that the walk goes into: each is open while it does. */
#define ML_FILE_TREE_DEPTH 256

/* What is met: a name in the folder `dir`. */
struct ml_file_tree_at {
	struct ml_str path; /* the one that was given, and the names from there on;
			       terminated */
	const char *name;
	int dir;
	unsigned depth; /* of the folder it lies in: 0 for the one that was given */
	const struct stat *st; /* of the thing itself; NULL where it could not be had */
	int error;             /* why, or why a folder could not be looked into */
	bool is_folder;        /* that it could not be */
};

/*
 * Each returns 0, or ends the walk with another number. `enter` is called before a folder
 * is opened, with st NULL: touching it can hang; ML_FILE_TREE_SKIP leaves it out. It is
 * not called for the folder that was given. `leave` follows for every folder that was
 * opened, and `refused` for what could not be.
 */
#define ML_FILE_TREE_SKIP 1
struct ml_file_tree {
	int (*enter)(const struct ml_file_tree_at *at, void *data);
	int (*opened)(const struct ml_file_tree_at *at, void *data);
	/* regular ones only */
	int (*file)(const struct ml_file_tree_at *at, void *data);
	int (*refused)(const struct ml_file_tree_at *at, void *data);
	int (*leave)(void *data);
};

/* 0, what a function returned, or -ENOMEM. That the folder itself cannot be opened is
 * told by `refused` alone, with dir AT_FDCWD. */
int ml_file_tree_walk(const char *path, const struct ml_file_tree *to, void *data);
