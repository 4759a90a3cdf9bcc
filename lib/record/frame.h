/* SPDX-License-Identifier: MIT */
/*
 * frame: a text compressed against another one, its base, which it mostly repeats.
 *
 *	"MLF1"  SIZE (4 bytes, the text's, little-endian)  a frame of zstd with a checksum
 *
 * It is untrusted when it is unpacked: no more is made of it than SIZE says, and SIZE may
 * not be beyond the caller's bound.
 */
#pragma once

#include "base/buf.h"
#include "memlens.h"

/* More than any instant has: 10,000 processes with 6 KiB each. */
#define ML_FRAME_BYTES_MAX (64u << 20)

struct ml_packer;

/* Belongs to one thread. 0 or -ENOMEM. */
int ml_packer_new(struct ml_packer **ret);
void ml_packer_free(struct ml_packer *packer); /* NULL is fine */

/* Append the frame of `text` to `ret`; an empty base is none. 0, -EFBIG, -ENOMEM. */
int ml_frame_pack(struct ml_packer *packer, struct ml_str text, struct ml_str base,
		  struct ml_buf *ret);

/* The same of a text that comes in pieces, and against nothing. */
struct ml_frame_stream {
	struct ml_packer *packer;
	struct ml_buf *ret;
	size_t at;   /* where the frame begins in it */
	size_t size; /* of the text so far */
};

int ml_frame_begin(struct ml_frame_stream *stream, struct ml_packer *packer,
		   struct ml_buf *ret);
int ml_frame_add(struct ml_frame_stream *stream, struct ml_str piece);
int ml_frame_end(struct ml_frame_stream *stream);

/* Append the text of a frame, which was packed against `base`, to `ret`. 0; -EBADMSG:
 * damaged, or of another base; -EFBIG: longer than `max`; -ENOMEM. */
int ml_frame_unpack(struct ml_packer *packer, struct ml_str frame, struct ml_str base,
		    size_t max, struct ml_buf *ret);
