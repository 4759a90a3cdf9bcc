/* SPDX-License-Identifier: MIT */
/* gauge: shares and series, drawn on a canvas. */
#pragma once

#include "top/canvas.h"

/* Where a gauge is drawn. */
struct gauge {
	struct canvas *canvas;
	size_t x, y;
	size_t n; /* columns */
	bool ascii;
};

/* A share as a bar; one that is not a number is drawn as nothing. Returns the columns
 * that it took: the rest is as it was. */
size_t gauge_bar(const struct gauge *gauge, unsigned ink, double share);

struct gauge_part {
	double share;  /* of the whole gauge */
	uint32_t mark; /* the character it is drawn with */
	unsigned ink;
};

/* Shares one after the other, each drawn with its mark. Returns the columns they took. */
size_t gauge_stack(const struct gauge *gauge, const struct gauge_part *parts,
		   size_t nparts);

enum gauge_base {
	GAUGE_FROM_ZERO, /* for what has a meaningful 0 */
	GAUGE_FROM_MIN,  /* for what moves little compared with its size */
};

/* The last values of a series, the newest at the right edge; what is not a number is
 * blank. The largest value is drawn highest. */
void gauge_spark(const struct gauge *gauge, unsigned ink, enum gauge_base base,
		 const double *values, size_t nvalues);
