/* SPDX-License-Identifier: MIT */
/* interrupt: the first Ctrl-C ends watching, and what was seen is shown. */
#pragma once

#include <stdbool.h>

/* The second one ends us; nothing is left behind then either. A signal that was ignored
 * stays so. */
void catch_interrupt(void);

/* For struct opts. */
bool is_interrupted(void *data);
