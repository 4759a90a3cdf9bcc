/* SPDX-License-Identifier: MIT */
/* witness: memlens-verify compares with libproc2; all else is the command's. */
#include "handover.h"
#include "procps/procps.h"

const struct ml_witness *const witness = &ml_procps_witness;
