/* SPDX-License-Identifier: MIT */
/* tarsink: a capture that is an archive of one folder. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fail.h"
#include "base/str.h"
#include "capture/pending.h"
#include "store/store.h"

/* zstd at its default packs a capture to a tenth in the time it takes to read it. */
static const struct {
	const char *suffix;
	int (*add)(struct archive *a);
} filters[] = {
	{ ".tar",     archive_write_add_filter_none },
	{ ".tar.zst", archive_write_add_filter_zstd },
	{ ".tar.gz",  archive_write_add_filter_gzip },
	{ ".tar.xz",  archive_write_add_filter_xz   },
};

struct tarsink {
	struct ml_sink sink;
	struct ml_pending pending;
	char *folder; /* the name without suffix: the one folder at the top */
	int fd;
	int error; /* of writing: 0 or -errno; after it nothing more is written */
	struct archive *archive;
	struct archive_entry *entry;
	bool published;
};

/* To libarchive writing never fails: after a failure it leaks what it has, so it is let
 * go on into nothing, and we remember. */
static la_ssize_t write_some(struct archive *a, void *data, const void *p, size_t n)
{
	struct tarsink *t = data;
	size_t done = 0;

	(void)a;
	while (!t->error && done < n) {
		ssize_t got = write(t->fd, (const char *)p + done, n - done);

		if (got < 0 && errno != EINTR)
			t->error = -errno;
		done += got > 0 ? (size_t)got : 0;
	}
	return (la_ssize_t)n;
}

/* What became of writing so far, and of the call that gave `rc`. */
static int result(const struct tarsink *t, int rc)
{
	if (t->error || rc == ARCHIVE_OK || rc == ARCHIVE_WARN)
		return t->error;
	return archive_errno(t->archive) > 0 ? -archive_errno(t->archive) : -EIO;
}

static int put_header(struct tarsink *t, const char *path, mode_t type, mode_t mode,
		      size_t size, uint64_t wall_ms)
{
	_cleanup_free_ char *full = NULL;

	if (asprintf(&full, "%s/%s", t->folder, path) < 0) {
		full = NULL;
		return -ENOMEM;
	}
	archive_entry_clear(t->entry);
	archive_entry_set_pathname(t->entry, full);
	archive_entry_set_filetype(t->entry, type);
	archive_entry_set_perm(t->entry, mode);
	archive_entry_set_size(t->entry, (la_int64_t)size);
	archive_entry_set_mtime(t->entry,
				wall_ms == ML_NONE ? 0 : (time_t)(wall_ms / 1000), 0);
	return result(t, archive_write_header(t->archive, t->entry));
}

static int tarsink_file(struct ml_sink *sink, const char *path, struct ml_str text,
			uint64_t wall_ms)
{
	struct tarsink *t = (struct tarsink *)sink;
	int rc = put_header(t, path, AE_IFREG, 0600, text.n, wall_ms);

	while (!rc && text.n) {
		la_ssize_t n = archive_write_data(t->archive, text.p, text.n);

		rc = result(t, n > 0 ? ARCHIVE_OK : ARCHIVE_FATAL);
		text = ml_str_skip(text, n > 0 ? (size_t)n : 0);
	}
	return rc;
}

static int tarsink_dir(struct ml_sink *sink, const char *path, uint64_t wall_ms)
{
	return put_header((struct tarsink *)sink, path, AE_IFDIR, 0700, 0, wall_ms);
}

static int tarsink_finish(struct ml_sink *sink)
{
	struct tarsink *t = (struct tarsink *)sink;
	int rc = result(t, archive_write_close(t->archive));

	if (!rc && fsync(t->fd) && errno != EINVAL)
		rc = -errno;
	if (!rc)
		rc = ml_pending_publish(&t->pending);
	t->published = !rc;
	return rc;
}

static void tarsink_close(struct ml_sink *sink)
{
	struct tarsink *t = (struct tarsink *)sink;

	if (!t->published)
		t->error = -ECANCELED; /* it writes what it still has when it is freed */
	archive_write_free(t->archive);
	archive_entry_free(t->entry);
	if (t->fd >= 0 && !t->published)
		unlinkat(t->pending.parent, t->pending.partial, 0);
	if (t->fd >= 0)
		close(t->fd);
	ml_pending_deinit(&t->pending);
	free(t->folder);
	free(t);
}

static const struct ml_sink_ops tarsink_ops = {
	.file = tarsink_file,
	.dir = tarsink_dir,
	.finish = tarsink_finish,
	.close = tarsink_close,
};

/* The filter, and the name without its suffix. */
static int set_filter(struct tarsink *t)
{
	struct ml_str name = ml_str_of(t->pending.name);

	for (size_t i = 0; i < ML_ARRAY_SIZE(filters); i++) {
		size_t n = strlen(filters[i].suffix);

		if (!ml_str_ends(name, filters[i].suffix))
			continue;
		t->folder = name.n > n ? strndup(name.p, name.n - n) : strdup("capture");
		if (!t->folder)
			return -ENOMEM;
		/* a warning means that it would run a program for it */
		return filters[i].add(t->archive) == ARCHIVE_OK ? 0 : -EOPNOTSUPP;
	}
	return -EOPNOTSUPP;
}

static int start(struct tarsink *t)
{
	int rc;

	t->archive = archive_write_new();
	t->entry = archive_entry_new();
	if (!t->archive || !t->entry)
		return -ENOMEM;
	rc = set_filter(t);
	if (rc)
		return rc;
	archive_write_set_format_pax_restricted(t->archive);
	archive_write_set_bytes_in_last_block(t->archive, 1); /* no padding behind zstd */
	t->fd = openat(t->pending.parent, t->pending.partial,
		       O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (t->fd < 0)
		return -errno;
	return result(t, archive_write_open(t->archive, t, NULL, write_some, NULL));
}

int ml_archive_create(struct ml_ctx *ctx, const char *path, struct ml_sink **ret)
{
	struct tarsink *t = calloc(1, sizeof(*t));
	int rc;

	if (!t)
		return ml_fail(ctx, -ENOMEM, "out of memory");
	t->sink.ops = &tarsink_ops;
	t->fd = t->pending.parent = -1;
	rc = ml_pending_init(ctx, path, &t->pending);
	if (!rc) {
		rc = start(t);
		if (rc)
			ml_fail(ctx, rc, "%s: %s", path, strerror(-rc));
	}
	if (rc) {
		tarsink_close(&t->sink);
		return rc;
	}
	*ret = &t->sink;
	return 0;
}
