/* SPDX-License-Identifier: MIT */
/* task_limits: /proc/PID/limits - the soft resource limits on what can leak. */
#pragma once

#include "parse/parse.h"

/* A limit that is not one. */
#define ML_LIMIT_NONE ML_U64_MAX

/* Bytes, of files a number; ML_LIMIT_NONE: unlimited, ML_NONE: a line is missing. */
struct ml_task_limits {
	uint64_t stack;         /* RLIMIT_STACK */
	uint64_t locked;        /* RLIMIT_MEMLOCK */
	uint64_t address_space; /* RLIMIT_AS */
	uint64_t data;          /* RLIMIT_DATA */
	uint64_t files;         /* RLIMIT_NOFILE */
};

/* False when not one line was understood. */
bool ml_parse_task_limits(struct ml_str text, struct ml_task_limits *ret);
