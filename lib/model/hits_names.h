/* SPDX-License-Identifier: MIT */
/* hits_names: the names of files and processes that were met, while these live. */
#pragma once

#include "model/hits.h"
#include "probe/open_file.h"
#include "source/process.h"

struct ml_hits_names {
	struct ml_arena *arena;
	struct ml_processes live;
	uint32_t files, processes; /* rows that were looked at */
	uint64_t budget;           /* ns of CPU time that may still be used */
	struct ml_open_file found;
};

/* Name what was met since the last call, as much as the budget allows; the rest with the
 * next. 0 or -ENOMEM. */
int ml_hits_name(struct ml_hits_names *names, struct ml_hits *h);

/* Once more those without a name that somebody else was met with since. */
void ml_hits_names_again(struct ml_hits_names *names);

/* A process was given this name. */
void ml_hits_named(struct ml_hits *h, uint32_t pid, struct ml_str comm);
