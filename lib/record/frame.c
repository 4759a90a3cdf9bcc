/* SPDX-License-Identifier: MIT */
/* frame: a text compressed against another one, its base, which it mostly repeats. */
#include "record/frame.h"

#include <errno.h>
#include <string.h>
#include <zstd.h>

#include "base/str.h"

#define MAGIC "MLF1"
#define HEAD_BYTES 8
/* Of zstd's own: what is more costs time and saves little. */
#define LEVEL 1
/* Text and base are within one window, and the table that finds repeats is large enough
 * for a base of some megabytes. */
#define WINDOW_LOG 27
#define HASH_LOG 16

/* Of what comes in pieces so much is kept. */
#define STREAM_WINDOW_LOG 19

struct ml_packer {
	ZSTD_CCtx *to;
	ZSTD_DCtx *from;
};

static bool set(ZSTD_CCtx *to, ZSTD_cParameter which, int value)
{
	return !ZSTD_isError(ZSTD_CCtx_setParameter(to, which, value));
}

static bool tune(ZSTD_CCtx *to, int window_log)
{
	return set(to, ZSTD_c_compressionLevel, LEVEL) &&
	       set(to, ZSTD_c_windowLog, window_log) &&
	       set(to, ZSTD_c_hashLog, HASH_LOG) && set(to, ZSTD_c_checksumFlag, 1);
}

int ml_packer_new(struct ml_packer **ret)
{
	struct ml_packer *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->to = ZSTD_createCCtx();
	p->from = ZSTD_createDCtx();
	if (!p->to || !p->from ||
	    ZSTD_isError(
		    ZSTD_DCtx_setParameter(p->from, ZSTD_d_windowLogMax, WINDOW_LOG))) {
		ml_packer_free(p);
		return -ENOMEM;
	}
	*ret = p;
	return 0;
}

void ml_packer_free(struct ml_packer *p)
{
	if (!p)
		return;
	ZSTD_freeCCtx(p->to);
	ZSTD_freeDCtx(p->from);
	free(p);
}

/* ---- packing ---- */

static void put_head(char *p, size_t size)
{
	memcpy(p, MAGIC, sizeof(MAGIC) - 1);
	for (int i = 0; i < 4; i++)
		p[4 + i] = (char)(size >> 8 * i & 0xff);
}

/* The window reaches over both. */
static int window_log(size_t bytes)
{
	int log = 10;

	while (log < WINDOW_LOG && 1ull << log < bytes)
		log++;
	return log;
}

int ml_frame_pack(struct ml_packer *p, struct ml_str text, struct ml_str base,
		  struct ml_buf *ret)
{
	size_t bound = ZSTD_compressBound(text.n), n;
	int log = window_log(text.n + base.n);
	char *room;

	if (text.n > ML_FRAME_BYTES_MAX || base.n > ML_FRAME_BYTES_MAX)
		return -EFBIG;
	room = ml_buf_room(ret, bound + HEAD_BYTES);
	if (!room || !tune(p->to, log) ||
	    ZSTD_isError(ZSTD_CCtx_refPrefix(p->to, base.p, base.n)))
		return -ENOMEM;
	put_head(room, text.n);
	n = ZSTD_compress2(p->to, room + HEAD_BYTES, bound, text.p, text.n);
	if (ZSTD_isError(n))
		return -ENOMEM;
	ret->n += HEAD_BYTES + n;
	return 0;
}

/* ---- packing piece by piece ---- */

int ml_frame_begin(struct ml_frame_stream *s, struct ml_packer *p, struct ml_buf *ret)
{
	*s = (struct ml_frame_stream){ .packer = p, .ret = ret, .at = ret->n };
	if (!ml_buf_room(ret, HEAD_BYTES) || !tune(p->to, STREAM_WINDOW_LOG))
		return -ENOMEM;
	ret->n += HEAD_BYTES;
	return 0;
}

static int put(struct ml_frame_stream *s, struct ml_str piece, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = { piece.p, piece.n, 0 };
	size_t left;

	do {
		size_t n = ZSTD_CStreamOutSize();
		ZSTD_outBuffer out = { ml_buf_room(s->ret, n), n, 0 };

		if (!out.dst)
			return -ENOMEM;
		left = ZSTD_compressStream2(s->packer->to, &out, &in, how);
		if (ZSTD_isError(left))
			return -ENOMEM;
		s->ret->n += out.pos;
	} while (how == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return 0;
}

/* What was begun is given up. */
static int give_up(struct ml_frame_stream *s, int rc)
{
	s->ret->n = s->at;
	ZSTD_CCtx_reset(s->packer->to, ZSTD_reset_session_only);
	return rc;
}

int ml_frame_add(struct ml_frame_stream *s, struct ml_str piece)
{
	int rc = -EFBIG;

	s->size += piece.n;
	if (s->size <= ML_FRAME_BYTES_MAX)
		rc = put(s, piece, ZSTD_e_continue);
	return rc ? give_up(s, rc) : 0;
}

int ml_frame_end(struct ml_frame_stream *s)
{
	int rc = put(s, ML_STR(""), ZSTD_e_end);

	if (rc)
		return give_up(s, rc);
	put_head(s->ret->p + s->at, s->size);
	return 0;
}

/* ---- unpacking ---- */

static size_t size_of(const char *head)
{
	size_t size = 0;

	for (int i = 0; i < 4; i++)
		size |= (size_t)(unsigned char)head[4 + i] << 8 * i;
	return size;
}

/* A text that came in pieces had no size yet when its frame began. */
static bool may_have_size(struct ml_str frame, size_t size)
{
	unsigned long long n = ZSTD_getFrameContentSize(frame.p, frame.n);

	return n == size || n == ZSTD_CONTENTSIZE_UNKNOWN;
}

int ml_frame_unpack(struct ml_packer *p, struct ml_str frame, struct ml_str base,
		    size_t max, struct ml_buf *ret)
{
	size_t size, n;
	char *room;

	if (frame.n < HEAD_BYTES || memcmp(frame.p, MAGIC, 4) != 0)
		return -EBADMSG;
	size = size_of(frame.p);
	if (size > max || size > ML_FRAME_BYTES_MAX)
		return -EFBIG;
	frame = ml_str_skip(frame, HEAD_BYTES);
	if (!may_have_size(frame, size) ||
	    ZSTD_findFrameCompressedSize(frame.p, frame.n) != frame.n)
		return -EBADMSG;
	room = ml_buf_room(ret, size + 1);
	if (!room || ZSTD_isError(ZSTD_DCtx_refPrefix(p->from, base.p, base.n)))
		return -ENOMEM;
	n = ZSTD_decompressDCtx(p->from, room, size, frame.p, frame.n);
	if (ZSTD_isError(n) || n != size)
		return -EBADMSG;
	ret->n += size;
	return 0;
}
