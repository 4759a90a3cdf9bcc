/* SPDX-License-Identifier: MIT */
/* delta: what of a machine differs from what was known of it at an earlier instant. */
#include "record/delta.h"

#include <errno.h>
#include <stdlib.h>

#include "base/str.h"
#include "record/runs.h"
#include "source/tape_text.h"

#define MAGIC "MLD1"
#define HEAD_BYTES 12
#define TEXT_MAGIC "memlens-delta 1"
/* Buffers that are larger are not kept. */
#define BUFFER_BYTES (128u << 10)

struct ml_reference_file {
	uint64_t serial;
	struct ml_said *said;
};

/* ---- the earlier instant ---- */

void ml_reference_deinit(struct ml_reference *r)
{
	for (uint32_t i = 0; i < r->n; i++)
		ml_said_unref(r->at[i].said);
	free(r->at);
	*r = (struct ml_reference){ 0 };
}

int ml_reference_take(struct ml_reference *r, const struct ml_whole *whole)
{
	struct ml_reference_file *at = malloc((whole->n + 1) * sizeof(*at));

	if (!at)
		return -ENOMEM;
	for (uint32_t i = 0; i < whole->n; i++) {
		const struct ml_known *file = &whole->at[i];

		at[i] = (struct ml_reference_file){ file->serial,
						    ml_said_ref(file->said) };
	}
	ml_reference_deinit(r);
	r->at = at;
	r->n = whole->n;
	return 0;
}

/* ---- packing ---- */

static void put_said(struct ml_buf *out, const struct ml_said *said)
{
	ml_tape_put(out, ml_said_path(said), ml_said_text(said), said->error);
}

static bool is_same(const struct ml_said *a, const struct ml_said *b)
{
	return a == b ||
	       (a->error == b->error && ml_str_eq(ml_said_text(a), ml_said_text(b)));
}

/* Both are in the order of their serials. */
static size_t compare(struct ml_delta *d, const struct ml_reference *from,
		      const struct ml_whole *to)
{
	struct ml_runs gone = { &d->gone }, changed = { &d->changed };
	size_t files = 0;
	uint32_t k = 0;

	for (uint32_t i = 0; i < from->n; i++) {
		const struct ml_reference_file *file = &from->at[i];

		if (k == to->n || to->at[k].serial != file->serial) {
			ml_runs_add(&gone, i);
			continue;
		}
		if (!is_same(file->said, to->at[k].said)) {
			ml_runs_add(&changed, i);
			put_said(&d->base, file->said);
			put_said(&d->text, to->at[k].said);
			files++;
		}
		k++;
	}
	for (; k < to->n; k++, files++)
		put_said(&d->text, to->at[k].said);
	ml_runs_end(&gone);
	ml_runs_end(&changed);
	return files;
}

static void put_length(struct ml_buf *out, size_t n)
{
	char bytes[4];

	for (int i = 0; i < 4; i++)
		bytes[i] = (char)(n >> 8 * i & 0xff);
	ml_buf_add(out, bytes, sizeof(bytes));
}

/* What one delta needed and most do not. */
static void let_go(struct ml_buf *buf)
{
	if (buf->cap <= BUFFER_BYTES)
		return;
	ml_buf_deinit(buf);
	*buf = (struct ml_buf){ 0 };
}

int ml_delta_pack(struct ml_delta *d, const struct ml_reference *from,
		  const struct ml_whole *to, struct ml_buf *ret)
{
	size_t files;
	int rc;

	ml_buf_clear(&d->text);
	ml_buf_clear(&d->base);
	ml_buf_clear(&d->gone);
	ml_buf_clear(&d->changed);
	ml_buf_printf(&d->text, TEXT_MAGIC "\n");
	files = compare(d, from, to);
	ml_buf_printf(&d->text, "end %zu\n", files);
	ml_buf_add(ret, MAGIC, 4);
	put_length(ret, d->gone.n);
	put_length(ret, d->changed.n);
	ml_buf_str(ret, ml_buf_text(&d->gone));
	ml_buf_str(ret, ml_buf_text(&d->changed));
	if (d->text.failed || d->base.failed || d->gone.failed || d->changed.failed ||
	    ret->failed)
		return -ENOMEM;
	rc = ml_frame_pack(d->packer, ml_buf_text(&d->text), ml_buf_text(&d->base), ret);
	let_go(&d->text);
	let_go(&d->base);
	return rc;
}

void ml_delta_deinit(struct ml_delta *d)
{
	ml_buf_deinit(&d->text);
	ml_buf_deinit(&d->base);
	ml_buf_deinit(&d->gone);
	ml_buf_deinit(&d->changed);
}

/* ---- unpacking ---- */

struct parts {
	struct ml_str gone, changed, frame;
};

static size_t take_length(const char *p)
{
	size_t n = 0;

	for (int i = 0; i < 4; i++)
		n |= (size_t)(unsigned char)p[i] << 8 * i;
	return n;
}

bool ml_is_delta(struct ml_str frame)
{
	return ml_str_starts(frame, MAGIC);
}

static int take_apart(struct ml_str delta, struct parts *ret)
{
	size_t gone, changed;

	if (!ml_is_delta(delta) || delta.n < HEAD_BYTES)
		return -EBADMSG;
	gone = take_length(delta.p + 4);
	changed = take_length(delta.p + 8);
	delta = ml_str_skip(delta, HEAD_BYTES);
	if (gone > delta.n || changed > delta.n - gone)
		return -EBADMSG;
	ret->gone = (struct ml_str){ delta.p, gone };
	ret->changed = (struct ml_str){ delta.p + gone, changed };
	ret->frame = ml_str_skip(delta, gone + changed);
	return 0;
}

static struct ml_taped *file_at(const struct ml_tape *tape, size_t i)
{
	return ml_rows_at(&tape->files, i);
}

/* What the frame was packed against. */
static int put_base(const struct ml_tape *tape, struct ml_str changed, struct ml_buf *ret)
{
	struct ml_runs_reader runs = { changed, tape->files.n };
	size_t i;
	int rc;

	while ((rc = ml_runs_next(&runs, &i)) > 0) {
		const struct ml_taped *file = file_at(tape, i);

		ml_tape_put(ret, file->path, file->text, file->error);
	}
	return ret->failed ? -ENOMEM : rc;
}

static int unpack_files(struct ml_packer *packer, const struct parts *parts,
			struct ml_tape *tape, struct ml_tape *ret)
{
	struct ml_buf base = { 0 }, text = { 0 };
	char *copy = NULL;
	int rc = put_base(tape, parts->changed, &base);

	if (!rc)
		rc = ml_frame_unpack(packer, parts->frame, ml_buf_text(&base),
				     ML_FRAME_BYTES_MAX, &text);
	if (!rc) {
		copy = ml_arena_strndup(&tape->arena, text.p, text.n);
		rc = copy ? ml_tape_parse_unsorted((struct ml_str){ copy, text.n },
						   TEXT_MAGIC, ML_FRAME_BYTES_MAX, ret)
			  : -ENOMEM;
	}
	ml_buf_deinit(&base);
	ml_buf_deinit(&text);
	return rc == -EINVAL ? -EBADMSG : rc;
}

/* The first of the files that came take the place of those that changed. */
static int replace(struct ml_tape *tape, struct ml_str changed,
		   const struct ml_tape *files, size_t *ret)
{
	struct ml_runs_reader runs = { changed, tape->files.n };
	size_t i, n = 0;
	int rc;

	while ((rc = ml_runs_next(&runs, &i)) > 0) {
		const struct ml_taped *file = file_at(files, n);

		if (n++ >= files->files.n ||
		    !ml_str_eq(file->path, file_at(tape, i)->path))
			return -EBADMSG;
		*file_at(tape, i) = *file;
	}
	*ret = n;
	return rc;
}

static int leave_out(struct ml_tape *tape, struct ml_str gone)
{
	struct ml_runs_reader runs = { gone, tape->files.n };
	size_t i = 0, n = 0, next;
	int rc;

	while ((rc = ml_runs_next(&runs, &next)) > 0) {
		while (i < next)
			*file_at(tape, n++) = *file_at(tape, i++);
		i++;
	}
	if (rc)
		return rc;
	while (i < tape->files.n)
		*file_at(tape, n++) = *file_at(tape, i++);
	tape->files.n = n;
	return 0;
}

static int append(struct ml_tape *tape, const struct ml_tape *files, size_t from)
{
	for (size_t i = from; i < files->files.n; i++) {
		struct ml_taped *file = ml_rows_add(&tape->files, &tape->arena);

		if (!file)
			return -ENOMEM;
		*file = *file_at(files, i);
	}
	return 0;
}

int ml_delta_unpack(struct ml_packer *packer, struct ml_str delta, struct ml_tape *tape)
{
	struct ml_tape files = { .files = ML_ROWS(struct ml_taped) };
	struct parts parts;
	size_t n = 0;
	int rc = take_apart(delta, &parts);

	if (!rc)
		rc = unpack_files(packer, &parts, tape, &files);
	if (!rc)
		rc = replace(tape, parts.changed, &files, &n);
	if (!rc)
		rc = leave_out(tape, parts.gone);
	if (!rc)
		rc = append(tape, &files, n);
	ml_arena_deinit(&files.arena);
	return rc;
}
