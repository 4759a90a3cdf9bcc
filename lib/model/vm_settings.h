/* SPDX-License-Identifier: MIT */
/* vm_settings: how the kernel's memory management is set - numbers below /proc/sys/vm. */
#pragma once

#include "model/snap.h"

/* parsed.kv: by the names of the files, in the units that they have. */
ml_gather_fn ml_vm_settings_gather;

/* ML_NONE where the feed was not taken, or this kernel has no such file. */
uint64_t ml_vm_setting(const struct ml_snap *snap, const char *name);
