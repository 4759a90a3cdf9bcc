/* SPDX-License-Identifier: MIT */
/* more: the free text of a row, in lines below it. */
#pragma once

#include "top/canvas.h"
#include "top/view.h"

/* Where one line of a text is drawn. */
struct text_place {
	struct canvas *canvas;
	size_t x, y, w;
	unsigned ink;
};

/* Draw line `part` of a text that is wrapped. */
void text_paint(const char *text, size_t part, const struct text_place *place);

/* Whether rows of the section have any: one that is meant for a column of its own stands
 * close where there is none. */
bool more_is_shown(const struct view *view, unsigned section);

/* How many lines it takes. */
size_t more_height(const struct view *view, struct place place, size_t w);

/* Draw one of them. */
void more_paint(const struct view *view, const struct line *line, struct canvas *canvas,
		size_t x, size_t y, size_t w, const struct style *style);
