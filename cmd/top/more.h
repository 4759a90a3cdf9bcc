/* SPDX-License-Identifier: MIT */
/* more: the free text of a row, in lines below it. */
#pragma once

#include "top/canvas.h"
#include "top/view.h"

/* How many lines it takes. */
size_t more_height(const struct view *view, struct place place, size_t w);

/* Draw one of them. */
void more_paint(const struct view *view, const struct line *line, struct canvas *canvas,
		size_t x, size_t y, size_t w, const struct style *style);
