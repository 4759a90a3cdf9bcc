/* SPDX-License-Identifier: MIT */
/* walk: the names in a directory, the processes, the open files of a process. */
#include "source/walk.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/num.h"
#include "base/str.h"
#include "source/hold.h"
#include "source/tape_names.h"

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int open_dir(const struct ml_root *root, const char *path, DIR **ret)
{
	int fd = ml_root_opendir(root, path);

	if (fd < 0)
		return fd;
	*ret = fdopendir(fd);
	if (*ret)
		return 0;
	close(fd);
	return -ENOMEM;
}

static int walk_names(const struct ml_root *root, const char *path, ml_name_fn *fn,
		      void *data)
{
	_cleanup_(closedirp) DIR *dir = NULL;
	const struct dirent *entry;
	int rc;

	if (root->tree)
		return ml_root_list(root, path, fn, data);
	rc = open_dir(root, path, &dir);
	while (!rc && (entry = readdir(dir))) {
		struct ml_str name = ml_str_of(entry->d_name);

		if (!ml_str_is(name, ".") && !ml_str_is(name, ".."))
			rc = fn(name, data);
	}
	return rc;
}

int ml_walk_names(const struct ml_root *root, const char *path, ml_name_fn *fn,
		  void *data)
{
	struct ml_names_tee tee = { root->tape, path, fn, data };

	if (!ml_tape_keeps_all(root->tape))
		return walk_names(root, path, fn, data);
	return ml_names_tee_end(&tee, walk_names(root, path, ml_names_tee_name, &tee));
}

struct pid_walk {
	ml_pid_fn *fn;
	void *data;
};

static int met_name(struct ml_str name, void *data)
{
	const struct pid_walk *walk = data;
	uint64_t pid;

	return ml_num_u64(name, &pid) ? walk->fn(pid, walk->data) : 0;
}

static int met_pid(uint64_t pid, void *data)
{
	char name[24];
	int n = snprintf(name, sizeof(name), "%llu", (unsigned long long)pid);

	return ml_names_tee_name((struct ml_str){ name, (size_t)n }, data);
}

int ml_walk_pids(const struct ml_root *root, ml_pid_fn *fn, void *data)
{
	struct pid_walk walk = { fn, data };
	struct ml_names_tee tee = { root->tape, "/proc", met_name, &walk };

	if (!root->hold)
		return ml_walk_names(root, "/proc", met_name, &walk);
	if (!ml_tape_keeps_all(root->tape))
		return ml_hold_walk(root->hold, fn, data);
	return ml_names_tee_end(&tee, ml_hold_walk(root->hold, met_pid, &tee));
}

struct fd_walk {
	uint64_t pid;
	ml_fd_fn *fn;
	void *data;
};

/* "3 pipe:[1234]" */
static int met_line(struct ml_str line, const struct fd_walk *walk)
{
	struct ml_buf target = { 0 };
	struct ml_str word;
	uint64_t fd;
	int rc = 0;

	if (!ml_split(&line, ' ', &word) || !ml_num_u64(word, &fd) || fd > INT_MAX)
		return 0;
	ml_manifest_unescape(&target, line);
	if (target.failed)
		rc = -ENOMEM;
	else if (target.n)
		rc = walk->fn(walk->pid, (int)fd, ml_buf_text(&target), walk->data);
	ml_buf_deinit(&target);
	return rc;
}

/* -ENOENT where the tree has no list. */
static int walk_list(const struct ml_root *root, const struct fd_walk *walk)
{
	struct ml_arena arena = { 0 };
	struct ml_str text, line;
	char path[64];
	int rc;

	snprintf(path, sizeof(path), "/proc/%llu/" ML_FD_LIST,
		 (unsigned long long)walk->pid);
	rc = ml_root_read(root, path, &arena, &text);
	while (!rc && ml_next_line(&text, &line))
		rc = met_line(line, walk);
	ml_arena_deinit(&arena);
	return rc;
}

static int walk_links(const struct ml_root *root, const struct fd_walk *walk)
{
	_cleanup_(closedirp) DIR *dir = NULL;
	char path[64], target[PATH_MAX];
	const struct dirent *entry;
	uint64_t fd;
	int rc;

	snprintf(path, sizeof(path), "/proc/%llu/fd", (unsigned long long)walk->pid);
	rc = open_dir(root, path, &dir);
	while (!rc && (entry = readdir(dir))) {
		ssize_t n;

		if (!ml_num_u64(ml_str_of(entry->d_name), &fd) || fd > INT_MAX)
			continue;
		n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target));
		if (n > 0)
			rc = walk->fn(walk->pid, (int)fd,
				      (struct ml_str){ target, (size_t)n }, walk->data);
	}
	return rc;
}

/* The descriptors on their way to who walks them, as a list for the tape. */
struct fd_tee {
	const struct fd_walk *walk;
	struct ml_buf list;
};

static int keep_fd(uint64_t pid, int fd, struct ml_str target, void *data)
{
	struct fd_tee *tee = data;

	ml_buf_printf(&tee->list, "%d ", fd);
	ml_manifest_escape(&tee->list, target);
	ml_buf_add(&tee->list, "\n", 1);
	return tee->walk->fn(pid, fd, target, tee->walk->data);
}

static int keep_links(const struct ml_root *root, const struct fd_walk *walk)
{
	struct fd_tee tee = { .walk = walk };
	struct fd_walk kept = { walk->pid, keep_fd, &tee };
	int rc = walk_links(root, &kept);

	if (!tee.list.failed && rc <= 0)
		ml_tape_add_process(root->tape, walk->pid, ML_FD_LIST,
				    ml_buf_text(&tee.list), rc);
	ml_buf_deinit(&tee.list);
	return rc;
}

int ml_walk_fds(const struct ml_root *root, uint64_t pid, ml_fd_fn *fn, void *data)
{
	struct fd_walk walk = { pid, fn, data };
	int rc = root->live ? -ENOENT : walk_list(root, &walk);

	if (rc != -ENOENT || root->tree)
		return rc;
	return ml_tape_keeps_all(root->tape) ? keep_links(root, &walk)
					     : walk_links(root, &walk);
}

/* Since Linux 6.2 the size of the directory (proc_fd_getattr), and who may not list it is
 * told, too. -1: not told. */
static off_t told_size(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

/* A kernel that does not tell says 0 of everybody, even of us. */
static bool told_count(uint64_t pid, uint64_t *ret)
{
	char path[64];
	off_t n;

	snprintf(path, sizeof(path), "/proc/%llu/fd", (unsigned long long)pid);
	n = told_size(path);
	*ret = n > 0 ? (uint64_t)n : 0;
	return n > 0 || (n == 0 && told_size("/proc/self/fd") > 0);
}

static int count_fd(uint64_t pid, int fd, struct ml_str target, void *data)
{
	(void)pid, (void)fd, (void)target;
	++*(uint64_t *)data;
	return 0;
}

int ml_count_fds(const struct ml_root *root, uint64_t pid, uint64_t *ret)
{
	*ret = 0;
	if (root->live && !ml_tape_keeps_all(root->tape) && told_count(pid, ret))
		return 0;
	return ml_walk_fds(root, pid, count_fd, ret);
}
