/* SPDX-License-Identifier: MIT */
/* dirsink: a capture that is a directory. */
#include "capture/dirsink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fail.h"
#include "base/str.h"
#include "capture/pending.h"

struct dirsink {
	struct ml_sink sink;
	struct ml_pending pending;
	int fd;         /* the directory that is being filled */
	bool published;
	int last;       /* the folder of the last file, and its path: most files follow */
	char *last_path; /* one another in a folder */
};

/* Folder by folder; a new descriptor of the last one. */
static int make_folders(const struct dirsink *d, struct ml_str path)
{
	int at = fcntl(d->fd, F_DUPFD_CLOEXEC, 0), next;
	struct ml_str part;
	char name[NAME_MAX + 1];
	bool more = path.n > 0;

	while (at >= 0 && more) {
		more = ml_split(&path, '/', &part);
		if (!more)
			part = path;
		if (part.n > NAME_MAX) {
			close(at);
			return -ENAMETOOLONG;
		}
		memcpy(name, part.p, part.n);
		name[part.n] = '\0';
		next = mkdirat(at, name, 0700) && errno != EEXIST
			       ? -1
			       : openat(at, name,
					O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		next = next < 0 ? -errno : next;
		close(at);
		at = next;
	}
	return at == -1 ? -errno : at;
}

/* Borrowed until the next call. */
static int folder_of(struct dirsink *d, struct ml_str path)
{
	int fd;

	if (d->last_path && ml_str_is(path, d->last_path))
		return d->last;
	fd = make_folders(d, path);
	if (fd < 0)
		return fd;
	if (d->last >= 0)
		close(d->last);
	free(d->last_path);
	d->last = fd;
	d->last_path = strndup(path.p, path.n);
	return fd;
}

static int write_all(int fd, struct ml_str text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text = ml_str_skip(text, (size_t)n);
	}
	return 0;
}

static int dirsink_file(struct ml_sink *sink, const char *path, struct ml_str text,
			uint64_t wall_ms)
{
	struct dirsink *d = (struct dirsink *)sink;
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	int folder = folder_of(d, (struct ml_str){ path, n }), rc;
	struct timespec times[2] = {
		{ .tv_nsec = UTIME_OMIT },
		{ (time_t)(wall_ms / 1000), (long)(wall_ms % 1000) * 1000000 },
	};
	_cleanup_close_ int fd = -1;

	if (folder < 0)
		return folder;
	fd = openat(folder, slash ? slash + 1 : path,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	rc = write_all(fd, text);
	if (!rc && wall_ms != ML_NONE)
		(void)!futimens(fd, times); /* a nicety: MANIFEST has the time */
	return rc;
}

static int dirsink_dir(struct ml_sink *sink, const char *path, uint64_t wall_ms)
{
	int fd = folder_of((struct dirsink *)sink, ml_str_of(path));

	(void)wall_ms;
	return fd < 0 ? fd : 0;
}

/* One call for thousands of files: fsync() of each would take minutes on a disk. */
static int dirsink_finish(struct ml_sink *sink)
{
	struct dirsink *d = (struct dirsink *)sink;
	int rc = syncfs(d->fd) ? -errno : ml_pending_publish(&d->pending);

	d->published = !rc;
	return rc;
}

static void remove_tree(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir && fd >= 0)
		close(fd);
	while (dir && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0))
			remove_tree(dirfd(dir), entry->d_name);
	}
	if (dir)
		closedir(dir);
	unlinkat(parent, name, AT_REMOVEDIR);
}

static void dirsink_close(struct ml_sink *sink)
{
	struct dirsink *d = (struct dirsink *)sink;

	if (d->last >= 0)
		close(d->last);
	if (d->fd >= 0)
		close(d->fd);
	if (d->pending.partial && !d->published)
		remove_tree(d->pending.parent, d->pending.partial);
	ml_pending_deinit(&d->pending);
	free(d->last_path);
	free(d);
}

static const struct ml_sink_ops dirsink_ops = {
	.file = dirsink_file,
	.dir = dirsink_dir,
	.finish = dirsink_finish,
	.close = dirsink_close,
};

static int make_partial(struct dirsink *d)
{
	const struct ml_pending *p = &d->pending;

	if (mkdirat(p->parent, p->partial, 0700))
		return -errno;
	d->fd = openat(p->parent, p->partial,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return d->fd < 0 ? -errno : 0;
}

int ml_dirsink_new(struct ml_ctx *ctx, const char *path, struct ml_sink **ret)
{
	struct dirsink *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return ml_fail(ctx, -ENOMEM, "out of memory");
	d->sink.ops = &dirsink_ops;
	d->fd = d->last = d->pending.parent = -1;
	rc = ml_pending_init(ctx, path, &d->pending);
	if (!rc) {
		rc = make_partial(d);
		if (rc)
			ml_fail(ctx, rc, "%s: %s", path, strerror(-rc));
	}
	if (rc) {
		/* what is there under the partial name already is not ours */
		d->published = rc == -EEXIST;
		dirsink_close(&d->sink);
		return rc;
	}
	*ret = &d->sink;
	return 0;
}
