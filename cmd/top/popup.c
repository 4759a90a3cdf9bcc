/* SPDX-License-Identifier: MIT */
/* popup: text in a frame above the screen, which can be scrolled. */
#include "top/popup.h"

#include <stdlib.h>
#include <string.h>

#include "render/render.h"

#define TEXT_WIDTH 96
#define NAME_WIDTH 14 /* of what stands before a tab */

void popup_close(struct popup *p)
{
	free(p->title);
	free(p->text);
	*p = (struct popup){ 0 };
}

void popup_show(struct popup *p, const char *title, char *text)
{
	popup_close(p);
	if (!text)
		return;
	p->title = strdup(title);
	p->text = text;
}

void popup_scroll(struct popup *p, long by)
{
	size_t last = p->lines > p->page ? p->lines - p->page : 0;
	long top = (long)p->top + by;

	p->top = top < 0 ? 0 : (size_t)top > last ? last : (size_t)top;
}

/* ---- lines ---- */

/* The bytes of `text` that make a line of at most `w` columns, and the blank behind. */
static size_t take_line(const char *text, size_t w, size_t *ret_blank)
{
	size_t end = strcspn(text, "\n"), n = 0, fit = 0;
	char *copy = strndup(text, end);

	*ret_blank = text[end] == '\n';
	if (!copy || display_width(copy) <= w) {
		free(copy);
		return end;
	}
	for (n = 1; n <= end; n++) {
		char kept = copy[n];

		if (((unsigned char)kept & 0xc0) == 0x80)
			continue;
		copy[n] = '\0';
		if (display_width(copy) > w)
			break;
		copy[n] = kept;
		if (kept == ' ')
			fit = n;
	}
	free(copy);
	*ret_blank = fit > 0;
	return fit ? fit : n > 1 ? n - 1 : 1;
}

/* One line as it is drawn: a name that text stands beside, or nothing; the text. */
struct popup_line {
	const char *name, *text;
	size_t nname, n;
	size_t indent; /* of the text */
	size_t i;
};

typedef void line_fn(const struct popup_line *line, void *data);

/* Up to the end of the line, wrapped. */
static const char *wrap(struct popup_line *line, size_t w, line_fn *fn, void *data)
{
	const char *text = line->text;
	size_t blank;

	do {
		line->text = text;
		line->n = take_line(text, w - line->indent, &blank);
		if (fn)
			fn(line, data);
		line->i++;
		line->nname = 0;
		text += line->n + blank;
	} while (line->text[line->n] && line->text[line->n] != '\n');
	return text;
}

static size_t for_lines(const char *text, size_t w, line_fn *fn, void *data)
{
	struct popup_line line = { 0 };

	while (*text) {
		size_t end = strcspn(text, "\n"), tab = strcspn(text, "\t");

		line.indent = tab < end ? NAME_WIDTH : strspn(text, " ");
		line.name = text;
		line.nname = tab < end ? tab : 0;
		line.text = text + (tab < end ? tab + 1 : line.indent);
		if (line.indent + 8 > w)
			line.indent = 0;
		text = wrap(&line, w, fn, data);
	}
	return line.i;
}

/* ---- the frame ---- */

struct frame {
	const struct popup *popup;
	struct canvas *canvas;
	size_t x, y, w; /* of the text */
};

static void put(const struct frame *f, size_t x, size_t y, unsigned ink, const char *text,
		size_t n)
{
	char *copy = strndup(text, n);

	if (copy && x < f->w)
		canvas_text(f->canvas, f->x + x, y, f->w - x, ink, copy);
	free(copy);
}

static void paint_line(const struct popup_line *line, void *data)
{
	const struct frame *f = data;
	size_t y = f->y + line->i - f->popup->top;

	if (line->i < f->popup->top || line->i >= f->popup->top + f->popup->page)
		return;
	put(f, line->indent, y, INK_PLAIN, line->text, line->n);
	if (line->nname)
		put(f, 0, y, INK_KEY, line->name, line->nname);
}

static void paint_frame(const struct frame *f, size_t h, bool ascii)
{
	const uint32_t corners[] = { ascii ? '+' : 0x250c, ascii ? '+' : 0x2510,
				     ascii ? '+' : 0x2514, ascii ? '+' : 0x2518 };
	const uint32_t across = ascii ? '-' : 0x2500, down = ascii ? '|' : 0x2502;
	size_t x = f->x - 2, y = f->y - 1, w = f->w + 4;

	for (size_t i = 0; i < h + 2; i++) {
		bool edge = i == 0 || i == h + 1;

		canvas_fill(f->canvas, x, y + i, w, INK_TITLE, edge ? across : ' ');
		canvas_fill(f->canvas, x, y + i, 1, INK_TITLE,
			    i == 0 ? corners[0]
			    : edge ? corners[2]
				   : down);
		canvas_fill(f->canvas, x + w - 1, y + i, 1, INK_TITLE,
			    i == 0 ? corners[1]
			    : edge ? corners[3]
				   : down);
		if (!edge)
			canvas_fill(f->canvas, x + 1, y + i, w - 2, INK_PLAIN, ' ');
	}
	canvas_text(f->canvas, x + 2, y, w - 4, INK_TITLE, f->popup->title);
}

size_t popup_width(const struct canvas *canvas)
{
	size_t room = canvas->w > 4 ? canvas->w - 4 : 1;

	return room < TEXT_WIDTH ? room : TEXT_WIDTH;
}

void popup_paint(struct popup *p, struct canvas *canvas, bool ascii)
{
	struct frame f = { p, canvas, 0, 0, 0 };

	if (!popup_is_open(p) || canvas->w < 20 || canvas->h < 5)
		return;
	f.w = popup_width(canvas);
	p->lines = for_lines(p->text, f.w, NULL, NULL);
	p->page = p->lines < canvas->h - 3 ? p->lines : canvas->h - 3;
	popup_scroll(p, 0);
	f.x = (canvas->w - f.w - 4) / 2 + 2;
	f.y = (canvas->h - p->page - 2) / 2 + 1;
	paint_frame(&f, p->page, ascii);
	for_lines(p->text, f.w, paint_line, &f);
	if (p->page < p->lines)
		canvas_text(canvas, f.x, f.y + p->page, f.w, INK_TITLE,
			    p->top + p->page < p->lines ? " more: Down " : " the end ");
}
