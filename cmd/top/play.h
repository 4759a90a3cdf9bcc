/* SPDX-License-Identifier: MIT */
/* play: when a replay goes on by itself, and how far. Times are of CLOCK_MONOTONIC. */
#pragma once

#include "top/past.h"

/* Zero-initialise to stand still. */
struct playing {
	bool on;
	unsigned speed; /* the how many-th of all */
	bool arrived;   /* what it went on to is on show, for `wait` seconds */
	bool planned;   /* until `due` */
	double wait, due;
	int64_t span_ms; /* how far it goes on; 0: to the next sample */
};

void play_start(struct playing *playing, const struct bearing *from);
void play_stop(struct playing *playing);

/* How many times as fast as it was. */
double play_speed(const struct playing *playing);
void play_faster(struct playing *playing, bool slower);

/* What is on show now; behind it there may be nothing, and it stops. */
void play_arrive(struct playing *playing, const struct bearing *at);

/* When it goes on; INFINITY: not by itself. */
double play_due(struct playing *playing, double now);

/* It goes on, to there. */
void play_leave(struct playing *playing, struct aim *ret);
