/* SPDX-License-Identifier: MIT */
/* cache_ledger: adds up the page cache of files as they are found, and keeps the largest
 * - each file once. */
#pragma once

#include <sys/stat.h>

#include "base/inode_set.h"
#include "model/cache_mounts.h"

struct ml_cache_ledger {
	struct ml_arena *arena; /* of what is given at the end */
	struct ml_cache_head *head;
	struct ml_rows asked;       /* of struct ml_cache_file: named, they all stay */
	struct ml_cache_file *kept; /* a heap, the least on top; paths are malloced */
	size_t nkept, cap;
	struct ml_inode_set seen;
	uint64_t deadline; /* monotonic ns; ML_NONE: none */
};

/* One file that is found. */
struct ml_cache_found {
	struct ml_str path;
	int fd; /* open for reading, or -errno of that */
	const struct stat *st;
	struct ml_cache_fs fs;
	bool asked;     /* by its name: it is listed whatever comes of it */
	uint64_t owners;
	struct ml_str pids; /* in the arena */
};

/* Whether it is met for the first time; asked before it is opened. 0 or 1, or -ENOMEM. */
int ml_cache_ledger_is_new(struct ml_cache_ledger *ledger, const struct stat *st);

/* Ask about it and add it up. `ret` is what it adds; of a file that is not told nothing
 * but itself. 0 or -ENOMEM. */
int ml_cache_ledger_add(struct ml_cache_ledger *ledger, const struct ml_cache_found *file,
			struct ml_cache_sums *ret, bool *ret_known);

/* Whether the time is up; it is noted. */
bool ml_cache_ledger_is_late(struct ml_cache_ledger *ledger);

/* Give the rows, most in memory first. 0 or -ENOMEM. */
int ml_cache_ledger_rows(struct ml_cache_ledger *ledger, struct ml_rows *ret);
void ml_cache_ledger_deinit(struct ml_cache_ledger *ledger);

/* What is unknown makes the sum so. */
void ml_cache_sums_add(struct ml_cache_sums *to, const struct ml_cache_sums *from);
