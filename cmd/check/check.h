/* SPDX-License-Identifier: MIT */
/* check: what the parts of memlens check share - the verdict, and its formats. */
#pragma once

#include <stdio.h>

#include "memlens.h"
#include "render/render.h"

/* Exit statuses of monitoring plugins. */
enum check_state {
	CHECK_OK,
	CHECK_WARNING,
	CHECK_CRITICAL,
	CHECK_UNKNOWN,
};

/* As they stand in the option's list of words. */
enum check_format {
	CHECK_PLUGIN,
	CHECK_NPD,
	CHECK_JSON,
	CHECK_JUNIT,
};

enum check_absent {
	CHECK_ABSENT_OK,
	CHECK_ABSENT_WARN,
	CHECK_ABSENT_UNKNOWN,
};

struct check_finding {
	struct ml_str rule, about, severity, confidence, message, evidence;
	struct ml_str why, isnt, remedy, risk, next;
	enum check_state state;
};

struct check_measure {
	struct ml_str rule, about, measure, warn, crit;
	enum ml_unit unit;
	bool below;
	double value, min, max;
	enum check_state state; /* of the number alone */
};

struct check_rule {
	struct ml_str id, outcome, reason, title;
	enum check_state state;
	bool tolerated; /* it is bad, but not yet often enough */
	unsigned bad, of;
};

#define CHECK_NOTES_MAX 8

/* Strings are borrowed from the result. Arrays are allocated. */
struct check_verdict {
	enum check_state state;
	struct check_finding *findings; /* worst first */
	size_t nfindings;
	struct check_measure *measures;
	size_t nmeasures;
	struct check_rule *rules;
	size_t nrules;
	size_t nignored;
	double seconds;          /* between the two samples; NaN: there is one */
	char *notes[CHECK_NOTES_MAX]; /* what else has to be said; allocated */
	size_t nnotes;
};

/* How the outcome of a rule becomes a state. */
struct check_policy {
	bool named;  /* the rules were named: one that cannot be judged is UNKNOWN */
	bool ranges; /* the user's: the numbers alone tell */
	enum check_absent absent;
};

/* Of two states the one that counts: CRITICAL, WARNING, UNKNOWN, OK. */
enum check_state check_worse(enum check_state a, enum check_state b);
const char *check_state_name(enum check_state state);

/* Of a result of the report doctor. 0 or -ENOMEM. */
int check_verdict_init(const struct ml_result *result, const struct check_policy *policy,
		       struct check_verdict *ret);
void check_verdict_deinit(struct check_verdict *v);

/* The state of all rules together, after one of them was changed. */
void check_settle(struct check_verdict *v, const struct check_policy *policy);

void check_note(struct check_verdict *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- runs before this one ---- */

#define CHECK_RUNS_MAX 64

/* "2/5"; false for anything else. */
bool check_tolerance_parse(const char *text, unsigned *ret_bad, unsigned *ret_runs);

/* A rule that was bad in fewer than `bad` of the last `runs` runs is well so far. `notes`
 * is what the run before left; the new ones are allocated. 0 or -ENOMEM. */
int check_tolerate(struct check_verdict *v, struct ml_str notes, unsigned bad,
		   unsigned runs, char **ret_notes);

/* ---- formats ---- */

/* The line that says it all, without a newline; allocated, safe, NULL without memory. */
char *check_headline(const struct check_verdict *v);

/* A number as people read it. */
void check_say(const struct check_measure *m, char ret[static CELL_MAX]);

/* Each returns the exit status that belongs to it. */
int check_print_plugin(const struct check_verdict *v, unsigned verbosity, FILE *out);
int check_print_npd(const struct check_verdict *v, bool warn_is_problem, FILE *out);
int check_npd_status(const struct check_verdict *v, bool warn_is_problem);
int check_print_json(const struct check_verdict *v, FILE *out);
int check_print_junit(const struct check_verdict *v, FILE *out);

/* All rules: for people, their names alone, or JSON. */
void check_list(bool json, bool names, FILE *out);
