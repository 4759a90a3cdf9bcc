/* SPDX-License-Identifier: MIT */
/* show: a program on the terminal that says how large that is and which key came last.
 * Its words: --ascii, --no-color, --theme=NAME, --drawings=N (end after so many). */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "top/canvas.h"
#include "top/terminal.h"

#define WAIT_MS 100

struct show {
	struct terminal *terminal;
	struct canvas canvas;
	struct look look;
	struct key last;
	unsigned drawings;
	unsigned most;
};

static const char *name_of(uint32_t code)
{
	static const char *const names[] = {
		"up",      "down",      "left",     "right",  "page-up", "page-down",
		"home",    "end",       "back",     "delete", "back-tab", "resized",
		"click",   "wheel-up",  "wheel-down", "hung-up",
	};

	if (code >= KEY_F1 && code < KEY_LAST)
		return "function";
	return code >= KEY_FIRST ? names[code - KEY_FIRST] : "character";
}

static void draw_inks(struct canvas *canvas, unsigned flags, size_t x)
{
	static const char *const names[INK_PART] = {
		"plain", "dim", "strong", "title", "head",  "sort", "bar",
		"spark", "ok",  "warn",   "crit",  "match", "key",  "error",
	};

	for (unsigned ink = 0; ink < INK_PART; ink++) {
		canvas_fill(canvas, x, 5 + ink, 14, ink | flags, ' ');
		canvas_text(canvas, x, 5 + ink, 14, ink | flags, names[ink]);
	}
}

static void draw(struct show *s)
{
	struct canvas *canvas = &s->canvas;
	char text[128];
	size_t w, h;

	terminal_size(s->terminal, &w, &h);
	if (canvas->w != w || canvas->h != h)
		canvas_resize(canvas, w, h);
	canvas_clear(canvas);
	canvas_fill(canvas, 0, 0, w, INK_TITLE, ' ');
	snprintf(text, sizeof(text), "size %zux%zu", w, h);
	canvas_text(canvas, 0, 0, w, INK_TITLE, text);
	snprintf(text, sizeof(text), "key %s %u %zu,%zu", name_of(s->last.code),
		 s->last.code, s->last.x, s->last.y);
	canvas_text(canvas, 0, 1, w, INK_PLAIN, text);
	if (!s->look.ascii)
		canvas_text(canvas, 0, 2, w, INK_BAR, "█▌▁▄█ 日本|e\u0301|");
	snprintf(text, sizeof(text), "drawing %u", ++s->drawings);
	canvas_text(canvas, 0, 3, w, INK_DIM, text);
	draw_inks(canvas, 0, 0);
	draw_inks(canvas, INK_SELECTED, 15);
	draw_inks(canvas, INK_FOCUS, 30);
	draw_inks(canvas, INK_SELECTED | INK_FOCUS, 45);
	canvas_text(canvas, w - 3, h - 1, 3, INK_PLAIN, "end");
	terminal_show(s->terminal, canvas);
}

static void wait_for_key(const struct show *s)
{
	struct pollfd p[] = {
		{ .fd = terminal_fd(s->terminal), .events = POLLIN },
		{ .fd = terminal_signal_fd(s->terminal), .events = POLLIN },
	};

	poll(p, 2, WAIT_MS);
}

/* False when the program is to end. */
static bool take_keys(struct show *s)
{
	for (;;) {
		struct key key = terminal_key(s->terminal);

		if (key.code == KEY_NONE)
			return true;
		if (key.code == KEY_HUNG_UP || key.code == 'q')
			return false;
		if (key.code == 'x') /* an end that nobody planned */
			exit(7);
		if (key.code == 'm')
			terminal_set_theme(s->terminal, "mono");
		if (key.code == 'l')
			terminal_redraw(s->terminal);
		s->last = key;
	}
}

int main(int argc, char **argv)
{
	struct show s = { .look = { .theme = "default", .color = true } };
	int rc;

	for (int i = 1; i < argc; i++) {
		s.look.ascii = s.look.ascii || strcmp(argv[i], "--ascii") == 0;
		s.look.color = s.look.color && strcmp(argv[i], "--no-color") != 0;
		if (strncmp(argv[i], "--drawings=", 11) == 0)
			s.most = (unsigned)atoi(argv[i] + 11);
		if (strncmp(argv[i], "--theme=", 8) == 0)
			s.look.theme = argv[i] + 8;
	}
	rc = terminal_open(&s.look, &s.terminal);
	if (rc) {
		fprintf(stderr, "show: %s\n", strerror(-rc));
		return 2;
	}
	do {
		draw(&s);
		wait_for_key(&s);
	} while (take_keys(&s) && (!s.most || s.drawings < s.most));
	terminal_close(s.terminal);
	canvas_deinit(&s.canvas);
	printf("ended after %u drawings\n", s.drawings);
	return 0;
}
