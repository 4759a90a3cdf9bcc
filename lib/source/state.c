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
#include "source/tape_text.h"
#include "source/tape_tree.h"

#define MAGIC "memlens-state 1"
#define NOTES "NOTES"
#define BOOT_ID "proc/sys/kernel/random/boot_id"

int ml_state_parse(struct ml_str text, struct ml_tape *tape)
{
	return ml_tape_parse(text, MAGIC, ML_STATE_BYTES_MAX, tape);
}

static void put_state(struct ml_buf *out, const struct ml_root *root, struct ml_str notes)
{
	uint64_t wall = root->live ? ml_clock_wall_ms() : root->manifest->wall_ms;
	const struct ml_taped *file;
	size_t n = 2;

	ml_buf_printf(out, MAGIC "\n");
	ml_tape_put_manifest(out, root, wall, ML_NONE);
	ml_tape_put(out, ML_STR(NOTES), notes, 0);
	ml_for_each_row(file, &root->tape->files) {
		if (ml_tape_leaves_out(root->tape, file->path) || file->error)
			continue;
		ml_tape_put(out, file->path, file->text, 0);
		n++;
	}
	ml_buf_printf(out, "end %zu\n", n);
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

	return now && !ml_tape_find(tape, BOOT_ID, &then) && ml_next_line(&then, &line) &&
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
	struct ml_tape *tape = ml_tape_new(ML_KEEP_HOST, 0);
	int rc = tape ? load(ctx, path, now, tape)
		      : ml_fail(ctx, -ENOMEM, "out of memory");
	struct ml_str notes = { 0 };

	if (rc) {
		ml_tape_free(tape);
		return rc;
	}
	(void)ml_tape_find(tape, NOTES, &notes);
	rc = ml_root_of_tape(ctx, tape, ret);
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

int ml_root_keep(struct ml_root *root, enum ml_keep keep, uint64_t bytes_max)
{
	struct ml_tape *tape = ml_tape_new(keep, bytes_max);

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
