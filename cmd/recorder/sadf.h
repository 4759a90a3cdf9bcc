/* SPDX-License-Identifier: MIT */
/*
 * sadf: what sysstat recorded, as "sadf -j" prints it, sample by sample.
 *
 *   {"sysstat": {"hosts": [{ ..., "statistics": [{"timestamp": ..., "memory": ...}, ...
 *
 * The text may be of any length: one sample of it is held at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recorder/rollup.h"

/* 0 to go on; seconds since the epoch. */
typedef int sadf_fn(int64_t t, const struct ml_number *numbers, size_t n, void *data);

/* Zero-initialise but for fn and data; then sadf_feed() all, then sadf_end(). */
struct sadf {
	sadf_fn *fn;
	void *data;
	char *piece;         /* of the sample, or of what stands before the first */
	size_t n, room;
	unsigned depth;      /* of open braces and brackets */
	bool in_string, escaped;
	bool named;          /* as sysstat's */
	uint64_t samples;    /* that had numbers of ours */
	uint64_t bad;        /* that were not understood */
};

/* 0, what the callback returned, -ENOMEM, or -EINVAL: this is not what sadf -j prints. */
int sadf_feed(struct sadf *sadf, const char *p, size_t n);
/* -EINVAL when it is cut off. */
int sadf_end(struct sadf *sadf);
void sadf_deinit(struct sadf *sadf);
