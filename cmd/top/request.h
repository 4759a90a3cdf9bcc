/* SPDX-License-Identifier: MIT */
/* request: the command line that a section of a screen stands for, parsed. */
#pragma once

#include "ask.h"
#include "config.h"
#include "top/sampling.h"

struct request {
	char **words; /* NULL-terminated */
	size_t nwords;
	const struct command *command;
	const struct ml_report *report;
	struct opts opts;
	struct asked asked;
	struct config config;
};

/* 0, or an exit status with a complaint(). */
int request_init(const struct section *section, const struct want *want,
		 const char *config, struct request *ret);
void request_deinit(struct request *request);

/* As one would type it, quoted for a shell; `at_ms` of a recording, 0: of no time.
 * Allocated; NULL without memory. */
char *request_line(const struct request *request, const char *root, uint64_t at_ms);
