/* SPDX-License-Identifier: MIT */
/* instant: all that was read of a machine at once, as one text, and as a root again. */
#include "record/instant.h"

#include <errno.h>

#include "base/str.h"
#include "record/frame.h"
#include "source/identity.h"
#include "source/tape_text.h"
#include "source/tape_tree.h"

#define MAGIC ML_INSTANT_MAGIC

struct ml_when ml_instant_when(const struct ml_root *root)
{
	const struct ml_manifest *told = root->manifest;

	if (root->live)
		return (struct ml_when){ root->tape->wall_ms, root->tape->monotonic_ns };
	return (struct ml_when){ told->wall_ms, told->monotonic_ns };
}

/* Names that a report may not have asked for, or that no file was read for. */
static size_t put_identity(struct ml_buf *out, struct ml_root *root)
{
	const struct ml_identity *id = ml_root_identity(root);
	const struct {
		const char *path, *text;
	} files[] = {
		{ "proc/sys/kernel/hostname",       id->name    },
		{ "proc/sys/kernel/osrelease",      id->kernel  },
		{ "proc/sys/kernel/random/boot_id", id->boot_id },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (!files[i].text)
			continue;
		ml_tape_put(out, ml_str_of(files[i].path), ml_str_of(files[i].text), 0);
		n++;
	}
	return n;
}

int ml_instant_write(struct ml_root *root, const struct ml_tape *tape,
		     struct ml_when when, struct ml_buf *ret)
{
	const struct ml_taped *file;
	size_t n = 1;

	ml_buf_printf(ret, MAGIC "\n");
	ml_tape_put_manifest(ret, root, when.wall_ms, when.monotonic_ns);
	n += put_identity(ret, root);
	ml_for_each_row(file, &tape->files) {
		if (ml_tape_leaves_out(tape, file->path))
			continue;
		ml_tape_put(ret, file->path, file->text, file->error);
		n++;
	}
	ml_buf_printf(ret, "end %zu\n", n);
	return ret->failed ? -ENOMEM : 0;
}

static int parse(struct ml_str text, struct ml_tape **ret)
{
	struct ml_tape *tape = ml_tape_new(ML_KEEP_ALL, ML_FRAME_BYTES_MAX);
	char *copy = tape ? ml_arena_strndup(&tape->arena, text.p, text.n) : NULL;
	int rc = -ENOMEM;

	if (copy)
		rc = ml_tape_parse((struct ml_str){ copy, text.n }, MAGIC,
				   ML_FRAME_BYTES_MAX, tape);
	if (rc)
		ml_tape_free(tape);
	else
		*ret = tape;
	return rc;
}

int ml_instant_tree(struct ml_str text, struct ml_tree **ret)
{
	struct ml_tape *tape;
	int rc = parse(text, &tape);

	return rc ? rc : ml_tree_of_tape(tape, ret);
}

int ml_instant_root(struct ml_ctx *ctx, struct ml_str text, struct ml_root **ret)
{
	struct ml_tape *tape;
	int rc = parse(text, &tape);

	return rc ? rc : ml_root_of_tape(ctx, tape, ret);
}
