/* SPDX-License-Identifier: MIT */
/* instant: an instant of a recording - its text, and the frames that it is packed in. */
#include "instant.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "record/delta.h"
#include "record/frame.h"
#include "record/instant.h"
#include "source/tape_text.h"
#include "source/tape_tree.h"
#include "source/walk.h"

/* Far above what a corpus holds, far below what a frame may be. */
#define UNPACKED_MAX (1u << 20)

static const char base[] =
	"memlens-instant 1\n12 15\nproc/meminfo\nMemTotal: 1 kB\n\nend 1\n";

/* What a delta is of. */
static const char files[] = "memlens-instant 1\n"
			    "12 15\nproc/meminfo\nMemTotal: 1 kB\n\n"
			    "12 8\nproc/loadavg\n0 0 0 1\n\n"
			    "10 0 13\nproc/stack\n\n"
			    "end 3\n";

static int any_name(struct ml_str name, void *data)
{
	(void)data;
	return name.n > 4096;
}

static int any_pid(uint64_t pid, void *data)
{
	(void)pid, (void)data;
	return 0;
}

static int root_of(struct ml_ctx *ctx, struct ml_str text, struct ml_root **ret)
{
	struct ml_tape *tape = ml_tape_new(ML_KEEP_ALL, ML_FRAME_BYTES_MAX);
	int rc = tape ? ml_tape_parse(text, ML_INSTANT_MAGIC, ML_FRAME_BYTES_MAX, tape)
		      : -1;

	if (!rc)
		return ml_root_of_tape(ctx, tape, ret);
	ml_tape_free(tape);
	return rc;
}

static void read_instant(struct ml_str text)
{
	static const char *const folders[] = { "/", "/proc", "/sys", "/sys/fs/cgroup" };
	struct ml_arena arena = { 0 };
	struct ml_root *root;
	struct ml_ctx *ctx;
	struct ml_str got;

	if (ml_ctx_new(&ctx))
		return;
	if (!root_of(ctx, text, &root)) {
		for (size_t i = 0; i < ML_ARRAY_SIZE(folders); i++)
			(void)ml_walk_names(root, folders[i], any_name, NULL);
		(void)ml_walk_pids(root, any_pid, NULL);
		(void)ml_root_read(root, "/proc/meminfo", &arena, &got);
		ml_root_unref(root);
	}
	ml_arena_deinit(&arena);
	ml_ctx_free(ctx);
}

static void read_frame(struct ml_str frame)
{
	struct ml_str of = { base, sizeof(base) - 1 };
	struct ml_buf text = { 0 };
	struct ml_packer *packer;

	if (ml_packer_new(&packer))
		return;
	if (!ml_frame_unpack(packer, frame, of, UNPACKED_MAX, &text))
		read_instant(ml_buf_text(&text));
	ml_buf_deinit(&text);
	ml_packer_free(packer);
}

static void read_delta(struct ml_str delta)
{
	struct ml_tape *tape = ml_tape_new(ML_KEEP_ALL, UNPACKED_MAX);
	struct ml_str text = { files, sizeof(files) - 1 };
	struct ml_packer *packer = NULL;

	if (tape && !ml_packer_new(&packer) &&
	    !ml_tape_parse_unsorted(text, ML_INSTANT_MAGIC, UNPACKED_MAX, tape) &&
	    !ml_delta_unpack(packer, delta, tape))
		ml_tape_sort(tape);
	ml_packer_free(packer);
	ml_tape_free(tape);
}

bool fuzz_instant(struct ml_str name, struct ml_str text)
{
	static const struct {
		const char *name;
		void (*read)(struct ml_str text);
	} kinds[] = { { "instant", read_instant },
		      { "frame", read_frame },
		      { "delta", read_delta } };
	_cleanup_free_ char *copy = NULL;
	size_t kind = 0;

	while (kind < ML_ARRAY_SIZE(kinds) && !ml_str_is(name, kinds[kind].name))
		kind++;
	if (kind == ML_ARRAY_SIZE(kinds))
		return false;
	copy = malloc(text.n ? text.n : 1); /* of the exact size, for the sanitizers */
	if (!copy)
		return true;
	if (text.n)
		memcpy(copy, text.p, text.n);
	text.p = copy;
	kinds[kind].read(text);
	return true;
}
