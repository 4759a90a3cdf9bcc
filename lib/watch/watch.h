/* SPDX-License-Identifier: MIT */
/*
 * watch: series of all that can grow, from one snapshot to the next.
 *
 * A thing is named by its kind, its pid and start or its name, so a pid that is used
 * again is another thing. Time goes by the machine's clock since boot; a clock that goes
 * back or cannot be told goes on by the last step. Another boot begins all anew. What a
 * snapshot does not tell of is a gap; what two in turn do not tell of, while they do of
 * others of its kind, has ended and is forgotten.
 */
#pragma once

#include "base/index.h"
#include "base/sample.h"
#include "model/snap.h"
#include "watch/kinds.h"

/* Times that are held; then every second goes, and only half as many are taken. */
#define ML_WATCH_TIMES 2048
/* Processes whose mappings are read, too. */
#define ML_WATCH_SUSPECTS 16

struct ml_watched {
	enum ml_watched_kind kind;
	uint64_t pid;        /* ML_NONE: it is of no process */
	double start;        /* of the process, seconds after boot; NaN: unknown */
	char *key;    /* its identity, its name last; owned */
	uint32_t nkey, name; /* length, and where the name begins */
	uint32_t first;      /* the time at which it was seen first */
	uint32_t last;  /* and last */
	double value;   /* at that time */
	/* From `first` on; NaN: a gap. NULL: `value` at all times. Owned. */
	double *values;
	uint32_t cap;
};

struct ml_watch {
	struct ml_ctx *ctx;
	ml_watching classes; /* 0: all */
	double *times;       /* seconds after the first */
	uint32_t n;
	double step;    /* the last one */
	double least_step; /* what comes earlier is passed over */
	double age;     /* uptime of the machine at the last time; NaN: unknown */
	uint64_t wall_ms;
	uint32_t restarts; /* boots that were left behind */
	struct ml_snap *prev;
	struct ml_watched *at;
	uint32_t nat, cap;
	struct {
		uint32_t last, before; /* when it was told of, from 1 on; 0: never */
	} told[ML_WATCHED_KINDS];
	struct ml_index index;
	uint64_t suspects[ML_WATCH_SUSPECTS]; /* pids */
	uint32_t nsuspects;
	double mappings_next; /* time from which on theirs may be read again */
};

struct ml_sight {
	enum ml_watched_kind kind;
	uint64_t pid;        /* ML_NONE: of no process */
	double start;
	/* What it is called; of a process nothing: that may change while it lives. */
	struct ml_str name;
	double value;        /* NaN: not known, as if it were not told */
};

/* While a snapshot is added: this was seen in it. Twice the same thing at one time is
 * added up. 0 or -ENOMEM. */
int ml_watch_see(struct ml_watch *watch, const struct ml_sight *sight);

struct ml_str ml_watched_name(const struct ml_watched *thing);

/* Its samples, oldest first, without gaps; their number is at most watch->n. */
size_t ml_watched_samples(const struct ml_watch *watch, const struct ml_watched *thing,
			  struct ml_sample *ret);

/* Whether it never had another value. */
static inline bool ml_watched_stands(const struct ml_watched *thing)
{
	return !thing->values;
}
