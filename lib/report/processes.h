/* SPDX-License-Identifier: MIT */
/* processes: the table of processes, which several reports show. */
#pragma once

#include "report/report.h"

/* Needs ML_FEED_PROCESSES. */
extern const struct ml_table ml_group_process_table;
ml_build_fn ml_build_processes;
