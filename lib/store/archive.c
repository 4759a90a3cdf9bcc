/* SPDX-License-Identifier: MIT */
/*
 * archive: a machine in an archive, read once and kept in memory. It may come from a
 * ticket, so nothing in it is believed: names must be plain and below the top, links are
 * never followed, and what it unpacks to is bounded in files, in bytes and in proportion
 * to what was read. Of several files of one name the last one holds, as when unpacking.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/fail.h"
#include "base/str.h"
#include "capture/paths.h"
#include "store/store.h"

/* sysfs in full has some 100,000 files, 10,000 processes as many. */
#define ENTRIES_MAX (1u << 20)
/* With the logs of a sosreport, which are passed over. */
#define UNPACKED_BYTES_MAX (8ull << 30)
/* Kernel text packs to a twentieth, hundreds of like processes to a hundredth; zeros to a
 * thousandth with gzip and a ten-thousandth with the others. */
#define RATIO_MAX 500
#define RATIO_FREE_BYTES (32u << 20)
/* A trailer is two empty blocks, the padding of the last file less than one. */
#define BLOCK_BYTES 512

struct node {
	const char *path;
	struct ml_str text;
	uint64_t serial; /* the last of equal names holds */
	bool folder;
};

struct archive_tree {
	struct ml_tree tree;
	struct ml_arena arena;
	struct ml_rows nodes; /* of struct node, by path */
};

/* While it is read. */
struct reading {
	struct ml_ctx *ctx;
	const char *name; /* for messages */
	struct archive *archive;
	struct archive_tree *tree;
	struct ml_buf data;
	uint64_t entries;
	uint64_t kept;    /* bytes */
	uint64_t end;     /* where the last entry ended in the unpacked archive */
};

/* ---- paths ---- */

/* A slash before all other bytes, so that what is in a folder stands together. */
static int path_cmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (*a == *b)
		return 0;
	if (!*a || !*b)
		return *a ? 1 : -1;
	if (*a == '/' || *b == '/')
		return *a == '/' ? -1 : 1;
	return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
}

static int by_path(const void *a, const void *b)
{
	const struct node *x = a, *y = b;
	int c = path_cmp(x->path, y->path);

	return c ? c : (x->serial > y->serial) - (x->serial < y->serial);
}

static const struct node *node_at(const struct archive_tree *t, size_t i)
{
	return ml_rows_at(&t->nodes, i);
}

/* The first node that is not before `path`. */
static size_t lower_bound(const struct archive_tree *t, const char *path)
{
	size_t low = 0, high = t->nodes.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (path_cmp(node_at(t, middle)->path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What is left of `path` below the folder `top`, or NULL. */
static const char *below(const char *path, const char *top, size_t n)
{
	if (!n)
		return path;
	return strncmp(path, top, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

/* ---- the tree ---- */

/* Why there is no such path: -ENOTDIR where a file stands above it. */
static int missing(const struct archive_tree *t, const char *path)
{
	char above[PATH_MAX];
	char *end;

	snprintf(above, sizeof(above), "%s", path);
	while ((end = strrchr(above, '/'))) {
		size_t i;

		*end = '\0';
		i = lower_bound(t, above);
		if (i < t->nodes.n && strcmp(node_at(t, i)->path, above) == 0)
			return node_at(t, i)->folder ? -ENOENT : -ENOTDIR;
	}
	return -ENOENT;
}

static int archive_file(const struct ml_tree *tree, const char *path, struct ml_str *ret)
{
	const struct archive_tree *t = (const struct archive_tree *)tree;
	size_t i = lower_bound(t, path), n = strlen(path);
	const struct node *node = i < t->nodes.n ? node_at(t, i) : NULL;

	if (!node)
		return missing(t, path);
	if (strcmp(node->path, path) != 0)
		return below(node->path, path, n) ? -EISDIR : missing(t, path);
	if (node->folder)
		return -EISDIR;
	*ret = node->text;
	return 0;
}

static int archive_list(const struct ml_tree *tree, const char *path, ml_name_fn *fn,
			void *data)
{
	const struct archive_tree *t = (const struct archive_tree *)tree;
	size_t i = lower_bound(t, path), n = strlen(path);
	struct ml_str last = { 0 };
	const char *name;
	int rc;

	if (n && i < t->nodes.n && strcmp(node_at(t, i)->path, path) == 0) {
		if (!node_at(t, i++)->folder)
			return -ENOTDIR;
	} else if (n && (i == t->nodes.n || !below(node_at(t, i)->path, path, n))) {
		return missing(t, path);
	}
	for (; i < t->nodes.n; i++) {
		struct ml_str part;

		name = below(node_at(t, i)->path, path, n);
		if (!name)
			break;
		part = (struct ml_str){ name, strcspn(name, "/") };
		if (ml_str_eq(part, last))
			continue;
		last = part;
		rc = fn(part, data);
		if (rc)
			return rc;
	}
	return 0;
}

static void archive_close(struct ml_tree *tree)
{
	struct archive_tree *t = (struct archive_tree *)tree;

	ml_arena_deinit(&t->arena);
	free(t);
}

static const struct ml_tree_ops archive_ops = {
	.file = archive_file,
	.list = archive_list,
	.close = archive_close,
};

/* ---- reading ---- */

static int refuse(const struct reading *r, const char *why, const char *what)
{
	return ml_fail(r->ctx, -EINVAL, "%s: refused: %s%.200s", r->name, why, what);
}

static int broken(const struct reading *r)
{
	const char *why = archive_error_string(r->archive);

	return ml_fail(r->ctx, -EINVAL, "%s: cut short, damaged or no tar archive (%s)",
		       r->name, why ? why : "no reason given");
}

/* The same path without "." and empty components, or an error. */
static int plain_path(const struct reading *r, const char *path, char ret[PATH_MAX])
{
	struct ml_str rest = ml_str_of(path), part;
	bool more = true;
	size_t n = 0;

	if (rest.n >= PATH_MAX)
		return refuse(r, "a name is too long: ", path);
	if (*path == '/')
		return refuse(r, "a name is absolute: ", path);
	while (more) {
		more = ml_split(&rest, '/', &part);
		if (!more)
			part = rest;
		if (!part.n || ml_str_is(part, "."))
			continue;
		if (ml_str_is(part, ".."))
			return refuse(r, "a name leads out of it: ", path);
		if (part.n > NAME_MAX)
			return refuse(r, "a name is too long: ", path);
		memcpy(ret + n, part.p, part.n);
		n += part.n;
		ret[n++] = '/';
	}
	ret[n ? n - 1 : 0] = '\0';
	return 0;
}

/* Folders that may stand above a machine: that of the archive, that of a sample. */
#define FOLDERS_ABOVE 2

/* Whether a machine's files may be there: proc/, sys/ and etc/, or at the top, where a
 * copied /proc and MANIFEST have them. */
static bool is_wanted(struct ml_str path)
{
	struct ml_str part;

	for (unsigned i = 0; i <= FOLDERS_ABOVE; i++) {
		if (!ml_split(&path, '/', &part))
			return true;
		if (ml_str_is(part, "proc") || ml_str_is(part, "sys"))
			return true;
		if (ml_str_is(part, "etc"))
			return ml_str_is(path, "passwd");
	}
	return false;
}

/* A file that we would read. */
static bool is_expected(struct ml_str path)
{
	struct ml_str part;

	for (unsigned i = 0; i <= FOLDERS_ABOVE; i++) {
		if (ml_capture_holds(path))
			return true;
		if (!ml_split(&path, '/', &part))
			break;
	}
	return false;
}

static int check_bounds(const struct reading *r)
{
	uint64_t unpacked = (uint64_t)archive_filter_bytes(r->archive, 0);
	uint64_t packed = (uint64_t)archive_filter_bytes(r->archive, -1);

	if (r->kept > ML_TREE_BYTES_MAX || unpacked > UNPACKED_BYTES_MAX)
		return refuse(r, "it unpacks to more than any machine has", "");
	if (unpacked > RATIO_FREE_BYTES && unpacked / RATIO_MAX > packed)
		return refuse(r, "it unpacks to 500 times its size", "");
	return 0;
}

/* Into r->data when the file is wanted; what is not is passed over under the same
 * bounds. */
static int read_data(struct reading *r, bool wanted)
{
	char scratch[64 << 10];

	ml_buf_clear(&r->data);
	for (;;) {
		la_ssize_t n = archive_read_data(r->archive, scratch, sizeof(scratch));
		int rc;

		if (n < 0)
			return broken(r);
		if (!n)
			return 0;
		if (wanted) {
			ml_buf_add(&r->data, scratch, (size_t)n);
			r->kept += (uint64_t)n;
		}
		if (r->data.failed)
			return ml_fail(r->ctx, -ENOMEM, "out of memory");
		rc = check_bounds(r);
		if (rc)
			return rc;
	}
}

static int keep(struct reading *r, const char *path, bool folder)
{
	struct archive_tree *t = r->tree;
	struct node *node = ml_rows_add(&t->nodes, &t->arena);
	struct ml_str text = ml_buf_text(&r->data);

	if (!node)
		return ml_fail(r->ctx, -ENOMEM, "out of memory");
	node->path = ml_arena_strndup(&t->arena, path, strlen(path));
	node->serial = r->entries;
	node->folder = folder;
	if (!folder)
		node->text = (struct ml_str){ ml_arena_strndup(&t->arena, text.p, text.n),
					      text.n };
	return node->path && (folder || node->text.p)
		       ? 0
		       : ml_fail(r->ctx, -ENOMEM, "out of memory");
}

static int take_file(struct reading *r, struct archive_entry *entry, const char *path)
{
	bool wanted = is_wanted(ml_str_of(path));
	int rc;

	if (archive_entry_sparse_count(entry))
		return refuse(r, "a file has holes: ", path);
	rc = read_data(r, wanted);
	return rc || !wanted ? rc : keep(r, path, false);
}

/* A link is nothing, unless it stands where a file is read. */
static int take_link(const struct reading *r, const char *path)
{
	return is_expected(ml_str_of(path))
		       ? refuse(r, "a link in place of a file: ", path)
		       : 0;
}

static int take_entry(struct reading *r, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	char path[PATH_MAX] = "";
	int rc;

	if (++r->entries > ENTRIES_MAX)
		return refuse(r, "it holds more than a million files", "");
	if (!name)
		return refuse(r, "a name cannot be read", "");
	rc = plain_path(r, name, path);
	if (rc || !*path)
		return rc;
	if (archive_entry_hardlink(entry))
		return take_link(r, path);
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
		return take_file(r, entry, path);
	case AE_IFDIR:
		return is_wanted(ml_str_of(path)) ? keep(r, path, true) : 0;
	case AE_IFLNK:
		return take_link(r, path);
	default:
		return refuse(r, "a device or pipe: ", path);
	}
}

/* An archive cut between two files reads like a shorter one, were it not for the empty
 * blocks at its end. */
static int check_end(const struct reading *r)
{
	uint64_t position = (uint64_t)archive_filter_bytes(r->archive, 0);

	if (r->entries && position < r->end + BLOCK_BYTES)
		return ml_fail(r->ctx, -EINVAL, "%s: cut short: its end is missing",
			       r->name);
	return 0;
}

static int read_entries(struct reading *r)
{
	struct archive_entry *entry;
	int rc;

	if (archive_filter_count(r->archive) > 2)
		return refuse(r, "it is packed more than once", "");
	for (;;) {
		int got = archive_read_next_header(r->archive, &entry);

		if (got == ARCHIVE_EOF)
			return check_end(r);
		if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
			return broken(r);
		rc = take_entry(r, entry);
		if (!rc)
			rc = check_bounds(r);
		if (rc)
			return rc;
		r->end = (uint64_t)archive_filter_bytes(r->archive, 0);
	}
}

/* Sorted, and one of each name. */
static void make_index(struct archive_tree *t)
{
	struct node *nodes = (struct node *)t->nodes.at;
	size_t n = 0;

	if (!t->nodes.n)
		return;
	qsort(nodes, t->nodes.n, sizeof(*nodes), by_path);
	for (size_t i = 0; i < t->nodes.n; i++) {
		if (n && strcmp(nodes[n - 1].path, nodes[i].path) == 0)
			n--;
		nodes[n++] = nodes[i];
	}
	t->nodes.n = n;
}

/* A warning instead of OK would mean that it starts a program to unpack. */
static int (*const supports[])(struct archive *a) = {
	archive_read_support_format_tar,
	archive_read_support_filter_gzip,
	archive_read_support_filter_xz,
	archive_read_support_filter_zstd,
};

static int start(struct reading *r)
{
	r->archive = archive_read_new();
	if (!r->archive)
		return ml_fail(r->ctx, -ENOMEM, "out of memory");
	for (size_t i = 0; i < ML_ARRAY_SIZE(supports); i++)
		if (supports[i](r->archive) != ARCHIVE_OK)
			return ml_fail(r->ctx, -EOPNOTSUPP,
				       "%s: libarchive here lacks a format", r->name);
	return 0;
}

/* Frees what was read unless it becomes the tree. */
static int finish(struct reading *r, int rc, struct ml_tree **ret)
{
	archive_read_free(r->archive);
	ml_buf_deinit(&r->data);
	if (rc) {
		archive_close(&r->tree->tree);
		return rc;
	}
	make_index(r->tree);
	*ret = &r->tree->tree;
	return 0;
}

static int new_reading(struct ml_ctx *ctx, const char *name, struct reading *ret)
{
	struct archive_tree *tree = calloc(1, sizeof(*tree));

	if (!tree)
		return ml_fail(ctx, -ENOMEM, "out of memory");
	tree->tree.ops = &archive_ops;
	tree->nodes = ML_ROWS(struct node);
	*ret = (struct reading){ .ctx = ctx, .name = name, .tree = tree };
	return 0;
}

int ml_archive_read(struct ml_ctx *ctx, const char *name, struct ml_str bytes,
		    struct ml_tree **ret)
{
	struct reading r;
	int rc = new_reading(ctx, name, &r);

	if (rc)
		return rc;
	rc = start(&r);
	if (!rc && archive_read_open_memory(r.archive, bytes.p, bytes.n) != ARCHIVE_OK)
		rc = broken(&r);
	if (!rc)
		rc = read_entries(&r);
	return finish(&r, rc, ret);
}

int ml_archive_open(struct ml_ctx *ctx, const char *path, struct ml_tree **ret)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct reading r;
	struct stat st;
	int rc;

	if (fd < 0 || fstat(fd, &st))
		return ml_fail(ctx, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return ml_fail(ctx, -EINVAL, "%s: not a file", path);
	rc = new_reading(ctx, path, &r);
	if (rc)
		return rc;
	rc = start(&r);
	if (!rc && archive_read_open_fd(r.archive, fd, 64 << 10) != ARCHIVE_OK)
		rc = broken(&r);
	if (!rc)
		rc = read_entries(&r);
	return finish(&r, rc, ret);
}
