/* SPDX-License-Identifier: MIT */
/* group: the files of one control group, held by a descriptor of its directory. */
#include "source/group.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/str.h"
#include "source/tape_names.h"

static int one_name(struct ml_str name, void *data)
{
	(void)name, (void)data;
	return 1;
}

int ml_group_open(const struct ml_root *root, const char *path, struct ml_group_dir *ret)
{
	int fd = -1;

	if (root->tree) {
		int rc = ml_root_list(root, path, one_name, NULL);

		if (rc < 0)
			return rc;
	} else {
		fd = ml_root_opendir(root, path);
		if (fd < 0)
			return fd;
	}
	*ret = (struct ml_group_dir){ root, path, fd };
	return 0;
}

void ml_group_close(struct ml_group_dir *dir)
{
	if (dir->fd >= 0)
		close(dir->fd);
	dir->fd = -1;
}

static bool path_of(const struct ml_group_dir *dir, const char *name,
		    char ret[static PATH_MAX])
{
	int n = snprintf(ret, PATH_MAX, "%s/%s", dir->path, name);

	return n >= 0 && n < PATH_MAX;
}

static int open_file(const struct ml_group_dir *dir, const char *name)
{
	char path[PATH_MAX];
	int fd;

	if (dir->root->live) {
		fd = openat(dir->fd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
		return fd < 0 ? -errno : fd;
	}
	return path_of(dir, name, path) ? ml_root_openat(dir->root, path) : -ENAMETOOLONG;
}

/* A tree has texts; making a descriptor of each would take most of the time. */
static ssize_t read_in_tree(const struct ml_group_dir *dir, const char *name, char *buf,
			    size_t cap)
{
	char path[PATH_MAX];

	return path_of(dir, name, path) ? ml_root_copy(dir->root, path, buf, cap)
					: -ENAMETOOLONG;
}

static ssize_t read_some(int fd, char *buf, size_t cap)
{
	ssize_t n;

	do
		n = read(fd, buf, cap);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Files of a group are one record each, which a live kernel gives at once. */
static int read_whole(const struct ml_group_dir *dir, int fd, char *buf,
		      struct ml_str *ret)
{
	size_t used = 0;
	ssize_t n;

	do {
		n = read_some(fd, buf + used, ML_GROUP_TEXT_MAX - used);
		if (n < 0)
			return (int)n;
		used += (size_t)n;
	} while (n && used < ML_GROUP_TEXT_MAX && !dir->root->live);
	*ret = (struct ml_str){ buf, used };
	return 0;
}

static int read_open(const struct ml_group_dir *dir, const char *name, char *buf,
		     struct ml_str *ret)
{
	_cleanup_close_ int fd = open_file(dir, name);

	return fd < 0 ? fd : read_whole(dir, fd, buf, ret);
}

int ml_group_read(const struct ml_group_dir *dir, const char *name, char *buf,
		  struct ml_str *ret)
{
	ssize_t n;
	int rc;

	if (dir->root->tree) {
		n = read_in_tree(dir, name, buf, ML_GROUP_TEXT_MAX);
		if (n >= 0)
			*ret = (struct ml_str){ buf, (size_t)n };
		rc = n < 0 ? (int)n : 0;
	} else {
		rc = read_open(dir, name, buf, ret);
	}

	ml_tape_add_group(dir->root->tape, dir->path, name, *ret, rc);
	return rc;
}

static void tell(int error, int *rc)
{
	if (rc && error && error != -ENOENT)
		*rc = error;
}

static ssize_t read_short(const struct ml_group_dir *dir, const char *name, char *buf,
			  size_t cap)
{
	_cleanup_close_ int fd = -1;

	if (dir->root->tree)
		return read_in_tree(dir, name, buf, cap);
	fd = open_file(dir, name);
	return fd < 0 ? fd : read_some(fd, buf, cap);
}

uint64_t ml_group_number(const struct ml_group_dir *dir, const char *name, int *rc)
{
	char buf[64];
	ssize_t n = read_short(dir, name, buf, sizeof(buf));
	struct ml_str text = { buf, n > 0 ? (size_t)n : 0 }, line, word;
	uint64_t value;

	ml_tape_add_group(dir->root->tape, dir->path, name, text, n < 0 ? (int)n : 0);
	tell(n < 0 ? (int)n : 0, rc);
	return ml_next_line(&text, &line) && ml_next_word(&line, &word) &&
			       ml_num_u64(word, &value)
		       ? value
		       : ML_NONE;
}

uint64_t ml_group_lines(const struct ml_group_dir *dir, const char *name, int *rc)
{
	_cleanup_close_ int fd = open_file(dir, name);
	struct ml_buf kept = { 0 };
	uint64_t lines = 0;
	char buf[4096];
	ssize_t n = fd;

	while (n >= 0 && (n = read_some(fd, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			lines += buf[i] == '\n';
		if (ml_tape_keeps_all(dir->root->tape))
			ml_buf_add(&kept, buf, (size_t)n);
	}
	if (ml_tape_keeps_all(dir->root->tape))
		ml_tape_add_group(dir->root->tape, dir->path, name, ml_buf_text(&kept),
				  n < 0 ? (int)n : 0);
	ml_buf_deinit(&kept);
	tell(n < 0 ? (int)n : 0, rc);
	return n < 0 ? ML_NONE : lines;
}

/* ---- groups below ---- */

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static bool is_dots(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static bool is_folder(int fd, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return !fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) &&
	       S_ISDIR(st.st_mode);
}

/* A directory has two links and one of each directory in it; file systems that do not
 * count have one. */
static bool is_leaf(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_nlink == 2;
}

static int walk_folders(int fd, ml_name_fn *fn, void *data)
{
	_cleanup_(closedirp) DIR *dir = NULL;
	const struct dirent *entry;
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0), rc = 0;

	if (own < 0)
		return -errno;
	dir = fdopendir(own);
	if (!dir) {
		close(own);
		return -ENOMEM;
	}
	while (!rc && (entry = readdir(dir)))
		if (!is_dots(entry->d_name) && is_folder(fd, entry))
			rc = fn(ml_str_of(entry->d_name), data);
	return rc;
}

struct tree_walk {
	const struct ml_group_dir *dir;
	ml_name_fn *fn;
	void *data;
};

/* In an archive a folder is what can be listed. */
static int met_name(struct ml_str name, void *data)
{
	const struct tree_walk *walk = data;
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/%.*s", walk->dir->path, (int)name.n,
			 name.p);

	if (n < 0 || (size_t)n >= sizeof(path) ||
	    ml_root_list(walk->dir->root, path, one_name, NULL) < 0)
		return 0;
	return walk->fn(name, walk->data);
}

static int walk_groups(const struct ml_group_dir *dir, ml_name_fn *fn, void *data)
{
	struct tree_walk walk = { dir, fn, data };

	if (dir->root->tree)
		return ml_root_list(dir->root, dir->path, met_name, &walk);
	return is_leaf(dir->fd) && dir->root->live ? 0 : walk_folders(dir->fd, fn, data);
}

int ml_group_walk(const struct ml_group_dir *dir, ml_name_fn *fn, void *data)
{
	struct ml_names_tee tee = { dir->root->tape, dir->path, fn, data };

	if (!ml_tape_keeps_all(dir->root->tape))
		return walk_groups(dir, fn, data);
	return ml_names_tee_end(&tee, walk_groups(dir, ml_names_tee_name, &tee));
}
