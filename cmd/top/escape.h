/* SPDX-License-Identifier: MIT */
/*
 * escape: reads what a terminal sends behind ESC: mouse reports, keys that terminfo does
 * not list, and much that is none of ours and must not be taken for keys.
 */
#pragma once

#include "top/terminal.h"

#define ESCAPE_NUMBERS 4

struct escape {
	uint32_t kind; /* the character behind ESC: '[', 'O' */
	uint32_t mark; /* '<' or '?' before the numbers; 0: none */
	unsigned numbers[ESCAPE_NUMBERS];
	unsigned n;    /* semicolons so far */
	unsigned old;  /* characters to come of a mouse report of the old kind */
};

/* Take the next character. True when it was the last one; `ret` is the key then,
 * KEY_NONE where it is none. */
bool escape_take(struct escape *escape, uint32_t c, struct key *ret);
