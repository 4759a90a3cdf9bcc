/* SPDX-License-Identifier: MIT */
/* pressure: /proc/pressure/{cpu,memory,io,irq} and a cgroup's *.pressure. */
#pragma once

#include "parse/parse.h"

struct ml_pressure_row {
	struct ml_str kind; /* "some" or "full" */
	double avg10;       /* ratio 0..1 (the file prints per cent); NaN: unreadable */
	double avg60;
	double avg300;
	uint64_t total_us;  /* stall time since boot, microseconds */
};

ml_parse_fn ml_parse_pressure;
