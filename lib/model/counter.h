/* SPDX-License-Identifier: MIT */
/* counter: counters of vmstat that some kernels keep for each zone apart. */
#pragma once

#include "model/snap.h"

/* Whether it is the name of a zone as it stands in counters: "dma32". */
bool ml_is_zone_suffix(const char *word);

/* NAME, or all of NAME_ZONE added up where the kernel splits it; ML_NONE if absent. */
uint64_t ml_snap_counter(const struct ml_snap *snap, const char *name);
