/* SPDX-License-Identifier: MIT */
/* pending: a file or folder under another name until it is whole. */
#include "capture/pending.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fail.h"
#include "base/str.h"

/* Without the slashes at its end; the name behind the last one that is left. */
static int split_path(const char *path, char **ret_folder, char **ret_name)
{
	size_t n = strlen(path), start;

	while (n > 1 && path[n - 1] == '/')
		n--;
	for (start = n; start && path[start - 1] != '/'; start--)
		;
	*ret_name = strndup(path + start, n - start);
	*ret_folder = start ? strndup(path, start) : strdup(".");
	return *ret_name && *ret_folder ? 0 : -ENOMEM;
}

static int is_no_name(const char *name)
{
	return !*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int ml_pending_init(struct ml_ctx *ctx, const char *path, struct ml_pending *ret)
{
	struct ml_pending p = { .parent = -1 };
	_cleanup_free_ char *folder = NULL;
	struct stat st;
	int rc = split_path(path, &folder, &p.name);

	if (!rc && asprintf(&p.partial, ".%s.partial-%d", p.name, (int)getpid()) < 0) {
		p.partial = NULL;
		rc = -ENOMEM;
	}
	if (rc)
		rc = ml_fail(ctx, rc, "out of memory");
	else if (is_no_name(p.name))
		rc = ml_fail(ctx, -EINVAL, "%s: not a name for a capture", path);
	else if ((p.parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		rc = ml_fail(ctx, -errno, "%s: %s", folder, strerror(errno));
	else if (!fstatat(p.parent, p.name, &st, AT_SYMLINK_NOFOLLOW))
		rc = ml_fail(ctx, -EEXIST, "%s: exists already", path);
	else if (strlen(p.partial) > NAME_MAX)
		rc = ml_fail(ctx, -ENAMETOOLONG, "%s: %s", path, strerror(ENAMETOOLONG));
	if (rc)
		ml_pending_deinit(&p);
	else
		*ret = p;
	return rc;
}

/* Where the file system cannot refuse to replace, the name is looked at just before. */
static int rename_over_nothing(const struct ml_pending *p)
{
	struct stat st;

	if (!renameat2(p->parent, p->partial, p->parent, p->name, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (!fstatat(p->parent, p->name, &st, AT_SYMLINK_NOFOLLOW))
		return -EEXIST;
	return renameat(p->parent, p->partial, p->parent, p->name) ? -errno : 0;
}

int ml_pending_publish(const struct ml_pending *p)
{
	int rc = rename_over_nothing(p);

	/* a file system that cannot do it has nothing to lose by it */
	if (!rc && fsync(p->parent) && errno != EINVAL && errno != EROFS)
		return -errno;
	return rc;
}

void ml_pending_deinit(struct ml_pending *p)
{
	if (p->parent >= 0)
		close(p->parent);
	free(p->name);
	free(p->partial);
	*p = (struct ml_pending){ .parent = -1 };
}
