/* SPDX-License-Identifier: MIT */
/* watching: many instants, one after the other, for what they tell of trends. */
#pragma once

#include "run.h"

/* From now on what is seen is kept in r->watch. 0 or an exit status. */
int watch_begin(struct run *r);

/* Look at all instants that are asked for, but for the last, which is then taken and
 * shown as any other: of this machine, of a recording, or of a capture with samples. 0 or
 * an exit status. */
int watch(struct run *r);

/* The same of a recording alone, whose range is asked for. */
int watch_recorded(struct run *r);
