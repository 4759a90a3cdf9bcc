/* SPDX-License-Identifier: MIT */
/* ps: what the tables of the report ps share. */
#pragma once

#include "report/report.h"

/* Rows of struct ml_proc; none without a snapshot or the feed. */
const struct ml_rows *ml_ps_rows(const struct ml_snap *snap);

/* A note on how much of RSS has its PSS, where the time was up. 0 or -ENOMEM. */
int ml_ps_note_coverage(struct ml_build *b);

extern const struct ml_table ml_ps_by_user_table, ml_ps_by_comm_table,
	ml_ps_by_cgroup_table, ml_ps_by_unit_table, ml_ps_by_exe_table;
ml_build_fn ml_build_ps_by_user, ml_build_ps_by_comm, ml_build_ps_by_cgroup,
	ml_build_ps_by_unit, ml_build_ps_by_exe;
