/* SPDX-License-Identifier: MIT */
/* uptime: /proc/uptime. */
#pragma once

#include "parse/parse.h"

/* One row: a double, the seconds since boot (suspend included). */
ml_parse_fn ml_parse_uptime;
