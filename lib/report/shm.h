/* SPDX-License-Identifier: MIT */
/* shm: the tables of shared memory, and what they share. */
#pragma once

#include "model/shm.h"
#include "report/report.h"

/* "shared" is that of the largest for another report. */
extern const struct ml_table ml_shm_largest_table, ml_shm_shared_table,
	ml_shm_objects_table, ml_shm_owners_table;

ml_build_fn ml_shm_build_largest, ml_shm_build_objects, ml_shm_build_owners;
