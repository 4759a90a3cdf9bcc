/* SPDX-License-Identifier: MIT */
/* record: the command, where it can be done. */
#pragma once

#include "recordings.h"

/* Record into the folder until a signal ends it, or tell what is there. Returns an exit
 * status. */
int record(const struct opts *opts, const char *folder);

/* What it does instead, each in a file of its name. */
typedef int record_fn(struct ml_ctx *ctx, const struct opts *opts, const char *folder);

record_fn record_list, record_series, record_export, record_import;
