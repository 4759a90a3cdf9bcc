/* SPDX-License-Identifier: MIT */
/* root: where kernel files are read from - the running machine, a directory, a tree. */
#include "source/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "source/hold.h"
#include "source/identity.h"
#include "source/read.h"
#include "source/walk.h"

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

/* ---- a tree ---- */

/* The plain path within the tree. */
static int path_in_tree(const struct ml_root *root, const char *path, char ret[PATH_MAX])
{
	struct ml_str rest = ml_str_of(path), part;
	size_t n = strlen(root->inside);
	bool more = true;

	if (root->bare_proc && strncmp(path, "/proc/", 6) == 0)
		rest = ml_str_skip(rest, 5);
	else if (root->bare_proc)
		return -ENOENT;
	memcpy(ret, root->inside, n);
	while (more) {
		more = ml_split(&rest, '/', &part);
		if (!more)
			part = rest;
		if (!part.n || ml_str_is(part, "."))
			continue;
		if (ml_str_is(part, ".."))
			return -ELOOP;
		if (n + part.n + 2 > PATH_MAX)
			return -ENAMETOOLONG;
		memcpy(ret + n, part.p, part.n);
		n += part.n;
		ret[n++] = '/';
	}
	ret[n ? n - 1 : 0] = '\0';
	return 0;
}

static int find_in_tree(const struct ml_root *root, const char *path, struct ml_str *ret)
{
	char plain[PATH_MAX];
	int rc = path_in_tree(root, path, plain);

	return rc ? rc : root->tree->ops->file(root->tree, plain, ret);
}

static int write_all(int fd, struct ml_str text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0)
			return -errno;
		text = ml_str_skip(text, (size_t)n);
	}
	return lseek(fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

/* As a descriptor, for who needs one. */
static int open_in_tree(const struct ml_root *root, const char *path)
{
	struct ml_str text = { 0 };
	int rc = find_in_tree(root, path, &text), fd;

	if (rc)
		return rc;
	fd = memfd_create("memlens", MFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = write_all(fd, text);
	if (rc)
		close(fd);
	return rc ? rc : fd;
}

ssize_t ml_root_copy(const struct ml_root *root, const char *path, char *buf, size_t cap)
{
	struct ml_str text = { 0 };
	int rc = ml_root_reason(root, path, find_in_tree(root, path, &text));

	if (rc)
		return rc;
	if (text.n > cap)
		text.n = cap;
	if (text.n)
		memcpy(buf, text.p, text.n);
	return (ssize_t)text.n;
}

int ml_root_list(const struct ml_root *root, const char *path, ml_name_fn *fn, void *data)
{
	char plain[PATH_MAX];
	int rc = path_in_tree(root, path, plain);

	if (!rc)
		rc = root->tree->ops->list(root->tree, plain, fn, data);
	return ml_root_reason(root, path, rc);
}

/* ---- any root ---- */

int ml_root_reason(const struct ml_root *root, const char *path, int error)
{
	int told = error == -ENOENT ? ml_manifest_error(root->manifest, path) : 0;

	return told ? -told : error;
}

int ml_root_openat(const struct ml_root *root, const char *path)
{
	int fd;

	if (!root->live) {
		fd = root->tree ? open_in_tree(root, path) : open_regular(root, path);
		return ml_root_reason(root, path, fd);
	}
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

	if (root->tree)
		return -EOPNOTSUPP;
	if (!root->live) {
		fd = open_in_dir(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		return ml_root_reason(root, path, fd);
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* One that was kept open and cannot be read any more is opened again. */
static int read_file(const struct ml_root *root, const char *path, struct ml_arena *a,
		     struct ml_str *ret)
{
	int fd = ml_hold_file(root->hold, path), rc;

	if (fd >= 0 && !ml_read_fd(fd, a, ret))
		return 0;
	if (fd >= 0)
		ml_hold_drop_file(root->hold, path);
	fd = ml_root_openat(root, path);
	if (fd < 0)
		return fd;
	rc = ml_read_fd(fd, a, ret);
	if (rc || !ml_hold_keep_file(root->hold, path, fd))
		close(fd);
	return rc;
}

static int read_text(const struct ml_root *root, const char *path, struct ml_arena *a,
		     struct ml_str *ret)
{
	struct ml_str text = { 0 };
	int rc;

	if (root->tree) {
		rc = ml_root_reason(root, path, find_in_tree(root, path, &text));
		if (rc)
			return rc;
		text.p = ml_arena_strndup(a, text.p, text.n);
		if (!text.p)
			return -ENOMEM;
		*ret = text;
		return 0;
	}
	rc = read_file(root, path, a, &text);
	if (!rc)
		*ret = text;
	return rc;
}

int ml_root_read(const struct ml_root *root, const char *path, struct ml_arena *a,
		 struct ml_str *ret)
{
	int rc = read_text(root, path, a, ret);

	if (rc)
		ml_tape_add_error(root->tape, path, rc);
	else
		ml_tape_add(root->tape, path, *ret);
	return rc;
}

/* ---- finding the machine ---- */

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

static int one_name(struct ml_str name, void *data)
{
	(void)name, (void)data;
	return 1;
}

static bool is_there(const struct ml_root *root, const char *path)
{
	char full[PATH_MAX];
	struct ml_str text;
	int fd;

	if (root->tree) {
		snprintf(full, sizeof(full), "%s%s", root->inside, path);
		return !root->tree->ops->file(root->tree, full, &text) ||
		       root->tree->ops->list(root->tree, full, one_name, NULL) >= 0;
	}
	fd = open_in_dir(root, path, O_PATH | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool is_machine(struct ml_root *root)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(signs); i++) {
		if (!is_there(root, signs[i].path))
			continue;
		root->bare_proc = signs[i].bare_proc;
		return true;
	}
	return false;
}

/* A folder below the top may be the machine: that of an archive, of a sosreport. */
struct search {
	struct ml_root *root;
	char *found;
	int found_fd;
	unsigned machines;
	unsigned names;
};

/* More names than this at the top are no archive of one machine. */
#define TOP_NAMES 256

static int try_folder(struct ml_str name, void *data)
{
	struct search *s = data;
	struct ml_root at = { .fd = -1, .tree = s->root->tree };
	_cleanup_free_ char *folder = NULL;

	if (++s->names > TOP_NAMES)
		return -E2BIG;
	if (asprintf(&folder, "%.*s%s", (int)name.n, name.p, at.tree ? "/" : "") < 0) {
		folder = NULL;
		return -ENOMEM;
	}
	at.inside = folder;
	if (!at.tree)
		at.fd = openat(s->root->fd, folder,
			       O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if ((!at.tree && at.fd < 0) || !is_machine(&at) || at.bare_proc ||
	    s->machines++) {
		if (at.fd >= 0)
			close(at.fd);
		return s->machines > 1 ? -E2BIG : 0;
	}
	s->found = folder;
	s->found_fd = at.fd;
	folder = NULL;
	return 0;
}

/* One level down, where exactly one folder is a machine. */
static bool descend(struct ml_root *root)
{
	struct search s = { .root = root, .found_fd = -1 };
	int rc = ml_walk_names(root, "/.", try_folder, &s);

	if (rc || !s.found) {
		free(s.found);
		if (s.found_fd >= 0)
			close(s.found_fd);
		return false;
	}
	free(root->inside);
	root->inside = s.found;
	if (!root->tree) {
		close(root->fd);
		root->fd = s.found_fd;
	}
	return is_machine(root);
}

static int recognise(struct ml_root *root, const char *path)
{
	struct ml_str text = { 0 };

	if (!is_machine(root) && !descend(root))
		return ml_fail(root->ctx, -EINVAL,
			       "%s: holds neither proc/ nor sys/ nor kernel files", path);
	if (root->bare_proc ||
	    ml_root_read(root, "/MANIFEST", &root->manifest->arena, &text))
		return 0;
	ml_manifest_parse(root->manifest, text);
	if (root->manifest->page_size != ML_NONE)
		return ml_root_set_page_size(root, root->manifest->page_size);
	return 0;
}

static int open_copy(struct ml_root *root, const char *path)
{
	const struct ml_opener *opener = root->ctx->opener;
	struct stat st;
	int rc;

	root->fd = open(path, O_PATH | O_CLOEXEC);
	if (root->fd < 0 || fstat(root->fd, &st))
		return ml_fail(root->ctx, -errno, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return recognise(root, path);
	if (!S_ISREG(st.st_mode) || !opener)
		return ml_fail(root->ctx, -ENOTDIR, "%s: %s", path, strerror(ENOTDIR));
	rc = opener->open(root->ctx, path, &root->tree);
	return rc ? rc : recognise(root, path);
}

static int new_root(struct ml_root **ret)
{
	struct ml_root *root = calloc(1, sizeof(*root));

	if (!root)
		return -ENOMEM;
	root->refs = 1;
	root->fd = -1;
	root->identity = calloc(1, sizeof(*root->identity));
	root->manifest = calloc(1, sizeof(*root->manifest));
	root->inside = strdup("");
	if (!root->identity || !root->manifest || !root->inside) {
		ml_root_unref(root);
		return -ENOMEM;
	}
	ml_manifest_parse(root->manifest, (struct ml_str){ 0 });
	*ret = root;
	return 0;
}

int ml_root_open(struct ml_ctx *ctx, const char *path, struct ml_root **ret)
{
	struct ml_root *root;
	int rc = new_root(&root);

	if (rc)
		return ml_fail(ctx, rc, "out of memory");
	root->ctx = ctx;
	root->live = !path || strcmp(path, "/") == 0;
	if (!root->live)
		rc = open_copy(root, path);
	if (rc) {
		ml_root_unref(root);
		return rc;
	}
	*ret = root;
	return 0;
}

int ml_root_of_tree(struct ml_ctx *ctx, struct ml_tree *tree, struct ml_root **ret)
{
	struct ml_str text = { 0 };
	struct ml_root *root;
	int rc = new_root(&root);

	if (rc)
		return rc;
	root->ctx = ctx;
	root->tree = tree;
	if (!ml_root_read(root, "/MANIFEST", &root->manifest->arena, &text))
		ml_manifest_parse(root->manifest, text);
	if (root->manifest->page_size != ML_NONE &&
	    ml_root_set_page_size(root, root->manifest->page_size))
		root->page_size = 0; /* to be inferred */
	*ret = root;
	return 0;
}

/* The folder of a later sample, within the same directory or tree. */
static int open_sample(struct ml_root *of, const char *name, struct ml_root *ret)
{
	free(ret->inside);
	if (asprintf(&ret->inside, "%s%s/", of->inside, name) < 0) {
		ret->inside = NULL;
		return -ENOMEM;
	}
	if (!of->tree) {
		ret->fd = open_in_dir(of, name, O_PATH | O_DIRECTORY);
		return ret->fd < 0 ? -ENOENT : 0;
	}
	ret->tree = of->tree;
	ret->of = ml_root_ref(of);
	return 0;
}

int ml_root_sample(struct ml_root *root, unsigned n, struct ml_root **ret)
{
	char name[32] = "second-sample";
	struct ml_root *sample;
	int rc;

	if (root->live || root->bare_proc || n < 2)
		return -ENOENT;
	rc = new_root(&sample);
	if (rc)
		return rc;
	if (n > 2)
		snprintf(name, sizeof(name), "sample-%u", n);
	sample->ctx = root->ctx;
	rc = open_sample(root, name, sample);
	if (!rc)
		rc = is_machine(sample) ? recognise(sample, name) : -ENOENT;
	if (!rc && root->page_size && !sample->page_size)
		sample->page_size = root->page_size;
	if (rc) {
		ml_root_unref(sample);
		return rc;
	}
	*ret = sample;
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
	if (root->of)
		ml_root_unref(root->of);
	else if (root->tree)
		root->tree->ops->close(root->tree);
	if (root->identity)
		ml_arena_deinit(&root->identity->arena);
	if (root->manifest)
		ml_arena_deinit(&root->manifest->arena);
	ml_hold_free(root->hold);
	ml_tape_free(root->tape);
	free(root->identity);
	free(root->manifest);
	free(root->inside);
	free(root);
}

int ml_root_hold(struct ml_root *root)
{
	int rc = root->live && !root->hold ? ml_hold_new(&root->hold) : 0;

	return rc ? ml_fail(root->ctx, rc, "/proc: %s", strerror(-rc)) : 0;
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
