/* SPDX-License-Identifier: MIT */
/*
 * tape_text: a tape as one text, and back.
 *
 *	MAGIC
 *	PATHBYTES TEXTBYTES
 *	PATH
 *	TEXT
 *	PATHBYTES 0 ERRNO
 *	PATH
 *
 *	(and so on; "MANIFEST" and what the caller adds stand among the files)
 *	end FILES
 *
 * It is untrusted when it is read.
 */
#pragma once

#include "base/buf.h"
#include "source/root.h"
#include "source/tape.h"

void ml_tape_put(struct ml_buf *out, struct ml_str path, struct ml_str text, int error);

/* What a tree has to be told since it does not know: MANIFEST, when it was (ML_NONE: not
 * told) and of which page size. */
void ml_tape_put_manifest(struct ml_buf *out, const struct ml_root *root,
			  uint64_t wall_ms, uint64_t monotonic_ns);

/* Whether the file is left out: where not all processes fitted there are none, since some
 * would look like all. */
bool ml_tape_leaves_out(const struct ml_tape *tape, struct ml_str path);

/* Take apart a text of at most `bytes_max`; all points into it. The tape is sorted. 0,
 * -EINVAL for anything else, or -ENOMEM. */
int ml_tape_parse(struct ml_str text, const char *magic, size_t bytes_max,
		  struct ml_tape *tape);

/* The same, but the files are in the order of the text, and may be there twice. */
int ml_tape_parse_unsorted(struct ml_str text, const char *magic, size_t bytes_max,
			   struct ml_tape *tape);
