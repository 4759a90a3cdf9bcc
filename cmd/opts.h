/* SPDX-License-Identifier: MIT */
/* opts: the options of the command line - declared in tables, parsed once. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "memlens.h"
#include "render/render.h"

struct command;

/* What an option does to struct opts; the shared table and the commands' own use it
 * alike. */
enum opt_kind {
	OPT_FORMAT,   /* choose how rows are printed: `value` is enum format */
	OPT_SCALE,    /* choose the unit of sizes in text: `value` is enum scale */
	OPT_FLAG,     /* set the bool at `offset` */
	OPT_BIT,      /* set the bit `value` of the unsigned at `offset` */
	OPT_STRING,   /* keep the argument at `offset` (const char *) */
	OPT_WORDS,    /* add it to the struct words at `offset`: may be given again */
	OPT_TABLES,   /* show the tables named in `table` instead of the default ones */
	OPT_ADD,      /* show it beside them */
	OPT_BY,       /* show "by_" and the argument, one of `words`, likewise */
	OPT_DELAY,
	OPT_COUNT,
	OPT_BUDGET,
	OPT_INTERVAL,
	OPT_SAMPLES,
	OPT_EVERY,
	OPT_TIMES,  /* count in the unsigned at `offset` how often it is given */
	OPT_CHOICE, /* one of `words`: its place among them in the unsigned at `offset` */
	OPT_DURATION, /* set the double at `offset`, in seconds */
	OPT_SPAN,     /* likewise, of any length, none too */
	OPT_NUMBER,   /* set the uint64_t at `offset`, above 0 */
	OPT_SIZE,   /* set the uint64_t at `offset`, in bytes */
	OPT_DEPTH,
	OPT_TOP,
	OPT_PAGE_SIZE,
	OPT_COLOR,
	OPT_HELP,
	OPT_VERSION,
};

struct opt {
	char letter; /* 0: none */
	const char *name;
	const char *arg; /* name of the argument in help; NULL: takes none */
	const char *help;
	enum opt_kind kind;
	size_t offset;
	int value;
	const char *table;
	const char *words; /* for completion: blank-separated values of the argument */
	bool general;      /* shared also with commands that print no report */
};

#define WORDS_MAX 64

/* The arguments of an option that may be given several times. */
struct words {
	const char *at[WORDS_MAX];
	size_t n;
};

struct opts {
	enum format format;
	struct style style;
	const char *output; /* -o */
	bool output_all;
	const char *sort;
	const char *filter;
	const char *tables; /* --table */
	const char *root;
	uint64_t page_size;
	bool strict;
	double delay; /* seconds; 0: one sample */
	uint64_t count;
	size_t top;
	bool everything; /* no rows are left out unless --top asks for it */
	bool since_boot;
	const char *wait;
	const char *group; /* --cgroup */
	const char *pids;  /* --pid */
	uint64_t depth;
	bool help;
	bool version;
	ml_parts added;  /* tables to show beside the others */
	ml_parts parts;  /* what OPT_TABLES and OPT_ADD chose; 0: the default */
	char **operands; /* where the command takes any */
	size_t noperands;
	double budget;   /* seconds; 0: no limit */
	bool redact;
	uint64_t samples;
	double interval; /* seconds */
	uint64_t min;    /* bytes */
	bool verbose;
	struct words limits, ignore;
	const char *config;
	/* of check */
	const char *warn, *crit, *state, *tolerate, *explain;
	unsigned verbosity, plugin, absent, npd_warn;
	double timeout; /* seconds */
	/* of leak */
	double age, min_window, watch_for; /* seconds */
	unsigned watching;
	uint64_t series;
	bool exit_code;
	bool quiet, list;
	/* of recordings */
	const char *at, *from, *to, *dir;
	double keep; /* seconds */
	uint64_t max_size;
	bool status, calm, series_names, import;
	const char *export_names;
	/* of top */
	const char *dump, *keys, *theme;
	double step; /* seconds */
	bool batch;
	struct ml_judging judging; /* made of these by the commands that judge */
	/* Whether to end early; NULL: never. */
	bool (*stopped)(void *data);
};

extern const struct opt shared_opts[];
extern const size_t shared_opts_count;

/* Parse everything after the command's name. 0, or an exit status after one line to
 * stderr. */
int opts_parse(const struct command *command, int argc, char **argv, struct opts *ret);

/* The option tables of a command one after the other: shared, then its own. NULL at the
 * end. */
const struct opt *opts_at(const struct command *command, size_t i);
