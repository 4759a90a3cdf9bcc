/* SPDX-License-Identifier: MIT */
/*
 * terminal: the screen and the keyboard. Only terminal.c and keyboard.c know curses.
 * While it is open the terminal is ours; however the program ends, it is given back as it
 * was.
 */
#pragma once

#include "top/canvas.h"

/* Keys that are no characters; characters are their code points. */
enum {
	KEY_NONE = 0,
	KEY_FIRST = 0x110000,
	KEY_UP_ = KEY_FIRST,
	KEY_DOWN_,
	KEY_LEFT_,
	KEY_RIGHT_,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_HOME_,
	KEY_END_,
	KEY_BACK, /* Backspace */
	KEY_DELETE,
	KEY_SHIFT_TAB,
	KEY_RESIZED,
	KEY_CLICK, /* x and y tell where */
	KEY_WHEEL_UP,
	KEY_WHEEL_DOWN,
	KEY_HUNG_UP, /* the terminal is gone, or a signal asks to end */
	KEY_F1,      /* to KEY_F1 + 11 */
	KEY_LAST = KEY_F1 + 12,
};

struct key {
	uint32_t code; /* a code point ('\n' is Enter, 27 is Esc), or one of the above */
	size_t x, y;   /* of a click */
};

struct look {
	const char *theme; /* "default", "mono", "safe" */
	bool color;        /* NO_COLOR and --color are asked by the caller */
	bool ascii;
};

struct terminal;

/* The names of themes, in order; NULL at the end. */
extern const char *const themes[];

/* 0, or -errno: -ENOTTY when standard input or output is no terminal, -EINVAL for a TERM
 * that is not known. */
int terminal_open(const struct look *look, struct terminal **ret);
/* Give the terminal back. NULL is fine. */
void terminal_close(struct terminal *terminal);

int terminal_set_theme(struct terminal *terminal, const char *theme);

void terminal_size(const struct terminal *terminal, size_t *ret_w, size_t *ret_h);

/* The descriptor to poll for keys, and one that becomes readable when a signal wants the
 * program's attention (a resize, the end). */
int terminal_fd(const struct terminal *terminal);
int terminal_signal_fd(const struct terminal *terminal);

/* The next key; KEY_NONE when there is none now. Never blocks. */
struct key terminal_key(struct terminal *terminal);

/* Show the canvas: only cells that differ from what is shown are written; none where the
 * terminal takes no output now, so that it never holds the program up. */
void terminal_show(struct terminal *terminal, const struct canvas *canvas);

/* Draw all again (Ctrl-L). */
void terminal_redraw(struct terminal *terminal);
