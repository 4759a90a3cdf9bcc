/* SPDX-License-Identifier: MIT */
/* keyboard: keys as ncurses reads them, and what it does not know. */
#include "top/keyboard.h"

#include <curses.h>
#include <poll.h>
#include <stdlib.h>
#include <term.h>
#include <unistd.h>

#include "top/escape.h"

#define ESCAPE_MS 25 /* how long a lone ESC may be the begin of a sequence */
#define ESC 27

struct keyboard {
	WINDOW *window; /* never shown: reading from the screen would refresh it */
	bool has_mouse;
};

static const struct {
	int curses;
	uint32_t code;
} key_codes[] = {
	{ KEY_UP,        KEY_UP_       }, { KEY_DOWN,  KEY_DOWN_     },
	{ KEY_LEFT,      KEY_LEFT_     }, { KEY_RIGHT, KEY_RIGHT_    },
	{ KEY_PPAGE,     KEY_PAGE_UP   }, { KEY_NPAGE, KEY_PAGE_DOWN },
	{ KEY_HOME,      KEY_HOME_     }, { KEY_END,   KEY_END_      },
	{ KEY_BACKSPACE, KEY_BACK      }, { KEY_DC,    KEY_DELETE    },
	{ KEY_BTAB,      KEY_SHIFT_TAB }, { KEY_ENTER, '\n'          },
};

static uint32_t code_of_special(int curses)
{
	if (curses >= KEY_F(1) && curses <= KEY_F(12))
		return KEY_F1 + (uint32_t)(curses - KEY_F(1));
	for (size_t i = 0; i < sizeof(key_codes) / sizeof(key_codes[0]); i++)
		if (key_codes[i].curses == curses)
			return key_codes[i].code;
	return KEY_NONE;
}

static uint32_t code_of_character(wint_t c)
{
	switch (c) {
	case '\r':
		return '\n';
	case '\b':
	case 127:
		return KEY_BACK;
	}
	return (uint32_t)c;
}

/* What follows ESC came with it, or ESC was a key. */
static struct key read_escape(struct keyboard *keyboard)
{
	struct escape escape = { 0 };
	struct key key = { ESC };
	wint_t c;

	wtimeout(keyboard->window, ESCAPE_MS);
	while (wget_wch(keyboard->window, &c) == OK)
		if (escape_take(&escape, (uint32_t)c, &key))
			break;
	nodelay(keyboard->window, TRUE);
	return key;
}

/* Whether nobody will press a key any more. */
static bool has_hung_up(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&p, 1, 0) == 1 && p.revents & (POLLHUP | POLLERR | POLLNVAL);
}

struct key keyboard_key(struct keyboard *keyboard)
{
	wint_t c;

	switch (wget_wch(keyboard->window, &c)) {
	case KEY_CODE_YES:
		return (struct key){ code_of_special((int)c) };
	case OK:
		return c == ESC ? read_escape(keyboard)
				: (struct key){ code_of_character(c) };
	}
	return (struct key){ has_hung_up() ? KEY_HUNG_UP : KEY_NONE };
}

/* ---- opening ---- */

/* Mouse reports are read here, of both kinds, whatever terminfo calls them. */
static bool take_mouse(void)
{
	if (!key_mouse || key_mouse == (char *)-1)
		return false;
	define_key(key_mouse, 0);
	return true;
}

struct keyboard *keyboard_new(void)
{
	struct keyboard *keyboard = calloc(1, sizeof(*keyboard));

	if (!keyboard)
		return NULL;
	keyboard->window = newpad(1, 1);
	if (!keyboard->window) {
		free(keyboard);
		return NULL;
	}
	set_escdelay(ESCAPE_MS);
	keypad(keyboard->window, TRUE);
	nodelay(keyboard->window, TRUE);
	keyboard->has_mouse = take_mouse();
	return keyboard;
}

void keyboard_free(struct keyboard *keyboard)
{
	if (!keyboard)
		return;
	delwin(keyboard->window);
	free(keyboard);
}

bool keyboard_has_mouse(const struct keyboard *keyboard)
{
	return keyboard && keyboard->has_mouse;
}
