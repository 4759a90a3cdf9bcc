/* SPDX-License-Identifier: MIT */
/* paint: draws a view on a canvas. */
#pragma once

#include "top/canvas.h"
#include "top/view.h"

struct painting {
	struct canvas *canvas;
	struct view *view; /* laid out for this place */
	size_t y;          /* its first line */
	struct style style;
	const char *search; /* what is marked; NULL: nothing */
	double at;          /* the time that sparklines end at */
};

/* 0 or -ENOMEM. */
int paint_view(const struct painting *painting);

/* The column whose heading is at x of line y; NULL: none there. */
const struct ml_col *paint_heading_at(const struct painting *painting, size_t x,
				      size_t y);
