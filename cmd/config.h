/* SPDX-License-Identifier: MIT */
/*
 * config: the files that tell how to judge.
 *
 *	[limits]
 *	mem.avail.low.warn = 15%
 *	[ignore]
 *	RULE:OBJECT
 *
 * Lines that begin with # or ; are comments.
 */
#pragma once

#include <stddef.h>

#include "memlens.h"

/* Allocated strings that grow in number. */
struct config_words {
	char **at;
	size_t n;
};

struct config {
	struct config_words limits; /* "KEY=VALUE", what counts most first */
	struct config_words ignore;
};

struct opts;

/*
 * What the command line says, then the file that it names, else the user's file and
 * /etc/memlens.conf. 0, or an exit status after one line "FILE:LINE: ..." to stderr.
 */
int config_load(const struct opts *opts, struct config *ret);
void config_deinit(struct config *config);

/* A file of the user's own configuration; allocated. NULL where there is no home, or no
 * memory. */
char *config_path(const char *name);

/* All of it as `ret` has it, beside what that holds already. */
void config_judge(const struct config *config, struct ml_judging *ret);
