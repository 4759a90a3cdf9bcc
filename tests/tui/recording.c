/* SPDX-License-Identifier: MIT */
/*
 * recording: makes a recording of copied machines, at times that are made up.
 *
 *	recording FOLDER INTERVAL_MS [MS ROOT]...
 *
 * Each ROOT is a sample at so many milliseconds since the epoch, "-" a damaged one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "record/frame.h"
#include "record/instant.h"
#include "recorder/day.h"
#include "recorder/folder.h"
#include "source/tape.h"

#define SAMPLE_BYTES (16u << 20)

static int fail(struct ml_ctx *ctx, const char *what)
{
	fprintf(stderr, "recording: %s: %s\n", what, ctx ? ml_ctx_error(ctx) : "");
	return 1;
}

/* What all reports read of it. What they cannot read is on the tape, too. */
static int read_all(struct ml_root *root)
{
	int rc = ml_root_keep(root, ML_KEEP_ALL, SAMPLE_BYTES);

	for (size_t i = 0; i < ml_report_count() && !rc; i++) {
		const struct ml_report *report = ml_report_at(i);
		const struct ml_query query = { .parts =
							ml_report_default_parts(report) };
		struct ml_snap *snap;

		if (!ml_snap_take(root, report, &query, &snap))
			ml_snap_unref(snap);
	}
	return rc;
}

static int pack(struct ml_root *root, uint64_t wall_ms, struct ml_buf *ret)
{
	const struct ml_when when = { wall_ms, wall_ms * 1000000 };
	struct ml_buf text = { 0 };
	struct ml_packer *packer;
	int rc = ml_packer_new(&packer);

	if (rc)
		return rc;
	rc = ml_instant_write(root, root->tape, when, &text);
	if (!rc)
		rc = ml_frame_pack(packer, ml_buf_text(&text), (struct ml_str){ 0 }, ret);
	ml_packer_free(packer);
	ml_buf_deinit(&text);
	return rc;
}

static int pack_copy(struct ml_ctx *ctx, const char *path, uint64_t wall_ms,
		     struct ml_buf *ret)
{
	struct ml_root *root = NULL;
	int rc;

	if (strcmp(path, "-") == 0) {
		ml_buf_printf(ret, "no frame");
		return 0;
	}
	rc = ml_root_open(ctx, path, &root);
	if (!rc)
		rc = read_all(root);
	if (!rc)
		rc = pack(root, wall_ms, ret);
	ml_root_unref(root);
	return rc;
}

static int add_sample(struct ml_ctx *ctx, const char *folder, uint64_t interval_ms,
		      uint64_t wall_ms, const char *path)
{
	struct ml_day_frame frame = { .wall_ms = wall_ms, .boot = ML_STR("boot") };
	struct ml_arena arena = { 0 };
	const char *name = ml_folder_path(folder, wall_ms, &arena);
	struct ml_buf packed = { 0 };
	struct ml_day *day = NULL;
	int rc = name ? ml_day_create(ctx, name, &day) : -1;

	if (!rc)
		rc = ml_day_set_interval(day, interval_ms);
	if (!rc)
		rc = pack_copy(ctx, path, wall_ms, &packed);
	frame.data = ml_buf_text(&packed);
	if (!rc)
		rc = ml_day_add(day, &frame, NULL, 0);
	ml_buf_deinit(&packed);
	ml_day_close(day);
	ml_arena_deinit(&arena);
	return rc;
}

int main(int argc, char **argv)
{
	struct ml_ctx *ctx;

	if (argc < 3 || argc % 2 == 0)
		return fail(NULL, "FOLDER INTERVAL_MS [MS ROOT]...");
	if (ml_ctx_new(&ctx) || ml_folder_make(ctx, argv[1]))
		return fail(ctx, argv[1]);
	for (int i = 3; i < argc; i += 2)
		if (add_sample(ctx, argv[1], strtoull(argv[2], NULL, 10),
			       strtoull(argv[i], NULL, 10), argv[i + 1]))
			return fail(ctx, argv[i + 1]);
	ml_ctx_free(ctx);
	return 0;
}
