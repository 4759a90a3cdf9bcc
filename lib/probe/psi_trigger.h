/* SPDX-License-Identifier: MIT */
/* psi_trigger: waits until tasks have stalled for a given time within a window. */
#pragma once

#include "base/fail.h"
#include "source/root.h"

/* As ml_psi_wait(), for the pressure file at `path`. */
ML_MUST_CHECK int ml_psi_trigger(struct ml_ctx *ctx, const char *path, const char *spec,
				 int timeout_ms);
