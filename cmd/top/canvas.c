/* SPDX-License-Identifier: MIT */
/* canvas: a grid of cells in memory, which wide and combining characters keep aligned. */
#include "top/canvas.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "render/render.h"

#define INK_MASK 0x3f
#define COMBINING_MAX 2

static struct canvas_cell *cell_at(const struct canvas *canvas, size_t x, size_t y)
{
	return &canvas->cells[y * canvas->w + x];
}

/* How many of `n` columns from x on there are. */
static size_t clip(const struct canvas *canvas, size_t x, size_t y, size_t n)
{
	if (y >= canvas->h || x >= canvas->w)
		return 0;
	return n < canvas->w - x ? n : canvas->w - x;
}

static void blank(struct canvas_cell *cell)
{
	cell->text[0] = ' ';
	cell->text[1] = cell->text[2] = 0;
}

/* Halves of wide characters that lose their other half to what is written from x to
 * x + n become blanks. */
static void split(struct canvas *canvas, size_t x, size_t y, size_t n)
{
	if (x && !cell_at(canvas, x, y)->text[0])
		blank(cell_at(canvas, x - 1, y));
	if (x + n < canvas->w && !cell_at(canvas, x + n, y)->text[0])
		blank(cell_at(canvas, x + n, y));
}

/* A character of `width` columns that fits. */
static void put(struct canvas *canvas, size_t x, size_t y, size_t width, unsigned ink,
		uint32_t character)
{
	split(canvas, x, y, width);
	for (size_t i = 0; i < width; i++)
		*cell_at(canvas, x + i, y) = (struct canvas_cell){
			.text = { i ? 0 : character },
			.ink = (uint8_t)ink,
		};
}

/* What combines beyond the second is left out: the base still reads. */
static void combine(struct canvas_cell *cell, uint32_t character)
{
	for (size_t i = 1; i <= COMBINING_MAX; i++)
		if (!cell->text[i]) {
			cell->text[i] = character;
			return;
		}
}

/* Take the next character off `text`. Text is safe by contract; what is not would be
 * obeyed by a terminal, and is shown as a question mark here. */
static uint32_t next_character(struct ml_str *text)
{
	uint32_t u = '?';
	size_t n = utf8_character(*text, &u);

	if (!n || unsafe_character(*text))
		u = '?';
	n += !n;
	*text = (struct ml_str){ text->p + n, text->n - n };
	return u;
}

size_t canvas_text(struct canvas *canvas, size_t x, size_t y, size_t room, unsigned ink,
		   const char *text)
{
	struct ml_str rest = { text, strlen(text) };
	struct canvas_cell *base = NULL;
	size_t used = 0;

	room = clip(canvas, x, y, room);
	while (room && rest.n) {
		uint32_t u = next_character(&rest);
		size_t width = character_width(u);

		if (!width) {
			if (base)
				combine(base, u);
			continue;
		}
		if (width > room - used)
			break;
		put(canvas, x + used, y, width, ink, u);
		base = cell_at(canvas, x + used, y);
		used += width;
	}
	return used;
}

void canvas_fill(struct canvas *canvas, size_t x, size_t y, size_t n, unsigned ink,
		 uint32_t character)
{
	size_t width = character_width(character), room = clip(canvas, x, y, SIZE_MAX);

	for (; n && width && width <= room; n--, x += width, room -= width)
		put(canvas, x, y, width, ink, character);
}

void canvas_mark(struct canvas *canvas, size_t x, size_t y, size_t n, unsigned flags)
{
	n = clip(canvas, x, y, n);
	for (size_t i = 0; i < n; i++) {
		uint8_t *ink = &cell_at(canvas, x + i, y)->ink;

		if (flags & INK_MASK)
			*ink &= (uint8_t)~INK_MASK;
		*ink |= (uint8_t)flags;
	}
}

void canvas_clear(struct canvas *canvas)
{
	for (size_t i = 0; i < canvas->w * canvas->h; i++)
		canvas->cells[i] = (struct canvas_cell){ .text = { ' ' } };
}

int canvas_resize(struct canvas *canvas, size_t w, size_t h)
{
	struct canvas_cell *cells;
	size_t n;

	if (__builtin_mul_overflow(w, h, &n))
		return -ENOMEM;
	cells = calloc(n ? n : 1, sizeof(*cells));
	if (!cells)
		return -ENOMEM;
	free(canvas->cells);
	*canvas = (struct canvas){ .w = w, .h = h, .cells = cells };
	canvas_clear(canvas);
	return 0;
}

void canvas_deinit(struct canvas *canvas)
{
	free(canvas->cells);
	*canvas = (struct canvas){ 0 };
}

/* ---- printing ---- */

static void print_character(uint32_t u, FILE *out)
{
	if (u < 0x80) {
		fputc((int)u, out);
	} else if (u < 0x800) {
		fputc((int)(0xc0 | u >> 6), out);
		fputc((int)(0x80 | (u & 0x3f)), out);
	} else if (u < 0x10000) {
		fputc((int)(0xe0 | u >> 12), out);
		fputc((int)(0x80 | (u >> 6 & 0x3f)), out);
		fputc((int)(0x80 | (u & 0x3f)), out);
	} else {
		fputc((int)(0xf0 | u >> 18), out);
		fputc((int)(0x80 | (u >> 12 & 0x3f)), out);
		fputc((int)(0x80 | (u >> 6 & 0x3f)), out);
		fputc((int)(0x80 | (u & 0x3f)), out);
	}
}

static void print_row(const struct canvas *canvas, size_t y, FILE *out)
{
	size_t n = canvas->w;

	while (n && cell_at(canvas, n - 1, y)->text[0] == ' ' &&
	       !cell_at(canvas, n - 1, y)->text[1])
		n--;
	for (size_t x = 0; x < n; x++)
		for (size_t i = 0; i <= COMBINING_MAX; i++)
			if (cell_at(canvas, x, y)->text[i])
				print_character(cell_at(canvas, x, y)->text[i], out);
	fputc('\n', out);
}

int canvas_print(const struct canvas *canvas, FILE *out)
{
	errno = 0;
	for (size_t y = 0; y < canvas->h; y++)
		print_row(canvas, y, out);
	if (!ferror(out))
		return 0;
	return errno ? -errno : -EIO;
}
