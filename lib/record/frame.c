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

struct ml_packer {
	ZSTD_CCtx *to;
	ZSTD_DCtx *from;
};

static bool set_up(struct ml_packer *p)
{
	return !ZSTD_isError(
		       ZSTD_CCtx_setParameter(p->to, ZSTD_c_compressionLevel, LEVEL)) &&
	       !ZSTD_isError(ZSTD_CCtx_setParameter(p->to, ZSTD_c_checksumFlag, 1)) &&
	       !ZSTD_isError(ZSTD_CCtx_setParameter(p->to, ZSTD_c_hashLog, HASH_LOG)) &&
	       !ZSTD_isError(
		       ZSTD_DCtx_setParameter(p->from, ZSTD_d_windowLogMax, WINDOW_LOG));
}

int ml_packer_new(struct ml_packer **ret)
{
	struct ml_packer *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->to = ZSTD_createCCtx();
	p->from = ZSTD_createDCtx();
	if (!p->to || !p->from || !set_up(p)) {
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
	memcpy(p, (const char[]){ 'M', 'L', 'F', '1' }, 4);
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
	if (!room || ZSTD_isError(ZSTD_CCtx_setParameter(p->to, ZSTD_c_windowLog, log)) ||
	    ZSTD_isError(ZSTD_CCtx_refPrefix(p->to, base.p, base.n)))
		return -ENOMEM;
	put_head(room, text.n);
	n = ZSTD_compress2(p->to, room + HEAD_BYTES, bound, text.p, text.n);
	if (ZSTD_isError(n))
		return -ENOMEM;
	ret->n += HEAD_BYTES + n;
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
	if (ZSTD_getFrameContentSize(frame.p, frame.n) != size ||
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
