/* SPDX-License-Identifier: MIT */
/* group_ooms: how often groups of version 2 met a limit that could not be kept, by those
 * at the top, which count for all below them. */
#pragma once

#include "memlens.h"

#define ML_GROUP_OOMS_MAX 64

struct ml_group_ooms {
	int fd[ML_GROUP_OOMS_MAX]; /* of memory.events */
	unsigned n;
	uint64_t listed_ns; /* 0: not yet */
	uint64_t sum;       /* that were seen to happen */
	uint64_t last[ML_GROUP_OOMS_MAX];
};

/* The sum, which never falls; ML_NONE without such groups. Zero-initialise. */
uint64_t ml_group_ooms_read(struct ml_group_ooms *g, uint64_t now_ns);
void ml_group_ooms_close(struct ml_group_ooms *g);
