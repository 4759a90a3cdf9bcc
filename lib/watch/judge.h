/* SPDX-License-Identifier: MIT */
/* judge: which of the things that are watched grow as leaks do. */
#pragma once

#include "series/trend.h"
#include "watch/watch.h"

/* Seconds: less than that is no evidence of a leak. */
#define ML_WATCH_WINDOW 300

/* A thing and its trend. */
struct ml_grown {
	const struct ml_watched *thing;
	struct ml_trend trend;
	struct ml_trend_ask ask;
};

struct ml_grown_sums {
	size_t series;   /* watched now */
	size_t moving;   /* of them, those that had more than one value */
	size_t samples;  /* the most that one of them has */
};

/* Rows of struct ml_grown: those that moved, the surest and fastest first. `min_window`
 * in seconds, 0: any. 0 or -ENOMEM. */
int ml_watch_judge(const struct ml_watch *watch, double min_window, struct ml_arena *a,
		   struct ml_rows *ret, struct ml_grown_sums *ret_sums);
