/* SPDX-License-Identifier: MIT */
/* trend: whether a series of sizes or counts grows as a leak makes it grow, how
 * fast, since when, and how sure that is. */
#pragma once

#include <stdbool.h>

#include "series/floor.h"

/* Fewer samples tell nothing, and fewer than the second are no evidence of a leak. */
#define ML_TREND_LEAST 30
#define ML_TREND_ENOUGH 60

enum ml_trend_verdict {
	ML_TREND_INSUFFICIENT, /* too few samples */
	ML_TREND_STEADY,
	ML_TREND_GROWING,   /* it grows, and that is all that can be said yet */
	ML_TREND_SUSPECTED, /* it grows as a leak does */
	ML_TREND_CONFIRMED, /* and something else than the series says so, too */
};

/* What decided it. */
enum ml_trend_reason {
	ML_REASON_SAMPLES,  /* fewer than ML_TREND_LEAST */
	ML_REASON_CHANCE,   /* no growth beyond what chance explains */
	ML_REASON_FALLS,    /* surely shrinks */
	ML_REASON_SMALL,    /* grows by less than would matter */
	ML_REASON_STEPS,    /* rose in one step or a few */
	ML_REASON_RELEASED, /* gives back what it took */
	ML_REASON_STOPPED,  /* grew, and stopped; `bend` tells when */
	ML_REASON_SLOWING,  /* grows ever slower, as in a warm-up; `bend` is its length */
	ML_REASON_SHORT,    /* watched for less than the window, or in too few samples */
	ML_REASON_YOUNG,    /* watched for less than half of its age */
	ML_REASON_FLOOR,    /* the floor rises and goes on to */
	ML_REASON_EVIDENCE, /* likewise, and was seen elsewhere */
};

/* What is known beside the series; zeroed: nothing. */
struct ml_trend_ask {
	double age;        /* seconds since it began, at the last sample; 0: unknown */
	double min_window; /* seconds to be watched before a leak is suspected */
	size_t series;     /* how many are tested at once: one of many is odd by chance */
	double least;      /* growth that does not matter yet */
	bool evidence;     /* something else shows that it leaks */
};

/* NaN: unknown. */
struct ml_trend {
	enum ml_trend_verdict verdict;
	enum ml_trend_reason reason;
	double slope, low, high; /* per second; the interval is meant to hold 95 of 100 */
	double since;            /* when it began; at the first sample: or before */
	double growth;           /* of the floor, in that time */
	double level;            /* the floor at the end */
	double span;             /* seconds from the first sample to the last */
	double cycle;            /* seconds of the cycle that was taken off */
	double bend;             /* seconds; see the reason */
	size_t samples;          /* that could be used: known values at ascending times,
				    behind a gap of most of the record */
	size_t needed;           /* samples for a verdict; for a suspicion if it grows */
};

/* Samples at any times, best ascending: what does not come after the one before is left
 * out, and so are unknown and infinite values. 0 or -ENOMEM. */
int ml_trend_of(const struct ml_sample *samples, size_t n, const struct ml_trend_ask *ask,
		struct ml_trend *ret);

static inline bool ml_trend_is_leak(const struct ml_trend *t)
{
	return t->verdict >= ML_TREND_SUSPECTED;
}

/* In how many seconds after the last sample the level meets `limit`: at the
 * earliest, and at the latest (infinite: perhaps never). NaN unless it grows. */
void ml_trend_until(const struct ml_trend *t, double limit, double *earliest,
		    double *latest);

const char *ml_trend_verdict_name(enum ml_trend_verdict verdict);
