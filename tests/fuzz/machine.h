/* SPDX-License-Identifier: MIT */
/* machine: a whole hostile machine through the models and the reports. */
#pragma once

#include "memlens.h"

/* `text` is sections that begin with a line "@KEY" of the feeds register, or a file of a
 * process (task.h); what follows is that file. Every report is built over them, in full,
 * sorted, filtered and shortened. */
void fuzz_machine(struct ml_str text);
