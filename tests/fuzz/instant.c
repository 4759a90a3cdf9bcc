/* SPDX-License-Identifier: MIT */
/* instant: an instant of a recording - its text, and the frame that it is packed in. */
#include "instant.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "record/frame.h"
#include "record/instant.h"
#include "source/walk.h"

/* Far above what a corpus holds, far below what a frame may be. */
#define UNPACKED_MAX (1u << 20)

static const char base[] =
	"memlens-instant 1\n12 15\nproc/meminfo\nMemTotal: 1 kB\n\nend 1\n";

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

static void read_instant(struct ml_str text)
{
	static const char *const folders[] = { "/", "/proc", "/sys", "/sys/fs/cgroup" };
	struct ml_arena arena = { 0 };
	struct ml_root *root;
	struct ml_ctx *ctx;
	struct ml_str got;

	if (ml_ctx_new(&ctx))
		return;
	if (!ml_instant_root(ctx, text, &root)) {
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

bool fuzz_instant(struct ml_str name, struct ml_str text)
{
	bool frame = ml_str_is(name, "frame");
	_cleanup_free_ char *copy = NULL;

	if (!frame && !ml_str_is(name, "instant"))
		return false;
	copy = malloc(text.n ? text.n : 1); /* of the exact size, for the sanitizers */
	if (!copy)
		return true;
	if (text.n)
		memcpy(copy, text.p, text.n);
	text.p = copy;
	if (frame)
		read_frame(text);
	else
		read_instant(text);
	return true;
}
