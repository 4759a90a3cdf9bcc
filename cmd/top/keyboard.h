/* SPDX-License-Identifier: MIT */
/* keyboard: what is pressed, for terminal.c, which opens ncurses before. */
#pragma once

#include "top/terminal.h"

struct keyboard;

/* NULL without memory. */
struct keyboard *keyboard_new(void);
void keyboard_free(struct keyboard *keyboard);

/* Whether the terminal can report a mouse. */
bool keyboard_has_mouse(const struct keyboard *keyboard);

/* The next key; KEY_NONE when there is none now, KEY_HUNG_UP when none will come. */
struct key keyboard_key(struct keyboard *keyboard);
