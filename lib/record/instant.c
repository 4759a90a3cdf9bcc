/* SPDX-License-Identifier: MIT */
/* instant: all that was read of a machine at once, as one text. */
#include "record/instant.h"

#include <errno.h>

#include "base/str.h"
#include "source/identity.h"
#include "source/tape_text.h"

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

int ml_instant_head(struct ml_root *root, struct ml_when when, struct ml_tape *ret)
{
	const struct ml_tape nothing = { .files = ML_ROWS(struct ml_taped) };
	struct ml_buf text = { 0 };
	char *copy = NULL;
	int rc = ml_instant_write(root, &nothing, when, &text);

	if (!rc)
		copy = ml_arena_strndup(&ret->arena, text.p, text.n);
	if (copy)
		rc = ml_tape_parse_unsorted((struct ml_str){ copy, text.n }, MAGIC,
					    ML_FRAME_BYTES_MAX, ret);
	else
		rc = -ENOMEM;
	ml_buf_deinit(&text);
	return rc;
}

/* ---- all that is known ---- */

/* Pieces are no smaller than this, but the last. */
#define PIECE_BYTES (64u << 10)

static int put_files(struct ml_frame_stream *stream, const struct ml_whole *whole,
		     struct ml_buf *piece)
{
	int rc = 0;

	ml_buf_printf(piece, MAGIC "\n");
	for (uint32_t i = 0; i < whole->n && !rc; i++) {
		const struct ml_known *file = &whole->at[i];

		ml_tape_put(piece, ml_known_path(file), ml_known_text(file),
			    file->said->error);
		if (piece->n < PIECE_BYTES)
			continue;
		rc = ml_frame_add(stream, ml_buf_text(piece));
		ml_buf_clear(piece);
	}
	ml_buf_printf(piece, "end %u\n", whole->n);
	if (!rc)
		rc = ml_frame_add(stream, ml_buf_text(piece));
	return piece->failed ? -ENOMEM : rc;
}

int ml_instant_pack(struct ml_packer *packer, const struct ml_whole *whole,
		    struct ml_buf *ret)
{
	struct ml_frame_stream stream;
	struct ml_buf piece = { 0 };
	int rc = ml_frame_begin(&stream, packer, ret);

	if (!rc)
		rc = put_files(&stream, whole, &piece);
	if (!rc)
		rc = ml_frame_end(&stream);
	ml_buf_deinit(&piece);
	return rc;
}

int ml_instant_unpack(struct ml_packer *packer, struct ml_str frame, struct ml_tape *ret)
{
	struct ml_buf text = { 0 };
	char *copy = NULL;
	int rc = ml_frame_unpack(packer, frame, (struct ml_str){ 0 }, ML_FRAME_BYTES_MAX,
				 &text);

	if (!rc) {
		copy = ml_arena_strndup(&ret->arena, text.p, text.n);
		rc = copy ? ml_tape_parse_unsorted((struct ml_str){ copy, text.n }, MAGIC,
						   ML_FRAME_BYTES_MAX, ret)
			  : -ENOMEM;
	}
	ml_buf_deinit(&text);
	return rc == -EINVAL ? -EBADMSG : rc;
}
