/* SPDX-License-Identifier: MIT */
/* proc_maps: how many mappings a process has. */
#pragma once

#include "model/proc_files.h"

/* Counts the lines of maps as they come: a process may have a million. */
ml_proc_take_fn ml_proc_maps_take;
