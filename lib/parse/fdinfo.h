/* SPDX-License-Identifier: MIT */
/* fdinfo: /proc/PID/fdinfo/N - what the kernel tells of a descriptor, GPUs included. */
#pragma once

#include "parse/parse.h"

/* Numbers are ML_NONE, and strings empty, where there is no such line. */
struct ml_fdinfo {
	uint64_t mount; /* mnt_id: as in mountinfo */
	uint64_t inode;
	struct ml_str drm_driver;
	struct ml_str drm_device; /* "0000:00:02.0" */
	uint64_t drm_client;      /* one for all descriptors of one open of the device */
};

/* Of the lines all descriptors have, these alone are looked for: it may be asked of a
 * hundred thousand. */
void ml_fdinfo_place(struct ml_str text, struct ml_fdinfo *ret);

/* All of it: the head is a struct ml_fdinfo, the pairs are the other "drm-" lines that
 * are numbers; those with KiB, MiB or GiB behind are bytes. */
ml_parse_fn ml_parse_fdinfo;
