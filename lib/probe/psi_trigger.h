/* SPDX-License-Identifier: MIT */
/* psi_trigger: waits until tasks have stalled for a given time within a window. */
#pragma once

#include "base/fail.h"
#include "source/root.h"

/* Stalls of some or all tasks, for so long within a window. */
struct ml_psi_trigger {
	bool full;
	uint64_t stall_us, window_us;
};

/* A descriptor that poll(2) tells POLLPRI of, once a window at most; or -errno: -EINVAL
 * when the window may not be so, -EPERM, -EACCES, -EOPNOTSUPP. */
int ml_psi_trigger_open(const char *path, const struct ml_psi_trigger *trigger);

/* As ml_psi_wait(), for the pressure file at `path`. */
ML_MUST_CHECK int ml_psi_trigger(struct ml_ctx *ctx, const char *path, const char *spec,
				 int timeout_ms);
