/* SPDX-License-Identifier: MIT */
/* loadavg: /proc/loadavg - one row. */
#pragma once

#include "parse/parse.h"

struct ml_loadavg_row {
	double load1, load5, load15;
	uint64_t running, tasks; /* from "2/345" */
	uint64_t last_pid;
};

ml_parse_fn ml_parse_loadavg;
