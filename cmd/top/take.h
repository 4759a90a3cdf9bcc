/* SPDX-License-Identifier: MIT */
/* take: one section of a screen, from sample to sample. */
#pragma once

#include "record/history.h"
#include "top/past.h"
#include "top/request.h"
#include "top/sampling.h"

/* What was read of an instant of the past. */
struct then {
	uint64_t serial;
	struct ml_snap *snap; /* NULL: nothing */
};

/* One section, from sample to sample. */
struct take {
	const struct panel *panel;
	size_t section;
	struct request request;
	bool ready;           /* the request is parsed */
	struct ml_snap *prev;   /* the sample before */
	struct ml_snap *base;   /* the first one */
	struct ml_watch *watch; /* of a command that watches, from its first sample on */
	struct then then[2];  /* the instant on show, and the one before */
	unsigned change;      /* of the want that it stands for */
	double due;
	unsigned samples;
};

/* Which instants the small graphs of the panel on show have. */
#define RETRACED_MAX 64

struct retrace {
	uint64_t seen[RETRACED_MAX]; /* ms of the wall clock; the oldest go first */
	size_t n;
	unsigned steps; /* from what is on show */
};

struct sampling {
	struct sampling_start start;
	struct ml_ctx *ctx;
	struct ml_root *root; /* NULL: a replay has only a past */
	bool live;
	struct ml_root *later;      /* of a capture: its second sample */
	struct ml_root *aside;      /* this machine, as what is not remembered is read */
	struct take *takes;         /* SECTIONS_MAX for each panel */
	struct ml_history *history; /* NULL: nothing is remembered */
	double remembered;          /* when that was last added to */
	struct past *past;
	struct instant then;  /* what was found last there */
	unsigned then_change; /* of the want that asked for it */
	bool looked_ahead;    /* from there */
	struct retrace retrace;
	char *subject;        /* what the takes of the shown panel are about */
	const struct panel *shown;
};

static inline const struct section *section_of(const struct take *t)
{
	return &t->panel->sections[t->section];
}

/* As if it had never been taken. */
void take_reset(struct take *take);
/* Let go of what was read of the past. */
void take_forget_then(struct take *take);

/* A sample of now; NULL when there is nothing to show yet. */
struct shot *take_due(struct sampling *sampling, struct take *take,
		      const struct want *want, double now);

/* A sample of the instant that is gone back to. */
struct shot *take_past(struct sampling *sampling, struct take *take,
		       const struct want *want);

/* Of another instant only what small graphs are made of. */
struct shot *take_trail(struct sampling *sampling, struct take *take,
			const struct want *want, struct ml_root *root, double at);
