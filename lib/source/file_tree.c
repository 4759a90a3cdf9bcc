/* SPDX-License-Identifier: MIT */
/* file_tree: the files in a directory and in all below it. */
#include "source/file_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"

/* A folder that is being listed. */
struct level {
	DIR *dir;
	size_t path_n; /* of the path, up to its own name */
};

struct walk {
	const struct ml_file_tree *to;
	void *data;
	struct ml_buf path;
	struct level *levels;
	size_t depth; /* levels in use */
};

static struct ml_file_tree_at here(const struct walk *w, const char *name)
{
	const struct level *level = w->depth ? &w->levels[w->depth - 1] : NULL;

	return (struct ml_file_tree_at){
		.path = { w->path.p, w->path.n - 1 },
		.name = name,
		.dir = level ? dirfd(level->dir) : AT_FDCWD,
		.depth = level ? (unsigned)w->depth - 1 : 0,
	};
}

/* The path ends with a NUL, which is counted in. */
static int set_path(struct walk *w, size_t keep, const char *name)
{
	w->path.n = keep;
	if (keep && w->path.p[keep - 1] != '/')
		ml_buf_add(&w->path, "/", 1);
	ml_buf_add(&w->path, name, strlen(name) + 1);
	return w->path.failed ? -ENOMEM : 0;
}

static int refuse(struct walk *w, struct ml_file_tree_at *at, int error)
{
	at->error = error;
	return w->to->refused(at, w->data);
}

static int push(struct walk *w, struct ml_file_tree_at *at, int flags)
{
	int fd, rc;
	DIR *dir;

	at->is_folder = true;
	if (w->depth == ML_FILE_TREE_DEPTH)
		return refuse(w, at, ELOOP);
	fd = openat(at->dir, at->name,
		    O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC | flags);
	if (fd < 0)
		return refuse(w, at, errno);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	rc = w->to->opened(at, w->data);
	w->levels[w->depth++] = (struct level){ dir, w->path.n - 1 };
	return rc;
}

static int met_folder(struct walk *w, struct ml_file_tree_at *at)
{
	int rc = w->to->enter(at, w->data);

	if (rc)
		return rc == ML_FILE_TREE_SKIP ? 0 : rc;
	return push(w, at, O_NOFOLLOW);
}

static int met_thing(const struct walk *w, const struct ml_file_tree_at *at,
		     const struct stat *st)
{
	struct ml_file_tree_at file = *at;

	file.st = st;
	return S_ISREG(st->st_mode) ? w->to->file(&file, w->data) : 0;
}

/* A file system may not tell types with the names; asking for one can hang as little as
 * listing did, but for a folder on which another machine's files are mounted. */
static int met_unknown(struct walk *w, struct ml_file_tree_at *at)
{
	struct stat st;
	int rc = w->to->enter(at, w->data);

	if (rc)
		return rc == ML_FILE_TREE_SKIP ? 0 : rc;
	if (fstatat(at->dir, at->name, &st, AT_SYMLINK_NOFOLLOW))
		return refuse(w, at, errno);
	return S_ISDIR(st.st_mode) ? push(w, at, O_NOFOLLOW) : met_thing(w, at, &st);
}

static int met_file(struct walk *w, struct ml_file_tree_at *at)
{
	struct stat st;

	if (fstatat(at->dir, at->name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : refuse(w, at, errno);
	return met_thing(w, at, &st);
}

static int met_name(struct walk *w, const struct level *level, const struct dirent *entry)
{
	struct ml_file_tree_at at;

	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
		return 0;
	if (set_path(w, level->path_n, entry->d_name))
		return -ENOMEM;
	at = here(w, entry->d_name);
	switch (entry->d_type) {
	case DT_DIR:
		return met_folder(w, &at);
	case DT_REG:
		return met_file(w, &at);
	case DT_UNKNOWN:
		return met_unknown(w, &at);
	default: /* links, sockets, FIFOs and devices have no pages of their own */
		return 0;
	}
}

/* A list that ended early is not whole. */
static int end_level(struct walk *w, int error)
{
	struct ml_file_tree_at at;
	int rc = 0;

	w->path.n = w->levels[w->depth - 1].path_n + 1;
	w->path.p[w->path.n - 1] = '\0';
	at = here(w, "");
	at.is_folder = true;
	if (error)
		rc = refuse(w, &at, error);
	closedir(w->levels[--w->depth].dir);
	return rc ? rc : w->to->leave(w->data);
}

static int walk_levels(struct walk *w)
{
	int rc = 0;

	while (w->depth && !rc) {
		const struct level *level = &w->levels[w->depth - 1];
		const struct dirent *entry;

		errno = 0;
		entry = readdir(level->dir);
		rc = entry ? met_name(w, level, entry) : end_level(w, errno);
	}
	return rc;
}

int ml_file_tree_walk(const char *path, const struct ml_file_tree *to, void *data)
{
	_cleanup_free_ struct level *levels = calloc(ML_FILE_TREE_DEPTH, sizeof(*levels));
	struct walk w = { .to = to, .data = data, .levels = levels };
	struct ml_file_tree_at top;
	int rc = levels ? set_path(&w, 0, path) : -ENOMEM;

	if (!rc) {
		top = here(&w, path);
		rc = push(&w, &top, 0);
	}
	if (!rc)
		rc = walk_levels(&w);
	while (w.depth)
		closedir(w.levels[--w.depth].dir);
	ml_buf_deinit(&w.path);
	return rc;
}
