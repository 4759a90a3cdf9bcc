/* SPDX-License-Identifier: MIT */
/* when: a moment as people write it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What --help says of it. */
#define WHEN_FORMS                                                                       \
	"03:10, '2026-11-23 03:10', 2026-11-23T03:10:05Z, -3d, @1795419667 or now"

/*
 * Milliseconds since the epoch of "03:10", "03:10:05" (the last one that has passed),
 * "2026-11-23", "2026-11-23 03:10", "2026-11-23T03:10:05", each of a clock with "Z" or
 * "+02:00" behind it, else of the local one; "-90s", "-5m", "-2h", "-3d" before now;
 * "@SECONDS"; "now". False for anything else.
 */
bool parse_when(const char *s, uint64_t now_ms, uint64_t *ret);

/* "2026-11-23 03:10:05", local. */
void print_when(uint64_t wall_ms, char ret[static 32]);

/* "90s", "5m", "2h", "7d", "500ms", "10": seconds. */
bool parse_span(const char *s, double *ret);
