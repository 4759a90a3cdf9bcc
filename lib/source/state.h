/* SPDX-License-Identifier: MIT */
/*
 * state: an instant in one private file, for the next run to compare with.
 *
 *	memlens-state 1
 *	PATHBYTES TEXTBYTES
 *	PATH
 *	TEXT
 *	(and so on; "MANIFEST" and "NOTES" stand among the files of the kernel)
 *	end FILES
 *
 * The file is untrusted: it is opened only if nobody else can have written it; what is
 * in it is read as any copy of a machine is.
 */
#pragma once

#include "source/root.h"
#include "source/tape.h"

/* A little more than a tape, for what stands between the texts. */
#define ML_STATE_BYTES_MAX (2 * ML_TAPE_BYTES_MAX)

/* Take apart what was read; all in `tape`, sorted. 0, -EINVAL for anything else, or
 * -ENOMEM. */
int ml_state_parse(struct ml_str text, struct ml_tape *tape);
