/* SPDX-License-Identifier: MIT */
/* commands: the register of subcommands. */
#pragma once

#include "opts.h"

enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_UNREADABLE = 3, /* something needed or named could not be read */
};

struct command {
	const char *name;    /* "" for the bare command */
	const char *report;  /* NULL: it prints none */
	const char *summary; /* one line, lower case */
	const char *see;     /* what to run next, for help and manual */
	const struct opt *opts;
	size_t nopts;
	bool rates;          /* with a delay the first rows come after one delay */
	/* what stands behind the options: "PID"; "": nothing; NULL: a delay */
	const char *operand;
	size_t least, most;  /* how many of them */
	const char *choices; /* words that the first one is of; NULL: any */
	bool pids;           /* they are process ids */
	bool paths;          /* they are files, directories or control groups */
	bool roots;          /* they are copies: the moments to compare */
	size_t top;          /* rows of a table in text unless asked; 0: all */
	const char *offers;  /* arguments of memlens that print what completes them */
	bool witness;        /* it compares with another library */
	bool pair;           /* it looks at two instants, of a capture its two samples */
	bool watches;        /* it looks at many instants, one after the other */
	/* The exit status that the rows mean; NULL: none of their own */
	int (*judge)(const struct ml_result *result);
	/* Say what a usage error means for its readers, and return the exit status; NULL:
	 * that of usage errors */
	int (*refuse)(void);
	/* NULL: collect the report, render it, repeat */
	int (*run)(const struct command *command, const struct opts *opts);
};

extern const struct command commands[];
extern const size_t commands_count;

/* NULL when there is none of this name. */
const struct command *command_find(const char *name);

/* The name nearest to a mistyped one, or NULL when none is near. */
const char *command_nearest(const char *name);

/* Collect, render, repeat: what most commands are. Returns an exit status. */
int run_report(const struct command *command, const struct opts *opts);

/* memlens psi, which can also wait. */
int cmd_psi(const struct command *command, const struct opts *opts);

/* 1 when any number differs. */
int judge_verify(const struct ml_result *result);

/* memlens diff, which compares copies or repeats. */
int cmd_diff(const struct command *command, const struct opts *opts);

/* memlens cache, which can watch. */
int cmd_cache(const struct command *command, const struct opts *opts);

/* memlens leak, whose exit status can be its verdict. */
int cmd_leak(const struct command *command, const struct opts *opts);

/* memlens doctor. */
int cmd_doctor(const struct command *command, const struct opts *opts);

/* memlens check, the plugin. */
int cmd_check(const struct command *command, const struct opts *opts);
int check_refuse(void);

/* memlens top. */
int cmd_top(const struct command *command, const struct opts *opts);

/* memlens replay. */
int cmd_replay(const struct command *command, const struct opts *opts);

/* memlens record. */
int cmd_record(const struct command *command, const struct opts *opts);

/* memlens capture. */
int cmd_capture(const struct command *command, const struct opts *opts);

/* One line "memlens: ..." to stderr; returns `status`. */
int complain(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Keep what is complained of, for complaint(), and print nothing: the terminal is a
 * screen. */
void complain_quietly(bool yes);

/* What complain() said last, printable; "" when it has said nothing. */
const char *complaint(void);

void help_print(const struct command *command, FILE *out);
