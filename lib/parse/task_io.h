/* SPDX-License-Identifier: MIT */
/* task_io: /proc/PID/io - what a process has read and written. */
#pragma once

#include "parse/parse.h"

/* Bytes since it started; ML_NONE where a line is missing. */
struct ml_task_io {
	uint64_t rchar, wchar;
	uint64_t read_bytes, write_bytes;
};

/* False when not one line was understood. */
bool ml_parse_task_io(struct ml_str text, struct ml_task_io *ret);
