/* SPDX-License-Identifier: MIT */
/*
 * panels: the register of screens. A screen is a few commands of memlens whose tables
 * stand below each other; it has no numbers of its own.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Tables of one command. */
struct section {
	const char *words;  /* "ps --sort rss"; a %s in it is the panel's subject */
	const char *title;  /* above its tables; NULL: none but their own */
	const char *growth; /* -o of the growth columns; NULL: `words` are enough */
	const char *spark;  /* the column whose past is drawn; NULL: none */
	/* the share that is drawn as a bar; of a tree that is descended, as part of the
	 * row above; NULL: that of the table, if any */
	const char *bar;
	const char *sort;   /* the column that its command sorts by unless asked */
	/* the free text that stands below each row, in as many lines as it takes, unless
	 * a column of its own is meant and there is none; NULL: none */
	const char *wrap;
	const char *ident;  /* the columns that name a row from one sample to the next */
	double every;       /* seconds between samples; 0: the interval */
	double idle;        /* the same while another screen is shown; 0: none then */
	bool wakes;         /* then none before it was shown once */
	bool rates;         /* its rates are always compared with the sample before */
	bool right;         /* in a column of its own where the screen is wide */
	bool aside;         /* what is read for it is too much to be remembered */
	bool pss;           /* its costly columns are read for the rows in sight first */
	bool quiet;         /* its notes are left out, since the screen says it better */
};

/* Where Enter leads from a row of a panel. */
struct way {
	const char *column; /* what the panel that follows is about: "pid" */
	const char *panel;  /* its id */
	/* "ps %s -o cgroup": the command that tells the column of a process, since it
	 * costs too much to have it of all; NULL: the table */
	const char *ask;
	bool zoom; /* `z` takes it; Enter takes the first other one that leads on */
};

#define SECTIONS_MAX 6
#define WAYS_MAX 3

struct panel {
	const char *id;
	char key;          /* the digit that shows it */
	const char *name;  /* on the line of tabs */
	const char *about; /* one line for help */
	struct section sections[SECTIONS_MAX];
	struct way ways[WAYS_MAX];
	const char *subject; /* what is asked for where the words hold %s: "a process" */
	bool descends;       /* Enter goes into a row of its tree, as into a folder */
};

extern const struct panel panels[];
extern const size_t panels_count;

/* NULL when there is none. */
const struct panel *panel_find(const char *id);

size_t panel_nsections(const struct panel *panel);
