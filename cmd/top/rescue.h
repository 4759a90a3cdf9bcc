/* SPDX-License-Identifier: MIT */
/*
 * rescue: gives the terminal back when a signal, or an exit that nobody planned, ends the
 * program, and passes on the signals that the program deals with in order. There is one
 * terminal, so there is one rescue.
 */
#pragma once

#include <stdbool.h>

/* What signals asked for. */
enum {
	WANTS_SIZE = 1, /* the terminal has another size */
	WANTS_END = 2,
	WANTS_STOP = 4,
	WANTS_BACK = 8, /* the program was stopped and goes on */
};

/* From now on the terminal `fd`, with the modes it has now, is guarded. 0 or -errno. */
int rescue_start(int fd);
void rescue_stop(void);

/* What to write so that the terminal shows what it did before; none at first. Too long a
 * text is not taken. */
void rescue_set_text(const char *text);

/* Readable when a signal asked for something; -1 before rescue_start(). */
int rescue_fd(void);

/* What signals asked for since the last call. */
unsigned rescue_take(void);

/* Whether we are in the foreground of our terminal: others in it are not to be
 * disturbed. */
bool rescue_is_owner(void);

/* Whether the terminal takes output now. */
bool rescue_is_writable(void);

/* Modes and text, as far as they can be given without waiting. Fit for a handler. */
void rescue_give_back(void);

/* Stop as Ctrl-Z does; returns when the program goes on. The terminal has been given
 * back. */
void rescue_suspend(void);
