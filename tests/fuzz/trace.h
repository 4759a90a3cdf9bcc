/* SPDX-License-Identifier: MIT */
/* trace: any bytes as a ring of perf records, and as events that are counted. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

/* "perf_ring" or "hits". False when it is another name. */
bool fuzz_trace(struct ml_str name, struct ml_str bytes);
