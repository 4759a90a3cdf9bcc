/* SPDX-License-Identifier: MIT */
/* hits_feed: the page cache watched for a while on the running machine. */
#pragma once

#include "model/feeds.h"
#include "model/hits.h"

/* Which events the kernel has; without the first three lookups are not known. */
#define ML_HITS_LOOKUPS \
	(1u << ML_HITS_READ | 1u << ML_HITS_FAULT | 1u << ML_HITS_AROUND)

/* The head. Strings and rows are in the arena of the snapshot. */
struct ml_hits_head {
	unsigned kinds; /* bit per enum ml_hits_kind */
	struct ml_hits_sum sum;
	uint64_t ahead, unsure, unmarked; /* pages */
	uint64_t events;                  /* taken */
	uint64_t lost;                    /* found no room in the rings */
	double seconds;                   /* observed */
	double cost;                      /* seconds of CPU time that it took us */
	struct ml_rows files;             /* of struct ml_hits_file */
	struct ml_rows processes;         /* of struct ml_hits_process */
};

/* Gathers for ret->want->seconds. Rows are head->files. */
ml_gather_fn ml_hits_gather;
