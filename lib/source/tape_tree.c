/* SPDX-License-Identifier: MIT */
/* tape_tree: what is on a tape as a root of its own. */
#include "source/tape_tree.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

struct tape_tree {
	struct ml_tree tree;
	struct ml_tape *tape;
};

static const struct ml_tape *tape_of(const struct ml_tree *tree)
{
	return ((const struct tape_tree *)(const void *)tree)->tape;
}

static const struct ml_taped *file_at(const struct ml_tape *tape, size_t i)
{
	return ml_rows_at(&tape->files, i);
}

/* The first file that is not before `path`. */
static size_t lower_bound(const struct ml_tape *tape, struct ml_str path)
{
	size_t from = 0, to = tape->files.n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (ml_str_cmp(file_at(tape, middle)->path, path) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static const struct ml_taped *find(const struct ml_tape *tape, struct ml_str path)
{
	size_t i = lower_bound(tape, path);

	return i < tape->files.n && ml_str_eq(file_at(tape, i)->path, path)
		       ? file_at(tape, i)
		       : NULL;
}

int ml_tape_find(const struct ml_tape *tape, const char *path, struct ml_str *ret)
{
	const struct ml_taped *file = find(tape, ml_str_of(path));

	if (!file || file->error)
		return file ? -file->error : -ENOENT;
	*ret = file->text;
	return 0;
}

static int tree_file(const struct ml_tree *tree, const char *path, struct ml_str *ret)
{
	return ml_tape_find(tape_of(tree), path, ret);
}

/* ---- folders ---- */

/* Take the next name of those that are in a folder. */
static bool next_name(struct ml_str *names, struct ml_str *ret)
{
	return ml_split(names, '\0', ret);
}

/* A folder that was listed. */
static int list_names(const struct ml_taped *folder, ml_name_fn *fn, void *data)
{
	struct ml_str names = folder->text, name;
	int rc = -folder->error;

	while (!rc && next_name(&names, &name))
		rc = name.n ? fn(name, data) : 0;
	return rc;
}

static bool is_there(const struct ml_taped *file)
{
	return file->error != ENOENT && file->error != ENOTDIR;
}

/* One that was not, by the files below it: these stand one after the other, and so do the
 * below one of its folders. */
static int list_paths(const struct ml_tape *tape, struct ml_str folder, ml_name_fn *fn,
		      void *data)
{
	struct ml_str last = { 0 };
	bool found = false;
	int rc = 0;

	for (size_t i = lower_bound(tape, folder); i < tape->files.n && !rc; i++) {
		struct ml_str path = file_at(tape, i)->path, rest, name;

		if (!ml_str_starts(path, folder.p))
			break;
		if (!is_there(file_at(tape, i)))
			continue;
		rest = name = ml_str_skip(path, folder.n);
		ml_split(&rest, '/', &name);
		found = true;
		if (name.n && !(last.p && ml_str_eq(last, name)))
			rc = fn(name, data);
		last = name;
	}
	return found ? rc : -ENOENT;
}

/* Whether the folder above, which was listed, has this one: "sys/fs/cgroup/a/". */
static bool is_named_above(const struct ml_tape *tape, struct ml_str folder)
{
	const struct ml_taped *above;
	struct ml_str names, name;
	size_t n = folder.n - 1;

	while (n && folder.p[n - 1] != '/')
		n--;
	above = n ? find(tape, (struct ml_str){ folder.p, n }) : NULL;
	names = above ? above->text : (struct ml_str){ 0 };
	while (next_name(&names, &name))
		if (ml_str_eq(name, (struct ml_str){ folder.p + n, folder.n - n - 1 }))
			return true;
	return false;
}

static int tree_list(const struct ml_tree *tree, const char *path, ml_name_fn *fn,
		     void *data)
{
	const struct ml_tape *tape = tape_of(tree);
	const struct ml_taped *listed;
	struct ml_str folder;
	char buf[PATH_MAX];
	int n = snprintf(buf, sizeof(buf), "%s%s", path, *path ? "/" : ""), rc;

	if (n < 0 || (size_t)n >= sizeof(buf))
		return -ENAMETOOLONG;
	folder = (struct ml_str){ buf, (size_t)n };
	listed = find(tape, folder);
	if (listed)
		return list_names(listed, fn, data);
	if (tape->keep != ML_KEEP_PROCESSES && ml_str_is(folder, "proc/"))
		return -EOPNOTSUPP; /* it was not looked at: there may have been any */
	rc = list_paths(tape, folder, fn, data);
	return rc == -ENOENT && folder.n && is_named_above(tape, folder) ? 0 : rc;
}

/* ---- the root ---- */

static void tree_close(struct ml_tree *tree)
{
	struct tape_tree *self = (struct tape_tree *)(void *)tree;

	ml_tape_free(self->tape);
	free(self);
}

static const struct ml_tree_ops ops = { tree_file, tree_list, tree_close };

int ml_tree_of_tape(struct ml_tape *tape, struct ml_tree **ret)
{
	struct tape_tree *self = calloc(1, sizeof(*self));

	if (!self) {
		ml_tape_free(tape);
		return -ENOMEM;
	}
	self->tree.ops = &ops;
	self->tape = tape;
	*ret = &self->tree;
	return 0;
}

int ml_root_of_tape(struct ml_ctx *ctx, struct ml_tape *tape, struct ml_root **ret)
{
	struct ml_tree *tree;
	int rc = ml_tree_of_tape(tape, &tree);

	if (rc)
		return rc;
	rc = ml_root_of_tree(ctx, tree, ret);
	if (rc)
		tree_close(tree);
	return rc;
}
