/* SPDX-License-Identifier: MIT */
/* ask: turns the options of a command into the query of its report. */
#pragma once

#include "commands.h"

/* A query and what it borrows. */
struct asked {
	struct ml_query query;
	const struct ml_col **cols;
	uint64_t *pids;
	char *term;
};

/* 0, or an exit status after one line to stderr. */
int ask(const struct command *command, const struct opts *opts, struct asked *ret);
void asked_deinit(struct asked *asked);

/* The columns to print; `delta` where there is an earlier instant. 0, or an exit status
 * after one line to stderr. */
int select_columns(const struct command *command, const struct opts *opts, bool delta,
		   struct selection *ret);
