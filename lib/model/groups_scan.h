/* SPDX-License-Identifier: MIT */
/* groups_scan: one walk over the control groups, while it lasts. */
#pragma once

#include "model/groups.h"

struct ml_groups_scan {
	const struct ml_root *root;
	const struct ml_want *want;
	struct ml_arena *arena;
	struct ml_feed_data *ret;
	struct ml_arena work; /* what goes when all was read */
	struct ml_rows *rows; /* of struct ml_group */
	struct ml_rows todo;  /* of size_t: rows whose folders are to be read */
	struct ml_groups_head *head;
	uint32_t reads; /* of the group in hand */
	bool flat_tree; /* v1 without use_hierarchy: limits hold for one group alone */
	char *text;     /* [ML_GROUP_TEXT_MAX] */
};

static inline struct ml_group *ml_groups_scan_row(const struct ml_groups_scan *s,
						  size_t i)
{
	return ml_rows_at(s->rows, i);
}

/* The path of the group without the "/" of a root. */
static inline struct ml_str ml_group_below_mount(const struct ml_group *g)
{
	return g->parent.p ? g->path : ML_STR("");
}

/* The files that s->reads names of the group that `dir` is. 0, -ENODEV when it has gone,
 * -ENOMEM. */
int ml_group_files_read(const struct ml_groups_scan *s, const struct ml_group_dir *dir,
			struct ml_group *g);

/* Rows of struct ml_group: largest first among those of one parent, parents first; those
 * that have gone are dropped. 0 or -ENOMEM. */
int ml_groups_arrange(struct ml_rows *rows, struct ml_arena *a);
