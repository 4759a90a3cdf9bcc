/* SPDX-License-Identifier: MIT */
/* series: the samples of one thing, for as long as it is the same thing. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/sample.h"
#include "memlens.h"

/* Zero-initialise to start empty. */
struct ml_series {
	/* Times ascend: the caller's, or later ones where its clock went back. */
	struct ml_sample *at;
	size_t n;
	size_t restarts; /* how often what was held before was dropped */
	bool counter;    /* set by the caller: it only grows, until a reset */
	/* its own */
	size_t cap;
	uint64_t boot, start;
	double shift; /* added to times since the clock went back */
};

/* What is measured: a number that differs between boots, and one between things of
 * the same name, as the start time of a process. */
struct ml_series_id {
	uint64_t boot, start;
};

/*
 * Append `v` at `t` seconds. Another boot, another thing of that name and a counter that
 * fell begin the series anew. An unknown value (NaN) is a gap. A second value at one time
 * replaces the first. After a clock that went back time goes on by the last interval.
 * 0 or -ENOMEM.
 */
ML_MUST_CHECK int ml_series_add(struct ml_series *s, struct ml_series_id id, double t,
				double v);

void ml_series_deinit(struct ml_series *s);
