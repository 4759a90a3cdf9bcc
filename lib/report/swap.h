/* SPDX-License-Identifier: MIT */
/* swap: the tables of the report swap that have files of their own. */
#pragma once

#include "report/report.h"

extern const struct ml_table ml_swap_held_table, ml_swap_zram_table, ml_swap_zswap_table,
	ml_swap_process_table;
ml_build_fn ml_build_swap_held, ml_build_swap_zram, ml_build_swap_zswap,
	ml_build_swap_processes;

/* Whether there is a swap area. */
bool ml_has_swap(const struct ml_snap *snap);
