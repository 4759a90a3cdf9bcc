/* SPDX-License-Identifier: MIT */
/* witness: memlens has nothing to compare its numbers with. */
#include "handover.h"

const struct ml_witness *const witness = NULL;
