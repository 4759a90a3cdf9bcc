/* SPDX-License-Identifier: MIT */
/* state: an instant in one private file, for the next run to compare with. */
#include "source/state.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/num.h"
#include "base/str.h"
#include "source/identity.h"
#include "source/read.h"

#define MAGIC "memlens-state 1"
#define NOTES "NOTES"
#define BOOT_ID "proc/sys/kernel/random/boot_id"

/* ---- the file as text ---- */

static bool is_of_process(struct ml_str path)
{
	return path.n > 5 && ml_str_starts(path, "proc/") && path.p[5] >= '0' &&
	       path.p[5] <= '9';
}

static bool take_size(struct ml_str word, uint64_t *ret)
{
	return ml_num_u64(word, ret) && *ret <= ML_STATE_BYTES_MAX;
}

/* "12 345", and so many bytes, each followed by a newline. */
static int take_file(struct ml_str head, struct ml_str *text, struct ml_tape *tape)
{
	struct ml_taped *file;
	struct ml_str word;
	uint64_t path, bytes;

	if (!ml_split(&head, ' ', &word) || !take_size(word, &path) ||
	    !take_size(head, &bytes) || !path || text->n < path + bytes + 2 ||
	    text->p[path] != '\n' || text->p[path + 1 + bytes] != '\n' ||
	    memchr(text->p, '\0', path))
		return -EINVAL;
	file = ml_rows_add(&tape->files, &tape->arena);
	if (!file)
		return -ENOMEM;
	file->path = (struct ml_str){ text->p, path };
	tape->processes |= is_of_process(file->path);
	file->text = (struct ml_str){ text->p + path + 1, bytes };
	*text = ml_str_skip(*text, path + bytes + 2);
	return 0;
}

int ml_state_parse(struct ml_str text, struct ml_tape *tape)
{
	struct ml_str line;
	uint64_t files;
	int rc = 0;

	if (!ml_split(&text, '\n', &line) || !ml_str_is(line, MAGIC))
		return -EINVAL;
	while (!rc && ml_split(&text, '\n', &line) && !ml_str_starts(line, "end "))
		rc = take_file(line, &text, tape);
	if (!rc && (text.n || !ml_str_starts(line, "end ") ||
		    !ml_num_u64(ml_str_skip(line, 4), &files) || files != tape->files.n))
		rc = -EINVAL;
	if (!rc)
		ml_tape_sort(tape);
	return rc;
}

static void put_file(struct ml_buf *out, struct ml_str path, struct ml_str text)
{
	ml_buf_printf(out, "%zu %zu\n", path.n, text.n);
	ml_buf_str(out, path);
	ml_buf_add(out, "\n", 1);
	ml_buf_str(out, text);
	ml_buf_add(out, "\n", 1);
}

/* What a tree has to be told, since it does not know. */
static void put_manifest(struct ml_buf *out, const struct ml_root *root)
{
	uint64_t wall = root->live ? ml_clock_wall_ms() : root->manifest->wall_ms;
	uint64_t page = root->live ? (uint64_t)sysconf(_SC_PAGESIZE) : root->page_size;
	struct ml_buf text = { 0 };

	ml_buf_printf(&text, ML_MANIFEST_MAGIC "\n");
	if (page)
		ml_buf_printf(&text, "page_size %llu\n", (unsigned long long)page);
	if (wall != ML_NONE)
		ml_buf_printf(&text, "wall_ms %llu\n", (unsigned long long)wall);
	ml_buf_add(&text, "\n", 1);
	put_file(out, ML_STR("MANIFEST"), ml_buf_text(&text));
	out->failed |= text.failed;
	ml_buf_deinit(&text);
}

/* Where not all processes fitted there are none: some would look like all. */
static bool is_left_out(const struct ml_tape *tape, struct ml_str path)
{
	return tape->full && is_of_process(path);
}

static void put_state(struct ml_buf *out, const struct ml_root *root, struct ml_str notes)
{
	const struct ml_taped *file;
	size_t n = 2;

	ml_buf_printf(out, MAGIC "\n");
	put_manifest(out, root);
	put_file(out, ML_STR(NOTES), notes);
	ml_for_each_row(file, &root->tape->files) {
		if (is_left_out(root->tape, file->path))
			continue;
		put_file(out, file->path, file->text);
		n++;
	}
	ml_buf_printf(out, "end %zu\n", n);
}

/* ---- as a tree ---- */

struct state_tree {
	struct ml_tree tree;
	struct ml_tape *tape;
};

static const struct state_tree *state_of(const struct ml_tree *tree)
{
	return (const struct state_tree *)(const void *)tree;
}

/* The first file that is not before `path`. */
static size_t find(const struct ml_tape *tape, struct ml_str path)
{
	size_t from = 0, to = tape->files.n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct ml_taped *file = ml_rows_at(&tape->files, middle);

		if (ml_str_cmp(file->path, path) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static int find_file(const struct ml_tape *tape, const char *path, struct ml_str *ret)
{
	struct ml_str wanted = ml_str_of(path);
	size_t i = find(tape, wanted);
	const struct ml_taped *file;

	if (i == tape->files.n)
		return -ENOENT;
	file = ml_rows_at(&tape->files, i);
	if (!ml_str_eq(file->path, wanted))
		return -ENOENT;
	*ret = file->text;
	return 0;
}

static int tree_file(const struct ml_tree *tree, const char *path, struct ml_str *ret)
{
	return find_file(state_of(tree)->tape, path, ret);
}

/* The paths below a folder stand one after the other; so do those below one in it. */
static int tree_list(const struct ml_tree *tree, const char *path, ml_name_fn *fn,
		     void *data)
{
	const struct ml_tape *tape = state_of(tree)->tape;
	char folder[PATH_MAX];
	int n = snprintf(folder, sizeof(folder), "%s%s", path, *path ? "/" : "");
	struct ml_str last = { 0 };
	bool found = false;
	int rc = 0;

	if (n < 0 || (size_t)n >= sizeof(folder))
		return -ENAMETOOLONG;
	if (!tape->processes && strcmp(path, "proc") == 0)
		return -EOPNOTSUPP; /* it was not looked at: there may have been any */
	for (size_t i = find(tape, ml_str_of(folder)); i < tape->files.n && !rc; i++) {
		const struct ml_taped *file = ml_rows_at(&tape->files, i);
		struct ml_str rest, name;

		if (!ml_str_starts(file->path, folder))
			break;
		rest = name = ml_str_skip(file->path, (size_t)n);
		ml_split(&rest, '/', &name);
		found = true;
		if (name.n && !(last.p && ml_str_eq(last, name)))
			rc = fn(name, data);
		last = name;
	}
	return found ? rc : -ENOENT;
}

static void tree_close(struct ml_tree *tree)
{
	struct state_tree *state = (struct state_tree *)(void *)tree;

	ml_tape_free(state->tape);
	free(state);
}

static const struct ml_tree_ops ops = { tree_file, tree_list, tree_close };

/* Takes the tape. */
static int make_root(struct ml_ctx *ctx, struct ml_tape *tape, struct ml_root **ret)
{
	struct state_tree *state = calloc(1, sizeof(*state));
	int rc;

	if (!state) {
		ml_tape_free(tape);
		return -ENOMEM;
	}
	state->tree.ops = &ops;
	state->tape = tape;
	rc = ml_root_of_tree(ctx, &state->tree, ret);
	if (rc)
		tree_close(&state->tree);
	return rc;
}

/* ---- reading it ---- */

/* Only what nobody else can have written, and what no reader hangs on. */
static int check_owner(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return -EINVAL;
	return st->st_uid != geteuid() || st->st_mode & (S_IWGRP | S_IWOTH) ? -EPERM : 0;
}

static int read_file(struct ml_ctx *ctx, const char *path, struct ml_tape *tape,
		     struct ml_str *ret)
{
	_cleanup_close_ int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int rc;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0 || fstat(fd, &st))
		return ml_fail(ctx, -EPERM, "%s: %s", path,
			       errno == ELOOP ? "is a link" : strerror(errno));
	rc = check_owner(&st);
	if (rc)
		return ml_fail(ctx, rc, "%s: %s", path,
			       rc == -EPERM ? "others could have written it"
					    : "is no plain file");
	if (st.st_size > ML_STATE_BYTES_MAX)
		return ml_fail(ctx, -EINVAL, "%s: %s", path, "is too long for a state");
	rc = ml_read_fd(fd, &tape->arena, ret);
	return rc ? ml_fail(ctx, rc, "%s: %s", path, strerror(-rc)) : 0;
}

/* Whether the two are known to be of different boots. */
static bool is_other_boot(const struct ml_tape *tape, struct ml_root *root)
{
	const char *now = ml_root_identity(root)->boot_id;
	struct ml_str then, line;

	return now && !find_file(tape, BOOT_ID, &then) && ml_next_line(&then, &line) &&
	       !ml_str_is(line, now);
}

static int load(struct ml_ctx *ctx, const char *path, struct ml_root *now,
		struct ml_tape *tape)
{
	struct ml_str text = { 0 };
	int rc = read_file(ctx, path, tape, &text);

	if (rc)
		return rc;
	rc = ml_state_parse(text, tape);
	if (rc)
		return ml_fail(ctx, rc, "%s: %s", path,
			       rc == -EINVAL ? "is damaged, or no state"
					     : "out of memory");
	if (is_other_boot(tape, now))
		return ml_fail(ctx, -ESTALE, "%s: is of another boot", path);
	return 0;
}

int ml_state_load(struct ml_ctx *ctx, const char *path, struct ml_root *now,
		  struct ml_root **ret, struct ml_str *ret_notes)
{
	struct ml_tape *tape = ml_tape_new(false);
	int rc = tape ? load(ctx, path, now, tape)
		      : ml_fail(ctx, -ENOMEM, "out of memory");
	struct ml_str notes = { 0 };

	if (rc) {
		ml_tape_free(tape);
		return rc;
	}
	(void)find_file(tape, NOTES, &notes);
	rc = make_root(ctx, tape, ret);
	if (rc)
		return ml_fail(ctx, rc, "out of memory");
	*ret_notes = notes;
	return 0;
}

/* ---- writing it ---- */

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
	return fsync(fd) ? -errno : 0;
}

/* What is there may be replaced when it is ours. */
static int check_place(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : -errno;
	return S_ISREG(st.st_mode) && st.st_uid == geteuid() ? 0 : -EPERM;
}

static int write_partial(const char *partial, struct ml_str text)
{
	_cleanup_close_ int fd = -1;

	if (unlink(partial) && errno != ENOENT) /* of a run that was killed */
		return -errno;
	fd = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : write_all(fd, text);
}

/* Under another name in the same folder until it is whole. */
static int replace(const char *path, struct ml_str text)
{
	_cleanup_free_ char *partial = NULL;
	const char *slash = strrchr(path, '/');
	int folder = slash ? (int)(slash + 1 - path) : 0, rc = check_place(path);

	if (rc)
		return rc;
	if (asprintf(&partial, "%.*s.%s.partial-%d", folder, path, path + folder,
		     (int)getpid()) < 0) {
		partial = NULL;
		return -ENOMEM;
	}
	rc = write_partial(partial, text);
	if (!rc && rename(partial, path))
		rc = -errno;
	if (rc)
		unlink(partial);
	return rc;
}

int ml_root_keep(struct ml_root *root, bool processes)
{
	struct ml_tape *tape = ml_tape_new(processes);

	if (!tape)
		return ml_fail(root->ctx, -ENOMEM, "out of memory");
	ml_tape_free(root->tape);
	root->tape = tape;
	return 0;
}

int ml_state_save(struct ml_root *root, const char *path, struct ml_str notes)
{
	struct ml_buf text = { 0 };
	int rc;

	root->identity->known = false; /* so that its boot is on the tape */
	(void)ml_root_identity(root);
	ml_tape_sort(root->tape);
	put_state(&text, root, notes);
	rc = text.failed ? -ENOMEM : replace(path, ml_buf_text(&text));
	ml_buf_deinit(&text);
	if (rc)
		return ml_fail(root->ctx, rc, "%s: not written: %s", path,
			       rc == -EPERM ? "what is there is not ours or no plain file"
					    : strerror(-rc));
	return 0;
}
