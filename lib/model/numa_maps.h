/* SPDX-License-Identifier: MIT */
/* numa_maps: on which nodes the memory of processes is, mapping by mapping. */
#pragma once

#include "model/snap.h"
#include "parse/numa_maps.h"

/* What a mapping has on one node. A row without a node: it has no pages. */
struct ml_numa_vma {
	uint64_t pid;
	uint64_t start;
	uint64_t node; /* ML_NONE: none */
	uint64_t bytes;
	uint64_t page_size;
	struct ml_str kind; /* one of the words in ml_vma_kinds */
	struct ml_str policy, file;
};

/* A process that was named. */
struct ml_numa_process {
	uint64_t pid;
	struct ml_str comm;
};

/* The feed's parsed.head. */
struct ml_numa_head {
	struct ml_rows processes; /* of struct ml_numa_process: those that were read */
};

/* Of the processes in want->pids: rows of struct ml_numa_vma in the order of the file. Of
 * no process in particular: none. */
ml_gather_fn ml_numa_maps_gather;
