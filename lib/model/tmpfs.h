/* SPDX-License-Identifier: MIT */
/* tmpfs: how full the file systems in memory are that we see, and nothing of what is in
 * them. */
#pragma once

#include "model/feeds.h"

/* Rows of struct ml_shm_mount, those of type tmpfs of our mount namespace. Only the live
 * machine can be asked. */
ml_gather_fn ml_tmpfs_gather;
