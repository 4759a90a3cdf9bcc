/* SPDX-License-Identifier: MIT */
/*
 * canvas: a grid of character cells, which every screen is drawn on. A terminal shows it,
 * and so does a file: drawing knows neither.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a cell means; a theme says how that looks. */
enum ink {
	INK_PLAIN,
	INK_DIM,   /* what is less important */
	INK_STRONG,
	INK_TITLE, /* the line on top, and titles of tables */
	INK_HEAD,  /* headings of columns */
	INK_SORT,  /* the heading that is sorted by */
	INK_BAR,
	INK_SPARK,
	INK_OK,
	INK_WARN,
	INK_CRIT,
	INK_MATCH, /* what was searched for */
	INK_KEY,   /* the name of a key, in help */
	INK_ERROR, /* a message that something failed */
	INK_PART,  /* the first of PARTS parts of a whole, each told by its mark, too */
	INK_COUNT = INK_PART + 8,
};

#define PARTS (INK_COUNT - INK_PART)

/* Joined to an ink: the cell belongs to what is selected, or to the cell in focus. */
#define INK_SELECTED 0x40
#define INK_FOCUS 0x80

/* A base character and up to two that combine with it. */
struct canvas_cell {
	uint32_t text[3]; /* code points, 0: none; text[0] is 0 in the right half of
			   * a wide character */
	uint8_t ink;      /* enum ink and the flags above */
};

struct canvas {
	size_t w, h;
	struct canvas_cell *cells; /* h rows of w */
};

/* A blank one of this size, which replaces what `canvas` held. 0 or -ENOMEM. */
int canvas_resize(struct canvas *canvas, size_t w, size_t h);
void canvas_deinit(struct canvas *canvas);
void canvas_clear(struct canvas *canvas);

/*
 * Write safe UTF-8 text (see safe_string()) from column x of row y on, at most `room`
 * columns of it and never beyond the edge; a wide character that does not fit whole is
 * left out. Returns the columns it took. Outside of the canvas nothing is written.
 */
size_t canvas_text(struct canvas *canvas, size_t x, size_t y, size_t room, unsigned ink,
		   const char *text);

/* The same character n times. */
void canvas_fill(struct canvas *canvas, size_t x, size_t y, size_t n, unsigned ink,
		 uint32_t character);

/* Add flags to, or replace, the ink of cells that are written already. */
void canvas_mark(struct canvas *canvas, size_t x, size_t y, size_t n, unsigned flags);

/* All cells as lines of text without trailing blanks. 0 or -errno. */
int canvas_print(const struct canvas *canvas, FILE *out);
