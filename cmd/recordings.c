/* SPDX-License-Identifier: MIT */
/* recordings: memlens has none itself. */
#include "recordings.h"

const struct recordings *const recordings = NULL;
