/* SPDX-License-Identifier: MIT */
/*
 * seen: whether a process moves, so that of one that stands still little is read.
 *
 * Its sizes (statm) tell that, which are read each time. stat is read when they move, or
 * every ten seconds; the rest in its turn, and only in one turn of ML_SEEN_ROUNDS when
 * they have not moved since.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "source/hold.h"

#define ML_SEEN_SIZES 80

/* Turns to the one in which what stands still is read, too. */
#define ML_SEEN_ROUNDS 4

enum ml_seen_turn {
	ML_SEEN_LABELS,
	ML_SEEN_ROLLUP,
	ML_SEEN_TURNS,
};

struct ml_seen {
	uint64_t stat_ns;  /* when it was read; ML_NONE: not yet */
	uint64_t moved_ns;         /* when the sizes were last seen to have moved */
	bool moved[ML_SEEN_TURNS];  /* since it was read in its turn */
	size_t n;
	char sizes[ML_SEEN_SIZES];
};

/* What is noted of a process; NULL: nothing can be, and all of it is read. The others
 * take that. */
struct ml_seen *ml_seen_of(struct ml_hold *hold, uint64_t pid);

/* Its sizes were read: bytes or -errno. */
void ml_seen_sizes(struct ml_seen *seen, uint64_t now_ns, const char *text, ssize_t n);

bool ml_seen_wants_stat(const struct ml_seen *seen, uint64_t pid, uint64_t now_ns);

/* stat was read: bytes or -errno. */
void ml_seen_stat(struct ml_seen *seen, uint64_t now_ns, ssize_t n);

/* It is its turn, in that round: whether it is to be read, which it is then. */
bool ml_seen_take_turn(struct ml_seen *seen, uint64_t pid, enum ml_seen_turn turn,
		       unsigned round);
