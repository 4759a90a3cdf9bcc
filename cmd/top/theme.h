/* SPDX-License-Identifier: MIT */
/* theme: how each ink looks. Colours only repeat what words say. */
#pragma once

#include "top/terminal.h"

enum {
	ATTR_BOLD = 1,
	ATTR_DIM = 2,
	ATTR_UNDERLINE = 4,
	ATTR_REVERSE = 8,
};

/* Numbers of colours as xterm counts them; -1: the terminal's own. */
struct paint {
	short fg, bg;
	unsigned attrs;
};

struct palette;

/* The palette of a theme on a terminal with so many colours, 0 for none; NULL when there
 * is no such theme. */
const struct palette *theme_palette(const char *theme, int colors);

/* `ink` may have INK_SELECTED and INK_FOCUS in it. */
struct paint palette_paint(const struct palette *palette, unsigned ink);
