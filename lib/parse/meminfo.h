/* SPDX-License-Identifier: MIT */
/* meminfo: /proc/meminfo and /sys/devices/system/node/nodeN/meminfo. */
#pragma once

#include "parse/parse.h"

/* Fills `kv`: kB values as bytes (ML_UNIT_BYTES), HugePages_* as
 * counts (ML_UNIT_COUNT). */
ml_parse_fn ml_parse_meminfo;
