/* SPDX-License-Identifier: MIT */
/* popup: text in a frame above the screen, which can be scrolled. */
#include "top/popup.h"

#include <stdlib.h>
#include <string.h>

#include "top/wrap.h"

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

/* ---- the frame ---- */

#define TEXT_WIDTH 96

struct frame {
	const struct popup *popup;
	struct canvas *canvas;
	size_t x, y, w; /* of the text */
};

/* "Word:" at the start of a line is a heading. */
static void paint_line(const char *line, size_t n, size_t indent, size_t i, void *data)
{
	const struct frame *f = data;
	char *text = strndup(line, n), *tab;
	size_t y = f->y + i - f->popup->top;

	if (!text || i < f->popup->top || i >= f->popup->top + f->popup->page) {
		free(text);
		return;
	}
	tab = strchr(text, '\t');
	if (tab) {
		*tab = '\0';
		canvas_text(f->canvas, f->x + indent, y, f->w - indent, INK_KEY, text);
		canvas_text(f->canvas, f->x + indent + WRAP_TAB, y,
			    f->w > indent + WRAP_TAB ? f->w - indent - WRAP_TAB : 0,
			    INK_PLAIN, tab + 1);
	} else {
		canvas_text(f->canvas, f->x + indent, y, f->w - indent, INK_PLAIN, text);
	}
	free(text);
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
	size_t w = canvas->w > 4 ? canvas->w - 4 : 0;

	return w < TEXT_WIDTH ? w : TEXT_WIDTH;
}

void popup_paint(struct popup *p, struct canvas *canvas, bool ascii)
{
	struct frame f = { p, canvas, 0, 0, 0 };

	if (!popup_is_open(p) || canvas->w < 20 || canvas->h < 5)
		return;
	f.w = popup_width(canvas);
	p->lines = wrap_lines(p->text, f.w, NULL, NULL);
	p->page = p->lines < canvas->h - 3 ? p->lines : canvas->h - 3;
	popup_scroll(p, 0);
	f.x = (canvas->w - f.w - 4) / 2 + 2;
	f.y = (canvas->h - p->page - 2) / 2 + 1;
	paint_frame(&f, p->page, ascii);
	wrap_lines(p->text, f.w, paint_line, &f);
	if (p->page < p->lines)
		canvas_text(canvas, f.x, f.y + p->page, f.w, INK_TITLE,
			    p->top + p->page < p->lines ? " more: Down " : " the end ");
}
