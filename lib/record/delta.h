/* SPDX-License-Identifier: MIT */
/*
 * delta: what of a machine differs from what was known of it at an earlier instant.
 *
 *	"MLD1"  GONE  CHANGED (4 bytes each, little-endian: how long these lists are)
 *	the list of files that are gone  the list of files that changed
 *	a frame (record/frame.h) of the files that changed and of those that are new
 *
 * A list is of numbers: how many files to skip, how many to take, and so on, each in
 * seven bits a byte. Files are numbered as they stood at the earlier instant. Both sides
 * keep them in one order: what is gone leaves no gap, what is new comes last. The frame
 * is packed against the same text of the changed files as they were, which is all that is
 * needed of that instant to write one; so what does not move costs nothing.
 */
#pragma once

#include "record/frame.h"
#include "record/whole.h"

/* What was known at one time. Zero-initialise; it may be taken again. */
struct ml_reference {
	struct ml_reference_file *at;
	uint32_t n;
};

/* 0 or -ENOMEM. */
int ml_reference_take(struct ml_reference *reference, const struct ml_whole *whole);
void ml_reference_deinit(struct ml_reference *reference);

/* For one delta after the other. Zero-initialise but the packer. */
struct ml_delta {
	struct ml_packer *packer;
	struct ml_buf text, base, gone, changed;
};

/* Append the delta to `ret`. 0, -EFBIG, -ENOMEM. */
int ml_delta_pack(struct ml_delta *delta, const struct ml_reference *from,
		  const struct ml_whole *to, struct ml_buf *ret);
void ml_delta_deinit(struct ml_delta *delta);

bool ml_is_delta(struct ml_str frame);

/* The files on a tape, as they stood, become those of the later instant. 0; -EBADMSG:
 * damaged, or of another instant; -EFBIG, -ENOMEM. */
int ml_delta_unpack(struct ml_packer *packer, struct ml_str delta, struct ml_tape *tape);
