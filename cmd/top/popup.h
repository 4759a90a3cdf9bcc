/* SPDX-License-Identifier: MIT */
/* popup: text in a frame above the screen, which can be scrolled. */
#pragma once

#include "top/canvas.h"

struct popup {
	char *title, *text; /* NULL: there is none */
	size_t top;         /* the first line on show */
	size_t lines, page; /* how many there are, and are shown; of the last drawing */
};

/* Show a text; takes it over, also NULL for none. */
void popup_show(struct popup *popup, const char *title, char *text);
void popup_close(struct popup *popup);

static inline bool popup_is_open(const struct popup *popup)
{
	return popup->text != NULL;
}

/* The columns that a line of its text can have. */
size_t popup_width(const struct canvas *canvas);

void popup_scroll(struct popup *popup, long by);

/* Lines are wrapped at words; those that begin with blanks keep these on every line, and
 * what stands behind a tab stays in its column. */
void popup_paint(struct popup *popup, struct canvas *canvas, bool ascii);
