/* SPDX-License-Identifier: MIT */
/* seen: whether a process moves, so that of one that stands still little is read. */
#include "recorder/seen.h"

#include <stdlib.h>
#include <string.h>

#define NS 1000000000ull

/* From one reading of stat to the next, and a little longer, so that not all are due at
 * once. */
#define STAT_NS (8 * NS)
#define PHASES 16
#define PHASE_NS (NS / 8)

struct ml_seen *ml_seen_of(struct ml_hold *hold, uint64_t pid)
{
	struct ml_held *held = ml_hold_find(hold, pid);
	struct ml_seen *seen;

	if (!held || !held->inode)
		return NULL;
	if (held->notes)
		return held->notes;
	seen = calloc(1, sizeof(*seen));
	if (!seen)
		return NULL;
	seen->stat_ns = ML_NONE;
	held->notes = seen;
	return seen;
}

void ml_seen_sizes(struct ml_seen *seen, uint64_t now_ns, const char *text, ssize_t n)
{
	if (!seen)
		return;
	if (n >= 0 && (size_t)n == seen->n && memcmp(seen->sizes, text, seen->n) == 0)
		return;
	seen->moved_ns = now_ns;
	for (int i = 0; i < ML_SEEN_TURNS; i++)
		seen->moved[i] = true;
	seen->n = n > 0 && n <= ML_SEEN_SIZES ? (size_t)n : 0;
	memcpy(seen->sizes, text, seen->n);
}

bool ml_seen_wants_stat(const struct ml_seen *seen, uint64_t pid, uint64_t now_ns)
{
	return !seen || seen->stat_ns == ML_NONE || seen->moved_ns == now_ns ||
	       now_ns - seen->stat_ns >= STAT_NS + pid % PHASES * PHASE_NS;
}

void ml_seen_stat(struct ml_seen *seen, uint64_t now_ns, ssize_t n)
{
	if (seen)
		seen->stat_ns = n < 0 ? ML_NONE : now_ns;
}

bool ml_seen_take_turn(struct ml_seen *seen, uint64_t pid, enum ml_seen_turn turn,
		       unsigned round)
{
	bool moved = !seen || seen->moved[turn];

	if (seen)
		seen->moved[turn] = false;
	return moved || (pid + round) % ML_SEEN_ROUNDS == 0;
}
