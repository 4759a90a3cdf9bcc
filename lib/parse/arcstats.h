/* SPDX-License-Identifier: MIT */
/* arcstats: /proc/spl/kstat/zfs/arcstats - what the cache of ZFS holds. */
#pragma once

#include "parse/parse.h"

/* Fills `kv` with the names of the file; sizes are bytes. */
ml_parse_fn ml_parse_arcstats;
