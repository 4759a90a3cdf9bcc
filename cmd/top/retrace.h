/* SPDX-License-Identifier: MIT */
/* retrace: of a replay, the minutes before what is on show, for its small graphs. */
#pragma once

#include "top/take.h"

/* Another instant is on show. */
void retrace_begin(struct sampling *sampling);

/* Read one instant more of those minutes; false: all are read. */
bool retrace_step(struct sampling *sampling, const struct want *want, shot_fn *fn,
		  void *data);
