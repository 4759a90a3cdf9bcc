/* SPDX-License-Identifier: MIT */
/* cgroup: what the tables of control groups share. */
#pragma once

#include "model/groups.h"
#include "report/report.h"

/* The groups of both instants; the earlier ones by path. */
struct ml_group_view {
	const struct ml_rows *groups; /* of struct ml_group; NULL: none */
	const struct ml_groups_head *head, *before_head;
	const struct ml_group **before;
	size_t nbefore;
};

/* 0 or -ENOMEM. Without groups `ret` has none. */
int ml_group_view(struct ml_build *b, struct ml_group_view *ret);

/* The group at the earlier instant, or NULL. */
const struct ml_group *ml_group_before(const struct ml_group_view *view,
				       const struct ml_group *group);

/* Whether it is to be shown, rather than read for its limits. */
static inline bool ml_group_is_shown(const struct ml_group *group)
{
	return !group->above;
}

extern const struct ml_table ml_group_events_table, ml_group_stat_table,
	ml_group_own_table;
ml_build_fn ml_build_group_events, ml_build_group_stat, ml_build_group_own;

/* Notes on what limits hold where we are. 0 or -ENOMEM. */
int ml_note_container(struct ml_build *b);
