/* SPDX-License-Identifier: MIT */
/*
 * alarm: when memory runs short, and how much is to be recorded then.
 *
 * Numbers go in as often as the caller likes; what comes out is whether to record all at
 * once now, and until when to sample quickly. It reads no file and no clock.
 *
 * However long trouble lasts, what it costs is bounded: a full record takes a token, of
 * which there are few, and one comes back each ML_ALARM_REFILL_S seconds. Pressure leaves
 * some of them to kills, which are rarer and say more.
 */
#pragma once

#include <stdbool.h>

#include "memlens.h"

/* Seconds between samples for a while, and how long that is. */
#define ML_ALARM_QUICK_S 1.0
#define ML_ALARM_QUICK_FOR_S 60

#define ML_ALARM_TOKENS 10
#define ML_ALARM_REFILL_S 300
#define ML_ALARM_FOR_KILLS 4

/* Seconds from one full record to the next: of kills, and of anything else. */
#define ML_ALARM_KILL_SPACE_S 10
#define ML_ALARM_SPACE_S 60

/* Tasks waited for memory so much of the time: half as much again as what is worth a
 * warning. */
#define ML_ALARM_STALL 0.15

/* What is unknown is ML_NONE. Counters are since boot. */
struct ml_alarm_reading {
	uint64_t now_ns;           /* monotonic */
	uint64_t total, available; /* bytes */
	uint64_t swapped_out;      /* pages */
	uint64_t stalled_us;       /* some task, for memory */
	uint64_t kills;
	uint64_t logged_kills;     /* where kills are not counted (before Linux 4.13) */
	uint64_t group_ooms;       /* limits of groups that could not be kept */
	bool triggered;            /* the kernel told of pressure since then */
};

struct ml_alarm_call {
	const char *mark; /* why to record all now; NULL: no reason to */
	bool quick;       /* to sample quickly */
};

/* Zero-initialise. */
struct ml_alarm {
	bool begun;
	struct ml_alarm_reading before; /* the last reading */
	struct ml_alarm_reading since;  /* that rates are taken from: a second before */
	double tokens;
	uint64_t filled_ns;             /* when tokens were counted last */
	uint64_t low;                   /* available when last told; 0: enough */
	uint64_t killed_ns;             /* a kill that is not yet recorded; 0: none */
	uint64_t kill_taken_ns, taken_ns; /* the last full records; 0: none */
	uint64_t quick_until_ns;
};

struct ml_alarm_call ml_alarm_step(struct ml_alarm *alarm,
				   const struct ml_alarm_reading *now);
