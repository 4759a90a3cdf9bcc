/* SPDX-License-Identifier: MIT */
/* sights: the register of what is looked at in a snapshot. */
#include "watch/sights.h"

#include "base/cleanup.h"

const struct ml_sights ml_sights[] = {
	{ ML_WATCH_MACHINE, ML_FEED(MEMINFO), ml_see_machine },
	{ ML_WATCH_SLAB, ML_FEED(SLABINFO), ml_see_slab },
	{ ML_WATCH_VMALLOC, ML_FEED(VMALLOCINFO), ml_see_vmalloc },
	{ ML_WATCH_TMPFS, ML_FEED(TMPFS), ml_see_tmpfs },
	{ ML_WATCH_GROUPS, ML_FEED(GROUPS), ml_see_groups },
	{ ML_WATCH_PROCESSES, ML_FEED(PROCESSES), ml_see_processes },
	{ ML_WATCH_PROCESSES, ML_FEED(PROCESSES), ml_see_mappings },
};

const size_t ml_sights_count = ML_ARRAY_SIZE(ml_sights);
