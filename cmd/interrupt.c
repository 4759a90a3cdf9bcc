/* SPDX-License-Identifier: MIT */
/* interrupt: the first Ctrl-C ends watching, and what was seen is shown. */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t interrupted;

static void catch (int number)
{
	interrupted = number;
}

bool is_interrupted(void *data)
{
	(void)data;
	return interrupted != 0;
}

void catch_interrupt(void)
{
	struct sigaction action = { .sa_handler = catch, .sa_flags = SA_RESETHAND }, old;

	if (!sigaction(SIGINT, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(SIGINT, &action, NULL);
}
