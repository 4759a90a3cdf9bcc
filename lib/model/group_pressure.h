/* SPDX-License-Identifier: MIT */
/* group_pressure: the stall times of one control group. */
#pragma once

#include "model/feeds.h"
#include "parse/pressure.h"

struct ml_group_pressure {
	const char *resource; /* "memory", "io", "cpu", "irq" */
	struct ml_pressure_row p;
};

/* Rows for the group of the query; none without one. */
ml_gather_fn ml_group_pressure_gather;
