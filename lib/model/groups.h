/* SPDX-License-Identifier: MIT */
/* groups: the tree of control groups, as much of each group as was wanted. */
#pragma once

#include "model/cgroup.h"
#include "parse/flat.h"
#include "parse/pressure.h"

/* systemd makes some hundred groups, a Kubernetes node some thousand. */
#define ML_GROUPS_MAX 20000

/* Sizes in bytes; what was not wanted, could not be read, or is unlimited is ML_NONE. */
struct ml_group {
	struct ml_str path;   /* below the mount; "/" for its root */
	struct ml_str parent; /* the path of the group above; p NULL for a root */
	struct ml_str name;   /* the last part of the path; all of it for a root */
	uint64_t version;
	uint64_t usage, peak;
	uint64_t max, min, low, high, soft;
	uint64_t swap, swap_peak, swap_max;
	uint64_t memsw, memsw_max;      /* v1: memory and swap together */
	uint64_t kernel, sock;          /* v1: kmem and kmem.tcp */
	uint64_t processes;             /* in the group itself */
	struct ml_pressure_row some, full; /* kind.p NULL: not read */
	uint64_t failcnt;               /* v1 */
	struct ml_flat stat, events, swap_events, dying;
	/* of the group and all above it */
	uint64_t limit;          /* the smallest; v1: also what the kernel tells of those
				    above the mount */
	struct ml_str limit_by;  /* whose; p NULL: of one that cannot be seen */
	uint64_t headroom;       /* the least of limit - usage */
	uint64_t swap_limit;     /* the smallest; v1: none */
	uint64_t swap_room;      /* the least of swap limit - swap */
	uint64_t up;             /* while they are read: the row of the group above */
	bool above;              /* read only for the limits of those below */
};

struct ml_groups_head {
	struct ml_cgroup_tree tree;
	struct ml_flat_names names; /* of all flat files */
	uint64_t cut;               /* groups below which no more were looked at */
	uint64_t gone;              /* removed while they were read */
	struct ml_str unified;      /* where v2 tells the pressure of v1 groups */
};

/* Rows of struct ml_group, largest first among those of one parent, parents first. The
 * paths or the group of the query name subtrees; all without. */
ml_gather_fn ml_groups_gather;

/* The head of a snapshot's groups, or NULL. */
const struct ml_groups_head *ml_groups_head(const struct ml_snap *snap);

/* Rows by path, for ml_groups_find(). 0 or -ENOMEM. */
int ml_groups_index(const struct ml_snap *snap, struct ml_arena *a,
		    const struct ml_group ***ret, size_t *ret_n);
const struct ml_group *ml_groups_find(const struct ml_group *const *index, size_t n,
				      struct ml_str path);

/* ---- what follows from the files of a group ---- */

/* Of memory.stat in both versions: a v1 group has "total_" names for it and those below;
 * `name` is that of v2. */
uint64_t ml_group_stat(const struct ml_groups_head *head, const struct ml_group *group,
		       const char *name);

struct ml_group_split {
	uint64_t anon, file, shmem, kernel, sock;
	int64_t other; /* usage less these; INT64_MIN: unknown */
	uint64_t swap;
	uint64_t working_set; /* usage - inactive_file */
	uint64_t reclaimable; /* clean files and slab that may go at once */
	uint64_t swappable;   /* anonymous memory and shmem, as far as swap has room */
	uint64_t refaults;    /* pages that came back after they were dropped */
};

/* `swap_free` is that of the machine, ML_NONE when unknown. */
void ml_group_split(const struct ml_groups_head *head, const struct ml_group *group,
		    uint64_t swap_free, struct ml_group_split *ret);
