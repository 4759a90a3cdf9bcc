/* SPDX-License-Identifier: MIT */
/* taskstats: a reply of the TASKSTATS family of generic netlink - how long a process
 * waited, and for what. */
#pragma once

#include "parse/parse.h"

/* Both unknown (ML_NONE, NaN) where the kernel's struct is too short to have it. */
struct ml_delay {
	uint64_t count;
	double seconds;
};

/* What a reply says about one process: the sum over its threads, also of those that have
 * ended. */
struct ml_delays {
	uint64_t tgid;
	uint64_t version; /* of struct taskstats */
	/* Whether anything but `cpu` was counted. A kernel that can switch accounting
	 * counts only for tasks that were created while it was on, and replies zeros for
	 * all others: where this is false there, zeros may as well be unknown. From
	 * version 13 on hardly any program has run without a write-protect copy, so that
	 * false means unknown. */
	bool counted;
	struct ml_delay cpu;       /* for a processor; counted without accounting */
	struct ml_delay blkio;     /* for block IO that it started itself */
	struct ml_delay swapin;    /* for a page out of swap */
	struct ml_delay freepages; /* direct reclaim */
	struct ml_delay thrashing; /* for a page that was dropped not long ago */
	struct ml_delay compact;   /* direct compaction */
	struct ml_delay wpcopy;    /* copies on write */
	struct ml_delay irq;       /* interrupted */
};

/* From the generic netlink header on. A row of struct ml_delays for each process that the
 * message tells of, and a line for each attribute. */
ml_parse_fn ml_parse_taskstats;
