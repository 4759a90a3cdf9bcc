/* SPDX-License-Identifier: MIT */
/* oom_why: why there was no memory for a request. */
#pragma once

#include "model/oom.h"

/* Fills scope, cause, what was asked for, and the zone that shows it. */
void ml_oom_why(const struct ml_oom_report *o, struct ml_arena *a,
		struct ml_oom_event *ret);

enum ml_oom_scope ml_oom_scope_of(const struct ml_oom_report *o);
