/* SPDX-License-Identifier: MIT */
/* delays: how long processes waited for memory, and whether the kernel counts that. */
#pragma once

#include "parse/taskstats.h"
#include "probe/taskstats.h"
#include "source/root.h"

/* About one process of the running machine. 0 or -errno: -EPERM (needs CAP_NET_ADMIN),
 * -ESRCH (no such process), -EBADMSG (a reply that is not understood). */
int ml_delays_read(struct ml_taskstats *ts, uint64_t tgid, struct ml_delays *ret);

/* Whether delays are counted (kernel.task_delayacct, since Linux 5.14): 1, 0, or ML_NONE
 * where the kernel has no such switch; it then counts from the start, unless it was
 * booted with nodelayacct or built without CONFIG_TASK_DELAY_ACCT. Tasks that were
 * created while it was 0 stay without delays after it is set. */
uint64_t ml_delays_switch(const struct ml_root *root);
