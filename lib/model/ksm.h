/* SPDX-License-Identifier: MIT */
/* ksm: the machine's merging of equal pages. */
#pragma once

#include "model/snap.h"

/* The feed's parsed.head. Pages, but for what is named otherwise; ML_NONE and INT64_MIN
 * where the kernel has no such file. */
struct ml_ksm {
	uint64_t run;      /* 0 off, 1 on, 2 off and all are unmerged */
	uint64_t shared;   /* pages that stand for others */
	uint64_t sharing;  /* mappings that they serve beyond the first */
	uint64_t unshared;  /* looked at, without an equal */
	uint64_t volatiles; /* changed too fast to be merged */
	uint64_t scanned, skipped;
	int64_t zero;   /* merged with the kernel's page of zeros */
	int64_t profit; /* bytes, by the kernel's own account */
	uint64_t full_scans;
	uint64_t chains, dups;
	uint64_t to_scan, sleep_ms; /* as many at a time, then so long a rest */
	uint64_t max_sharing, across_nodes, use_zero_pages, smart_scan;
	struct ml_str advisor;
};

ml_gather_fn ml_ksm_gather;

/* NULL where the feed was not taken or is absent. */
const struct ml_ksm *ml_ksm_of(const struct ml_snap *snap);

/* Bytes that would be taken without it, beyond those that are. */
uint64_t ml_ksm_saved(const struct ml_snap *snap, const struct ml_ksm *ksm);

/* Bytes for the records of what is tracked, by the size the kernel's own profit
 * assumes; ML_NONE where it tells no profit. */
uint64_t ml_ksm_cost(const struct ml_snap *snap, const struct ml_ksm *ksm);
