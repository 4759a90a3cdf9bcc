/* SPDX-License-Identifier: MIT */
/* oom: what the tables of this report share. */
#pragma once

#include "model/oom.h"
#include "report/report.h"

/* The parts of an explanation, in sentences. p NULL: nothing to say. */
struct ml_oom_words {
	struct ml_str what, why, asked, held, victim, helped, prevent, missing;
};

/* 0 or -ENOMEM. */
int ml_oom_put_words(const struct ml_oom_event *e, struct ml_arena *a,
		     struct ml_oom_words *ret);

/* "2026-11-23 10:14:00", "47.2 s after boot"; p NULL when no time is told. */
struct ml_str ml_oom_when(struct ml_arena *a, uint64_t wall_ms, uint64_t boot_ms);

extern const struct ml_table ml_oom_tasks_table, ml_oom_next_table,
	ml_oom_protected_table;
ml_build_fn ml_oom_build_tasks, ml_oom_build_next, ml_oom_build_protected;
