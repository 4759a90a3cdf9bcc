/* SPDX-License-Identifier: MIT */
/* run: what the ways to go through samples share. */
#pragma once

#include <time.h>

#include "ask.h"

/* Everything that lives through the samples of one command. */
struct run {
	const struct command *command;
	const struct opts *opts;
	const struct ml_report *report;
	struct ml_ctx *ctx;
	struct ml_root *before; /* a copy to compare with; NULL: the sample before */
	struct ml_root *root;
	struct asked asked;
	struct ml_snap *prev;
	struct ml_snap **between; /* of a command that looks at a pair: what lies in it */
	size_t nbetween;
	struct ml_watch *watch; /* of a command that watches */
	struct timespec next;
	size_t sample;
	bool over; /* the processes that were named have ended */
	int status;
};

/* The status that a library failure means; its message is in the context. */
int run_fail(const struct run *r, int rc);

/* A snapshot of what is not the last instant: only what rates and trends need is read. 0
 * or an exit status. */
int run_take_earlier(struct run *r, struct ml_root *root, struct ml_snap **ret);

/* Say what could not be read of the first sample; `of` names the root where there are
 * two. */
void run_check_sources(struct run *r, const struct ml_snap *snap, const char *of);

/* Whether none of the processes that were named is left, with the last of them. */
bool run_is_over(const struct run *r, const struct ml_snap *snap,
		 struct ml_source *ret_gone);

/* Wait for the next multiple of so many seconds, or until we are stopped. */
void run_wait(struct run *r, double seconds);
bool run_is_stopped(const struct run *r);
