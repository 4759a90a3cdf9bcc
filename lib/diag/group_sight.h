/* SPDX-License-Identifier: MIT */
/* group_sight: the control groups as rules look at them - two instants side by side, and
 * who of a line of groups is meant. */
#pragma once

#include "diag/diag.h"
#include "model/groups.h"

struct ml_group_sight {
	const struct ml_rows *rows; /* of struct ml_group: parents before children */
	const struct ml_groups_head *head, *before_head;
	const struct ml_group **before; /* by path */
	size_t nbefore;
	size_t *up; /* of each row: that of the group above; SIZE_MAX for a root */
};

/* False when there are none to look at, which is then told for the rule, or no memory. */
bool ml_group_sight(struct ml_diag *d, struct ml_group_sight *ret);

static inline const struct ml_group *ml_group_at(const struct ml_group_sight *s, size_t i)
{
	return ml_rows_at(s->rows, i);
}

/* The same group at the instant before; NULL when it was not there. */
const struct ml_group *ml_group_was(const struct ml_group_sight *s, size_t i);

/* The group that is the tree's own root, where v1 makes up a usage of all memory. */
static inline bool ml_group_is_host(const struct ml_group *g)
{
	return g->version == 1 && !g->parent.p;
}

/* "/a/b" in a sentence. */
#define ML_GROUP_PATH(g) (int)(g)->path.n, (g)->path.p

/* ---- sizes ---- */

/* The usage runs ahead of what is used by what CPUs have in stock: without that. */
uint64_t ml_group_used(const struct ml_diag *d, const struct ml_group *g);

/* What of that reclaim cannot drop: all but files and slab that can go. */
uint64_t ml_group_held(const struct ml_diag *d, const struct ml_group_sight *s, size_t i);

/* What of it may still go to swap; 0 without swap. */
uint64_t ml_group_swap_room(const struct ml_diag *d, const struct ml_group *g);

/* ---- rates; NaN when unknown ---- */

/* Of a name of memory.stat, that of v2 in both versions. */
double ml_group_stat_rate(const struct ml_diag *d, const struct ml_group_sight *s,
			  size_t i, const char *name);
double ml_group_refault_rate(const struct ml_diag *d, const struct ml_group_sight *s,
			     size_t i);
/* Pages a second that went to swap and came from it. */
double ml_group_swap_rate(const struct ml_diag *d, const struct ml_group_sight *s,
			  size_t i);

/* Share of the time in which a task of it waited for memory, or all of them. */
double ml_group_stall(const struct ml_diag *d, const struct ml_group_sight *s, size_t i,
		      bool full);

/* ---- a line of groups ---- */

/*
 * A counter of memory.events by what each group itself met: v2 counts in all groups
 * above, too, v1 does not. `grown`: since the instant before, a group that was not there
 * then with all that it has; else all of it. ML_NONE where unknown; NULL without memory.
 */
typedef uint64_t ml_group_count_fn(const struct ml_groups_head *head,
				   const struct ml_group *g);
uint64_t *ml_group_own_counts(struct ml_diag *d, const struct ml_group_sight *s,
			      ml_group_count_fn *count, bool grown);

uint64_t ml_group_count_max(const struct ml_groups_head *head, const struct ml_group *g);
uint64_t ml_group_count_high(const struct ml_groups_head *head, const struct ml_group *g);
uint64_t ml_group_count_oom(const struct ml_groups_head *head, const struct ml_group *g);
uint64_t ml_group_count_kills(const struct ml_groups_head *head,
			      const struct ml_group *g);

/* Groups of which something was found, by how much of it each has with those below it;
 * 0: not found. Where groups below have most of it, it is theirs: the upper becomes 0. */
bool ml_group_keep_deepest(struct ml_diag *d, const struct ml_group_sight *s,
			   double *found);
