/* SPDX-License-Identifier: MIT */
/* prompt: one line of text that is typed. */
#include "top/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "render/render.h"

#define ESCAPE 27
#define CTRL_U 21
#define CTRL_W 23

void prompt_open(struct prompt *p, const char *label, const char *text)
{
	*p = (struct prompt){ .label = label };
	p->n = (size_t)snprintf(p->text, sizeof(p->text), "%s", text ? text : "");
	if (p->n >= sizeof(p->text))
		p->n = sizeof(p->text) - 1;
}

void prompt_close(struct prompt *p)
{
	*p = (struct prompt){ 0 };
}

/* A character has up to four bytes. */
static void type(struct prompt *p, uint32_t c)
{
	char *out = p->text + p->n;

	if (p->n + 5 > sizeof(p->text))
		return;
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
		*out++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	}
	*out = '\0';
	p->n = (size_t)(out - p->text);
}

static void erase_character(struct prompt *p)
{
	while (p->n && ((unsigned char)p->text[--p->n] & 0xc0) == 0x80)
		;
	p->text[p->n] = '\0';
}

static void erase_word(struct prompt *p)
{
	while (p->n && p->text[p->n - 1] == ' ')
		erase_character(p);
	while (p->n && p->text[p->n - 1] != ' ')
		erase_character(p);
}

enum prompt_state prompt_key(struct prompt *p, uint32_t key)
{
	switch (key) {
	case '\r':
	case '\n':
		return PROMPT_DONE;
	case ESCAPE:
		return PROMPT_LEFT;
	case KEY_BACK:
	case KEY_DELETE:
		if (!p->n)
			return PROMPT_LEFT;
		erase_character(p);
		break;
	case CTRL_U:
		p->text[p->n = 0] = '\0';
		break;
	case CTRL_W:
		erase_word(p);
		break;
	default:
		if (key >= ' ' && key != 127 && key < KEY_FIRST)
			type(p, key);
	}
	return PROMPT_TYPING;
}

/* The end of a long text is what is seen. */
void prompt_paint(const struct prompt *p, struct canvas *canvas, size_t y)
{
	size_t x = canvas_text(canvas, 0, y, canvas->w, INK_KEY, p->label);
	const char *text = p->text;
	char *safe;

	x += canvas_text(canvas, x, y, canvas->w, INK_PLAIN, " ");
	while (*text && x + display_width(text) + 1 > canvas->w) {
		text++;
		while (((unsigned char)*text & 0xc0) == 0x80)
			text++;
	}
	safe = safe_string((struct ml_str){ text, strlen(text) }, true);
	x += safe ? canvas_text(canvas, x, y, canvas->w, INK_STRONG, safe) : 0;
	canvas_fill(canvas, x, y, 1, INK_SELECTED, ' ');
	free(safe);
}
