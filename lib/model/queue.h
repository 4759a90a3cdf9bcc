/* SPDX-License-Identifier: MIT */
/* queue: kernel memory that waits to be read, by the process that holds it. */
#pragma once

#include "model/feeds.h"

struct ml_queue_row {
	struct ml_str kind; /* "tcp", "udp", "unix", "pipe" */
	uint64_t pid;       /* ML_NONE: held by no process that we may look into */
	struct ml_str comm;
	uint64_t count;
	uint64_t bytes;
	struct ml_str how; /* "measured" or "estimated" */
};

/* Bytes of all rows of one kind. */
uint64_t ml_queue_total(const struct ml_parsed *queues, const char *kind);

/* Whether it is a kind; fills kind and how. */
bool ml_queue_kind(struct ml_str name, struct ml_queue_row *ret);

/* Rows by (kind, pid), largest first. A copy has no descriptors to ask: it may tell them
 * in a file of its own. DENIED (with the rows of our own processes) when other processes
 * were refused. */
ml_gather_fn ml_queues_gather;

/* The same for who looks for what is large only: where the account of memory has no room
 * for as much, no process is asked, and there are no rows. */
ml_gather_fn ml_queues_large_gather;
#define ML_QUEUE_LARGE (192ll << 20)
