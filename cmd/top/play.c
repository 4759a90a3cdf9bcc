/* SPDX-License-Identifier: MIT */
/* play: when a replay goes on by itself, and how far. */
#include "top/play.h"

#include <math.h>

/* No screen is on show for less; where samples come faster some are passed over. */
#define FRAME 0.1

static const double speeds[] = { 1, 10, 60, 600 };

#define SPEEDS (sizeof(speeds) / sizeof(speeds[0]))

double play_speed(const struct playing *p)
{
	return speeds[p->speed];
}

void play_faster(struct playing *p, bool slower)
{
	if (slower && p->speed > 0)
		p->speed--;
	if (!slower && p->speed + 1 < SPEEDS)
		p->speed++;
}

/* A gap is not waited for. */
static double seconds_to_next(const struct bearing *at)
{
	uint64_t ms = at->newer_ms - at->wall_ms;

	return (double)(bearing_is_gap(at, ms) ? at->usual_ms : ms) * 1e-3;
}

void play_arrive(struct playing *p, const struct bearing *at)
{
	if (at->newer_ms == ML_NONE)
		play_stop(p);
	if (!p->on || p->arrived)
		return;
	p->wait = seconds_to_next(at) / play_speed(p);
	p->span_ms = 0;
	if (p->wait < FRAME) {
		p->wait = FRAME;
		p->span_ms = (int64_t)(FRAME * play_speed(p) * 1000);
	}
	p->arrived = true;
	p->planned = false;
}

void play_start(struct playing *p, const struct bearing *from)
{
	p->on = true;
	p->arrived = false;
	p->due = 0;
	play_arrive(p, from);
}

void play_stop(struct playing *p)
{
	p->on = false;
}

double play_due(struct playing *p, double now)
{
	if (!p->on || !p->arrived)
		return (double)INFINITY;
	if (!p->planned) {
		p->due = (p->due > 0 ? p->due : now) + p->wait;
		p->due = p->due < now ? now : p->due; /* it took longer than that */
		p->planned = true;
	}
	return p->due;
}

void play_leave(struct playing *p, struct aim *ret)
{
	ret->span_ms = p->span_ms;
	ret->step = !p->span_ms;
	p->arrived = false;
}
