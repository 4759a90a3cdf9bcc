/* SPDX-License-Identifier: MIT */
/*
 * manifest: what a capture tells about itself in its file MANIFEST - when and on which
 * machine it was made, and what became of every path.
 *
 *	memlens-capture 1
 *	page_size 4096
 *	(more "key value" lines)
 *
 *	STATUS ERRNO BYTES MS PATH
 *
 * BYTES is the size as stored, MS the time since the beginning of the sample. In names
 * and values a backslash and every byte that is not printable ASCII is \xHH.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "memlens.h"

#define ML_MANIFEST_MAGIC "memlens-capture 1"

/* Of a tree without one all is unknown. */
struct ml_manifest {
	uint64_t page_size;    /* ML_NONE: not told */
	uint64_t wall_ms;      /* as above */
	uint64_t monotonic_ns; /* of the machine that was captured */
	struct ml_arena arena;
	struct ml_str lines;   /* what follows the header */
	bool indexed;
	struct ml_rows errors; /* of what could not be read, sorted by path */
};

/* Take the header of `text`, which lies in `m->arena`. A text that is no manifest leaves
 * all unknown. */
void ml_manifest_parse(struct ml_manifest *m, struct ml_str text);

/* Why `path`, which the tree does not have, could not be read when the tree was made: an
 * errno, its own or that of a directory above it, or 0 when that is not told. */
int ml_manifest_error(struct ml_manifest *m, const char *path);

/* A name as it stands in a manifest, and back. */
void ml_manifest_escape(struct ml_buf *out, struct ml_str name);
void ml_manifest_unescape(struct ml_buf *out, struct ml_str text);
