/* SPDX-License-Identifier: MIT */
/*
 * sampling: asks the library for what the screens show. It knows panels and time, neither
 * windows nor keys; all of it belongs to one thread.
 */
#pragma once

#include "commands.h"
#include "top/panels.h"
#include "top/past.h"

/* What the user looks at. Strings are borrowed for the call that takes it. */
struct want {
	const struct panel *panel;
	const char *subject;   /* of a panel that has one */
	const char *filter;    /* NULL: all rows */
	const char *columns;   /* -o of the first section; NULL: the panel's */
	const char *sort;      /* of the first section; NULL: that of the panel */
	const uint64_t *fresh; /* processes in sight */
	size_t nfresh;
	enum scale scale;
	bool growth; /* growth columns, since the session began */
	double interval;
	struct aim aim;  /* wall_ms 0: now */
	unsigned change; /* another number: something above is another than before */
};

/* What one section shows at one time. Owned by who got it. */
struct shot {
	struct shot *next; /* for queues */
	const struct panel *panel;
	size_t section;
	unsigned change;          /* of the want that it answers */
	bool past;                /* it is not of now */
	struct bearing bearing;   /* where it is then */
	bool graphs;              /* small graphs are made of it */
	bool trail;  /* and that is all that it is for */
	bool lost;                /* there is no such instant, as the error tells */
	bool still;               /* of a copy: nothing comes before it or after it */
	const char *schema;       /* the report */
	struct ml_result *result; /* NULL when it failed */
	struct ml_snap *snap;
	struct selection selection;
	enum scale scale;
	char *error;   /* why it failed, or what could not be read; NULL */
	char *command; /* the command line that shows the same */
	uint64_t wall_ms;
	double at;           /* seconds of CLOCK_MONOTONIC, or of the instant */
	struct ml_host host; /* its strings live as long as the result */
};

void shot_free(struct shot *shot); /* NULL is fine */

/* Called with every shot that was taken, of idle panels too. */
typedef void shot_fn(struct shot *shot, void *data);

struct sampling;

/* How a session starts. */
struct sampling_start {
	const char *root;       /* NULL: this machine */
	const char *recordings; /* what lies behind it, or all there is; NULL: nothing */
	const struct aim *replay; /* only recordings, from there on; NULL: not */
	uint64_t page_size;
	const char *config;
	bool idle; /* sample what other screens will show */
};

/* 0, or an exit status after one line of complaint. */
int sampling_open(const struct sampling_start *start, struct sampling **ret);
void sampling_close(struct sampling *sampling);

bool sampling_is_live(const struct sampling *sampling);

/* Take what is due at `now` (seconds of CLOCK_MONOTONIC). Returns when the next is. */
double sampling_step(struct sampling *sampling, const struct want *want, double now,
		     shot_fn *fn, void *data);
