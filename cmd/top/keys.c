/* SPDX-License-Identifier: MIT */
/* keys: the register of what keys do. */
#include "top/keys.h"

#include <string.h>

#include "render/render.h"

#define CTRL(letter) ((letter)&0x1f)

const struct binding bindings[] = {
	{ '1', 0, ACTION_PANEL, '1', NULL },
	{ '2', 0, ACTION_PANEL, '2', NULL },
	{ '3', 0, ACTION_PANEL, '3', NULL },
	{ '4', 0, ACTION_PANEL, '4', NULL },
	{ '5', 0, ACTION_PANEL, '5', NULL },
	{ '6', 0, ACTION_PANEL, '6', NULL },
	{ '7', 0, ACTION_PANEL, '7', NULL },
	{ '8', 0, ACTION_PANEL, '8', NULL },
	{ '9', 0, ACTION_PANEL, '9', NULL },
	{ '0', 0, ACTION_PANEL, '0', NULL },
	{ '\t', 0, ACTION_NEXT_PANEL, 0, "the next screen" },
	{ KEY_SHIFT_TAB, 0, ACTION_PREVIOUS_PANEL, 0, "the screen before" },
	{ KEY_UP_, 0, ACTION_UP, 0, "up" },
	{ KEY_DOWN_, 0, ACTION_DOWN, 0, "down" },
	{ KEY_PAGE_UP, CTRL('b'), ACTION_PAGE_UP, 0, "a page up" },
	{ KEY_PAGE_DOWN, CTRL('f'), ACTION_PAGE_DOWN, 0, "a page down" },
	{ KEY_HOME_, 0, ACTION_FIRST, 0, "the first row" },
	{ KEY_END_, 'G', ACTION_LAST, 0, "the last row" },
	{ KEY_LEFT_, 0, ACTION_FOCUS_LEFT, 0, "the column to the left" },
	{ KEY_RIGHT_, 0, ACTION_FOCUS_RIGHT, 0, "the column to the right" },
	{ '\r', '\n', ACTION_ENTER, 0, "go into the row: what it is made of, or all about it", "in" },
	{ KEY_BACK, KEY_DELETE, ACTION_BACK, 0, "go back", "out" },
	{ 'z', 0, ACTION_ZOOM, 0, "from a group to its processes, and the other way" },
	{ '/', KEY_F1 + 2, ACTION_SEARCH, 0, "search", "search" },
	{ 'n', 0, ACTION_SEARCH_NEXT, 0, "the next match" },
	{ 'N', 0, ACTION_SEARCH_PREVIOUS, 0, "the match before" },
	{ '\\', KEY_F1 + 3, ACTION_FILTER, 0, "filter rows: a word, or as --filter", "filter" },
	{ 'o', 0, ACTION_COLUMNS, 0, "choose columns, as -o" },
	{ '<', 0, ACTION_SORT_LEFT, 0, "sort by the column to the left" },
	{ '>', KEY_F1 + 5, ACTION_SORT_RIGHT, 0, "sort by the column to the right", "sort" },
	{ 'I', 0, ACTION_SORT_INVERT, 0, "sort the other way round" },
	{ 't', 0, ACTION_FOLD, 0, "fold or unfold a branch of a tree" },
	{ ' ', 0, ACTION_PAUSE, 0, "pause, and go on; of a replay: play, and stop", "pause" },
	{ '[', 0, ACTION_OLDER, 0, "the sample before" },
	{ ']', 0, ACTION_NEWER, 0, "the next sample" },
	{ '{', 0, ACTION_MUCH_OLDER, 0, "a large step back: a minute" },
	{ '}', 0, ACTION_MUCH_NEWER, 0, "a large step on" },
	{ 'j', 0, ACTION_JUMP, 0, "to a time, as 14:05 or -2m" },
	{ 'L', 0, ACTION_LIVE, 0, "back to now; of a replay: to its end" },
	{ 'g', 0, ACTION_GROWTH, 0, "growth since this session began", "growth" },
	{ 'u', 0, ACTION_UNITS, 0, "units of sizes" },
	{ 'e', 0, ACTION_EXPLAIN, 0, "explain the number: what it means, and where it comes from", "explain" },
	{ 'c', 0, ACTION_COMMAND, 0, "the command that shows the same", "command" },
	{ 'w', 0, ACTION_WRITE, 0, "write the screen to a file: text, .json or .csv" },
	{ 'T', 0, ACTION_THEME, 0, "the next theme" },
	{ '+', '=', ACTION_SLOWER, 0, "a longer interval; of a replay: play faster" },
	{ '-', 0, ACTION_FASTER, 0, "a shorter interval; of a replay: play slower" },
	{ CTRL('l'), 0, ACTION_REDRAW, 0, "draw the screen again" },
	{ '?', KEY_F1, ACTION_HELP, 0, "help of this screen", "help" },
	{ 'q', KEY_F1 + 9, ACTION_QUIT, 0, "go back, or quit", "quit" },
};

const size_t bindings_count = sizeof(bindings) / sizeof(bindings[0]);

const struct binding *binding_of(uint32_t key)
{
	for (size_t i = 0; key && i < bindings_count; i++)
		if (bindings[i].key == key || bindings[i].alias == key)
			return &bindings[i];
	return NULL;
}

/* ---- names ---- */

static const struct {
	uint32_t key;
	const char *name;
} names[] = {
	{ '\r', "Enter" },
	{ '\n', "C-j" },
	{ '\t', "Tab" },
	{ ' ', "Space" },
	{ 27, "Esc" },
	{ KEY_UP_, "Up" },
	{ KEY_DOWN_, "Down" },
	{ KEY_LEFT_, "Left" },
	{ KEY_RIGHT_, "Right" },
	{ KEY_PAGE_UP, "PgUp" },
	{ KEY_PAGE_DOWN, "PgDn" },
	{ KEY_HOME_, "Home" },
	{ KEY_END_, "End" },
	{ KEY_BACK, "Backspace" },
	{ KEY_DELETE, "Del" },
	{ KEY_SHIFT_TAB, "S-Tab" },
};

#define NAMES (sizeof(names) / sizeof(names[0]))

const char *key_name(uint32_t key, char ret[static KEY_NAME_MAX])
{
	for (size_t i = 0; i < NAMES; i++)
		if (names[i].key == key) {
			snprintf(ret, KEY_NAME_MAX, "%s", names[i].name);
			return ret;
		}
	if (key >= KEY_F1 && key < KEY_LAST)
		snprintf(ret, KEY_NAME_MAX, "F%u", key - KEY_F1 + 1);
	else if (key && key < ' ')
		snprintf(ret, KEY_NAME_MAX, "C-%c", (int)key | 0x60);
	else
		snprintf(ret, KEY_NAME_MAX, "%c", key < 127 && key > 31 ? (int)key : '?');
	return ret;
}

static uint32_t named(const char *name, size_t n)
{
	char text[KEY_NAME_MAX];

	if (n == 3 && !strncasecmp(name, "C-", 2) && (name[2] | 0x20) >= 'a' &&
	    (name[2] | 0x20) <= 'z')
		return (uint32_t)CTRL(name[2]);
	for (size_t i = 0; i < NAMES; i++)
		if (strlen(names[i].name) == n && !strncasecmp(names[i].name, name, n))
			return names[i].key;
	for (uint32_t f = KEY_F1; f < KEY_LAST; f++)
		if (strlen(key_name(f, text)) == n && !strncasecmp(text, name, n))
			return f;
	return KEY_NONE;
}

uint32_t key_parse(const char **words)
{
	const char *p = *words, *end = *p == '<' ? strchr(p, '>') : NULL;
	uint32_t key = end ? named(p + 1, (size_t)(end - p) - 1) : KEY_NONE;

	if (key) {
		*words = end + 1;
		return key;
	}
	if (!*p)
		return KEY_NONE;
	*words = p + 1;
	return (unsigned char)*p;
}
