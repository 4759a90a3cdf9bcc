/* SPDX-License-Identifier: MIT */
/* delays: the table of ps that tells how long processes waited for memory. */
#pragma once

#include "report/report.h"

extern const struct ml_table ml_delays_table;
ml_build_fn ml_build_delays;
