/* SPDX-License-Identifier: MIT */
/* zram: the block devices in compressed RAM, as /sys/block/zramN tells of them. */
#pragma once

#include "model/snap.h"
#include "parse/zram.h"

/* Bytes, or what parse/zram.h says; ML_NONE where the kernel does not tell. */
struct ml_zram {
	struct ml_str name;      /* "zram0" */
	uint64_t disksize;       /* 0: not set up */
	struct ml_str algorithm; /* the chosen one; p NULL: unknown */
	struct ml_str backing;   /* device that pages are written back to; p NULL: none */
	struct ml_zram_mm mm;
	struct ml_zram_io io;
	struct ml_zram_bd bd;
};

/* Rows of struct ml_zram in the order of their numbers. */
ml_gather_fn ml_zram_gather;

/* "/dev/zram0" is the first's path; NULL when no device is there. */
const struct ml_zram *ml_zram_find(const struct ml_snap *snap, struct ml_str path);

/* What all devices take of RAM; ML_NONE when it is not known. */
uint64_t ml_zram_bytes(const struct ml_snap *snap);
