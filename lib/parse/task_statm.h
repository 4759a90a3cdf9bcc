/* SPDX-License-Identifier: MIT */
/* task_statm: /proc/PID/statm - seven numbers, in pages. */
#pragma once

#include "parse/parse.h"

struct ml_task_statm {
	uint64_t size;
	uint64_t resident;
	uint64_t shared; /* resident file and shared memory; the rest is anonymous */
};

/* False when it is not seven numbers. Kernel threads and zombies have zeros. */
bool ml_parse_task_statm(struct ml_str text, struct ml_task_statm *ret);
