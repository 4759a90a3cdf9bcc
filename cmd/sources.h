/* SPDX-License-Identifier: MIT */
/* sources: what could not be read, in words. */
#pragma once

#include <stdbool.h>

#include "memlens.h"

#define SOURCE_TEXT 512

/* Whether it is more than not there. */
bool source_is_trouble(const struct ml_source *source);

/* "PATH: WHY (HINT)"; returns `ret`. */
const char *source_failure(const struct ml_source *source, char ret[static SOURCE_TEXT]);

/* "PATH of 3 processes (needs CAP), ..." of those that a report can do without; false
 * when there are none. */
bool sources_missed(const struct ml_snap *snap, char ret[static SOURCE_TEXT]);
