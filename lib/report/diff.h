/* SPDX-License-Identifier: MIT */
/*
 * diff: what changed between two instants. A level - slab caches, processes - makes rows
 * of each instant; rows of one thing are paired, and those that changed are kept.
 */
#pragma once

#include "model/pair.h"
#include "report/report.h"

/* The first member of every row. */
struct ml_change {
	struct ml_str what;
	int64_t before, after, change; /* INT64_MIN: unknown, or not there */
	double share;
	uint64_t weight; /* the size of the change, for order and bound */
	uint64_t beside; /* that of the largest other change of the row, for the bound */
};

#define ML_CHANGE_COLS(st, unit, of) \
	ML_COL(st, c.change, unit, ML_SEM_GAUGE, "change", "CHANGE", \
	       "by how much " of " changed; all of it where it is new or gone"), \
	ML_COL(st, c.before, unit, ML_SEM_GAUGE, "before", "BEFORE", \
	       "what it was; unknown where it is new"), \
	ML_COL(st, c.after, unit, ML_SEM_GAUGE, "after", "AFTER", \
	       "what it is; unknown where it is gone"), \
	ML_RATIO(st, c.share, "share", "SHARE", "the change as part of what it was", \
		 .flags = ML_COL_MINOR), \
	ML_LABEL(st, c.what, "what", "WHAT", "grown, shrunk, moved, new or gone")

struct ml_level {
	ml_feeds need;   /* compared only where both instants have these */
	ml_feeds use;    /* where one alone has them, that is said */
	size_t row_size;
	bool one_boot;   /* says nothing across boots */
	bool lasting;    /* what one instant alone has is not known, rather than new */
	bool unbounded;  /* the bound of the query is one of bytes, these are none */
	/* Rows of an instant, their size in c.after. */
	int (*collect)(struct ml_build *b, const struct ml_snap *snap,
		       struct ml_rows *ret);
	int (*cmp)(const void *a, const void *b);    /* 0: the same thing */
	int (*again)(const void *a, const void *b);  /* for what is left; or NULL */
	/* Fill what the row tells beside its change, and what else decides that; either
	 * may be NULL. */
	void (*pair)(const struct ml_build *b, void *row, const void *before,
		     const void *after);
};

/* The rows that changed, largest change first. */
int ml_diff_level(struct ml_build *b, const struct ml_level *level, struct ml_rows *ret);

/* The same of rows that were collected. */
int ml_diff_rows(struct ml_build *b, const struct ml_level *level,
		 const struct ml_rows *before, const struct ml_rows *after,
		 struct ml_rows *ret);

/* A size as rows hold it, and what of it changed: unknown in, unknown out. */
int64_t ml_diff_size(uint64_t v);
int64_t ml_diff_change(int64_t before, int64_t after);

/* The change of a member (offset of a u64): of what is new or gone all of it. */
int64_t ml_diff_member(const void *before, const void *after, size_t offset);

/* Make the change of what it was and is, again where a pair is of other sizes. */
void ml_diff_settle(struct ml_change *c, bool was, bool is);

/* Another change of the row: a row is kept for its sake, too. */
void ml_diff_weigh(struct ml_change *c, int64_t change);

extern const struct ml_table ml_diff_account_table, ml_diff_meminfo_table,
	ml_diff_counter_table, ml_diff_level_table, ml_diff_zone_table,
	ml_diff_pool_table, ml_diff_node_table, ml_diff_swap_table, ml_diff_zram_table,
	ml_diff_slab_table, ml_diff_vmalloc_table, ml_diff_group_table, ml_diff_shm_table,
	ml_diff_process_table, ml_diff_program_table, ml_diff_mapping_table;
ml_build_fn ml_diff_build_account, ml_diff_build_meminfo, ml_diff_build_counters,
	ml_diff_build_levels, ml_diff_build_zones, ml_diff_build_pools,
	ml_diff_build_nodes, ml_diff_build_swaps, ml_diff_build_zram, ml_diff_build_slab,
	ml_diff_build_vmalloc, ml_diff_build_groups, ml_diff_build_shm,
	ml_diff_build_processes, ml_diff_build_programs, ml_diff_build_mappings;
