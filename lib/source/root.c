/* SPDX-License-Identifier: MIT */
/* root: where kernel files are read from - the running machine, or a directory. */
#include "source/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "source/identity.h"
#include "source/read.h"

#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* Inside a directory root: links are followed, but as if the directory were "/". */
static int open_confined(int dirfd, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)flags,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

/* Before Linux 5.6 there is no openat2(2): walk the components and follow no link at
 * all. */
static int open_walking(int dirfd, const char *path, int flags)
{
	_cleanup_close_ int at = fcntl(dirfd, F_DUPFD_CLOEXEC, 0);
	struct ml_str rest = ml_str_of(path), part;
	char name[NAME_MAX + 1];

	if (at < 0)
		return -errno;
	for (;;) {
		bool more = ml_split(&rest, '/', &part);
		int fd;

		if (!more)
			part = rest;
		if (part.n > NAME_MAX)
			return -ENAMETOOLONG;
		if (ml_str_is(part, ".."))
			return -ELOOP;
		memcpy(name, part.p, part.n);
		name[part.n] = '\0';
		fd = openat(at, part.n ? name : ".",
			    (more ? O_PATH | O_DIRECTORY | O_CLOEXEC : flags) |
				    O_NOFOLLOW);
		if (fd < 0 || !more)
			return fd < 0 ? -errno : fd;
		close(at);
		at = fd;
	}
}

static int open_in_dir(const struct ml_root *root, const char *path, int flags)
{
	int fd;

	while (*path == '/')
		path++;
	if (root->bare_proc) {
		if (strncmp(path, "proc/", 5) != 0)
			return -ENOENT;
		path += 5;
	}
	fd = open_confined(root->fd, path, flags);
	if (fd == -ENOSYS ||
	    fd == -EPERM) /* old kernel, or a seccomp filter that knows no better */
		fd = open_walking(root->fd, path, flags);
	return fd == -EXDEV ? -ELOOP : fd;
}

/* Looked at before it is opened: opening a FIFO can hang, opening a device can act. */
static int open_regular(const struct ml_root *root, const char *path)
{
	_cleanup_close_ int at = open_in_dir(root, path, O_PATH | O_CLOEXEC);
	char self[32];
	struct stat st;
	int fd;

	if (at < 0)
		return at;
	if (fstat(at, &st) || !S_ISREG(st.st_mode))
		return -EINVAL;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", at);
	fd = open(self, OPEN_FLAGS);
	return fd < 0 ? -errno : fd;
}

int ml_root_openat(const struct ml_root *root, const char *path)
{
	int fd;

	if (!root->live)
		return open_regular(root, path);
	fd = open(path, OPEN_FLAGS);
	return fd < 0 ? -errno : fd;
}

int ml_root_access(const char *path)
{
	return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) ? -errno : 0;
}

int ml_root_opendir(const struct ml_root *root, const char *path)
{
	int fd;

	if (!root->live)
		return open_in_dir(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int ml_root_read(const struct ml_root *root, const char *path, struct ml_arena *a,
		 struct ml_str *ret)
{
	_cleanup_close_ int fd = ml_root_openat(root, path);

	return fd < 0 ? fd : ml_read_fd(fd, a, ret);
}

/* What shows that a directory is a tree of kernel files; some in a bare /proc. */
static const struct {
	const char *path;
	bool bare_proc;
} signs[] = {
	{ "proc", false },
	{ "meminfo", true },
	{ "vmstat", true },
	{ "zoneinfo", true },
	{ "buddyinfo", true },
	{ "slabinfo", true },
	{ "sys", false }, /* after those: a copied /proc has a sys/ of its own */
};

static int recognise(struct ml_root *root, const char *path)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(signs); i++) {
		int fd = open_in_dir(root, signs[i].path, O_PATH | O_CLOEXEC);

		if (fd < 0)
			continue;
		close(fd);
		root->bare_proc = signs[i].bare_proc;
		return 0;
	}
	return ml_fail(root->ctx, -EINVAL,
		       "%s: holds neither proc/ nor sys/ nor kernel files", path);
}

static int open_dir_root(struct ml_root *root, const char *path)
{
	root->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0)
		return ml_fail(root->ctx, -errno, "%s: %s", path, strerror(errno));
	return recognise(root, path);
}

int ml_root_open(struct ml_ctx *ctx, const char *path, struct ml_root **ret)
{
	struct ml_root *root = calloc(1, sizeof(*root));
	int rc = 0;

	if (!root)
		return -ENOMEM;
	root->identity = calloc(1, sizeof(*root->identity));
	if (!root->identity) {
		free(root);
		return -ENOMEM;
	}
	root->ctx = ctx;
	root->refs = 1;
	root->fd = -1;
	root->live = !path || strcmp(path, "/") == 0;
	if (!root->live)
		rc = open_dir_root(root, path);
	if (rc) {
		ml_root_unref(root);
		return rc;
	}
	*ret = root;
	return 0;
}

struct ml_root *ml_root_ref(struct ml_root *root)
{
	root->refs++;
	return root;
}

void ml_root_unref(struct ml_root *root)
{
	if (!root || --root->refs)
		return;
	if (root->fd >= 0)
		close(root->fd);
	ml_arena_deinit(&root->identity->arena);
	free(root->identity);
	free(root);
}

bool ml_root_is_live(const struct ml_root *root)
{
	return root->live;
}

int ml_root_set_page_size(struct ml_root *root, uint64_t bytes)
{
	if (bytes < 4096 || bytes > 1u << 20 || bytes & (bytes - 1))
		return ml_fail(root->ctx, -EINVAL,
			       "page size %llu: not a power of two from 4096 to 1048576",
			       (unsigned long long)bytes);
	root->page_size = bytes;
	return 0;
}
