/* SPDX-License-Identifier: MIT */
/*
 * key: all that was known of a machine at one time, packed. It is in blocks, each against
 * the same files of an earlier key, its base, so that only some of it is unpacked at
 * once.
 */
#pragma once

#include "record/frame.h"
#include "record/whole.h"

struct ml_key;

/* What keys have in common. */
struct ml_keys {
	struct ml_packer *packer;
	size_t bytes; /* of all of them */
};

/* Pack it against the base of `of` (NULL: none), unless too much differs from that by
 * now. 0, -EFBIG, -ENOMEM. */
int ml_key_new(struct ml_keys *keys, const struct ml_whole *whole, uint64_t now_ns,
	       const struct ml_key *of, struct ml_key **ret);
void ml_key_free(struct ml_keys *keys, struct ml_key *key); /* NULL is fine */

/* Recall all of it. 0, -EBADMSG, -ENOMEM. */
int ml_key_read(const struct ml_keys *keys, const struct ml_key *key,
		struct ml_whole *whole);
