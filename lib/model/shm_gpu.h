/* SPDX-License-Identifier: MIT */
/* shm_gpu: system memory that clients of GPU drivers have, by fdinfo. */
#pragma once

#include "model/shm.h"
#include "source/process.h"

struct ml_shm_gpus {
	struct ml_rows clients; /* of struct ml_shm_gpu */
};

/* Whether a descriptor is one of a GPU or an accelerator ("/dev/dri/card0"). */
bool ml_shm_is_gpu(struct ml_str name);

/* Several descriptors, and processes, can be one client. 0 or -ENOMEM. */
int ml_shm_met_gpu(struct ml_shm_gpus *gpus, struct ml_arena *a,
		   const struct ml_process *process, int fd);

/* As objects, each with those who have it. 0 or -ENOMEM. */
int ml_shm_add_gpus(const struct ml_shm_gpus *gpus, struct ml_arena *a,
		    struct ml_shm *ret);

/* Bytes in system memory that the pairs of an fdinfo tell: resident ones, else all. The
 * regions of drivers: "system", "system0", "smem", "gtt", "cpu", "memory"; the card's
 * own are left out ("vram", "vram0", "local0", "stolen"). ML_NONE without any. */
uint64_t ml_shm_gpu_bytes(const struct ml_kv *pairs, const char *prefix);
