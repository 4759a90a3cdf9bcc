/* SPDX-License-Identifier: MIT */
/* keys: the register of what keys do. Help is made of it, and the names that --keys
 * takes. */
#pragma once

#include "top/terminal.h"

enum action {
	ACTION_NONE,
	ACTION_PANEL, /* the binding's argument is its digit */
	ACTION_NEXT_PANEL,
	ACTION_PREVIOUS_PANEL,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_FOCUS_LEFT,
	ACTION_FOCUS_RIGHT,
	ACTION_ENTER,
	ACTION_BACK,
	ACTION_ZOOM,
	ACTION_SEARCH,
	ACTION_SEARCH_NEXT,
	ACTION_SEARCH_PREVIOUS,
	ACTION_FILTER,
	ACTION_COLUMNS,
	ACTION_SORT_LEFT,
	ACTION_SORT_RIGHT,
	ACTION_SORT_INVERT,
	ACTION_FOLD,
	ACTION_PAUSE,
	ACTION_OLDER,
	ACTION_NEWER,
	ACTION_MUCH_OLDER,
	ACTION_MUCH_NEWER,
	ACTION_JUMP,
	ACTION_LIVE,
	ACTION_GROWTH,
	ACTION_UNITS,
	ACTION_EXPLAIN,
	ACTION_COMMAND,
	ACTION_WRITE,
	ACTION_THEME,
	ACTION_FASTER,
	ACTION_SLOWER,
	ACTION_REDRAW,
	ACTION_HELP,
	ACTION_QUIT,
};

/* A key and another one that does the same. */
struct binding {
	uint32_t key, alias;
	enum action action;
	int argument;
	const char *help;
	const char *hint; /* a word for the line at the bottom; NULL: not there */
};

extern const struct binding bindings[];
extern const size_t bindings_count;

/* NULL for a key that does nothing. */
const struct binding *binding_of(uint32_t key);

#define KEY_NAME_MAX 16

/* "Enter", "F1", "q"; returns `ret`. */
const char *key_name(uint32_t key, char ret[static KEY_NAME_MAX]);

/* The first key of "3<Down>e", which is moved past it; "<" and ">" alone are characters.
 * KEY_NONE at the end. */
uint32_t key_parse(const char **words);
