/* SPDX-License-Identifier: MIT */
/* pending: a file or folder under another name until it is whole. */
#pragma once

#include "memlens.h"

/* Zero-initialise with parent -1. */
struct ml_pending {
	int parent;    /* the folder it is made in */
	char *name;    /* what it will be called there */
	char *partial; /* ".NAME.partial-PID", what it is called until then */
};

/* -EEXIST when there is something of that name, -EINVAL when the path is no name; a
 * message in the context. */
int ml_pending_init(struct ml_ctx *ctx, const char *path, struct ml_pending *ret);

/* Give it its name, unless that was taken in the meantime. 0 or -errno. */
int ml_pending_publish(const struct ml_pending *p);

void ml_pending_deinit(struct ml_pending *p);
