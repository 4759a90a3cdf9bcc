/* SPDX-License-Identifier: MIT */
/* prompt: one line of text that is typed. */
#pragma once

#include "top/canvas.h"
#include "top/terminal.h"

#define PROMPT_MAX 256

struct prompt {
	const char *label; /* NULL: none is open */
	char text[PROMPT_MAX];
	size_t n;
};

enum prompt_state {
	PROMPT_TYPING,
	PROMPT_DONE,
	PROMPT_LEFT
};

void prompt_open(struct prompt *prompt, const char *label, const char *text);
void prompt_close(struct prompt *prompt);
enum prompt_state prompt_key(struct prompt *prompt, uint32_t key);
void prompt_paint(const struct prompt *prompt, struct canvas *canvas, size_t y);
