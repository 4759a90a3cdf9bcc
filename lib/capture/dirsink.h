/* SPDX-License-Identifier: MIT */
/* dirsink: a capture that is a directory. */
#pragma once

#include "source/tree.h"

/* Nobody but its owner may read it: command lines can hold secrets. 0, or -errno with a
 * message. */
int ml_dirsink_new(struct ml_ctx *ctx, const char *path, struct ml_sink **ret);
