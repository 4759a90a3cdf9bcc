/* SPDX-License-Identifier: MIT */
/* task: the files of one process through their parsers, and as parts of a machine. */
#pragma once

#include "model/snap.h"

/* The parser of one file by name ("task_stat", "smaps"). False when there is none. */
bool fuzz_task(struct ml_str name, struct ml_str text);

/* Every one of these parsers. */
void fuzz_tasks(struct ml_str text);

/* A section of a machine: "task_stat" begins a process, the others add to it, "smaps" is
 * of the process whose mappings are asked for. False when it is none of these. */
bool fuzz_task_section(struct ml_snap *snap, struct ml_str key, struct ml_str file);
