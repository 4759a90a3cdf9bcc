/* SPDX-License-Identifier: MIT */
/*
 * account: where MemTotal went - parts that count no page twice, and what remains.
 *
 *   MemTotal = free + user + kernel + hugetlb + compressed + taken + residue
 *
 * The residue is what alloc_pages() gave out under no counter: pipes, socket queues,
 * driver buffers. It carries its sign: the files are not read in one instant, and the
 * counters of vmstat lag by per-CPU batches, so a small negative residue is ordinary.
 */
#pragma once

#include "model/snap.h"

struct ml_account_row {
	struct ml_str mark;   /* one character, or p NULL for parts of parts */
	struct ml_str key;    /* "total", "free", "free.pcp", ..., "residue" */
	struct ml_str parent; /* key of the part it is a part of; p NULL for the total */
	struct ml_str name;   /* in words */
	int64_t bytes;        /* INT64_MIN when not known */
	double share;         /* of MemTotal */
	struct ml_str source; /* formula over kernel names */
	struct ml_str note;   /* p NULL: nothing to add */
	uint64_t pid;         /* of a process that holds it; ML_NONE: it is none */
	struct ml_str cache;  /* the slab cache that it is; p NULL: none */
};

enum ml_account_detail {
	ML_ACCOUNT_CLASSES, /* the parts of the identity */
	ML_ACCOUNT_TREE,    /* and what they consist of, as far as the feeds taken tell */
};

/* Rows in tree order, a parent before its children. No rows when meminfo was not read.
 * 0 or -ENOMEM. */
int ml_account(const struct ml_snap *snap, enum ml_account_detail detail,
	       struct ml_arena *a, struct ml_rows *ret);
