/* SPDX-License-Identifier: MIT */
/* counter: counters of vmstat that some kernels keep for each zone apart. */
#include "model/counter.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

static const char *const zone_suffixes[] = { "dma",  "dma32",   "normal",
					     "high", "movable", "device" };

bool ml_is_zone_suffix(const char *word)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(zone_suffixes); i++)
		if (strcmp(word, zone_suffixes[i]) == 0)
			return true;
	return false;
}

uint64_t ml_snap_counter(const struct ml_snap *snap, const char *name)
{
	uint64_t sum = ml_snap_vm(snap, name);
	char key[64];

	if (sum != ML_NONE)
		return sum;
	for (size_t i = 0; i < ML_ARRAY_SIZE(zone_suffixes); i++) {
		snprintf(key, sizeof(key), "%s_%s", name, zone_suffixes[i]);
		sum = ml_sum(sum, ml_snap_vm(snap, key));
	}
	return sum;
}
