/* SPDX-License-Identifier: MIT */
/* host: whose machine a snapshot is of - name, kernel, boot, page size. */
#pragma once

#include "model/snap.h"

/* Fills snap->host except the times. Run after the feeds: in a tree the page size is
 * inferred from them. 0 or -ENOMEM. */
int ml_host_identify(struct ml_snap *snap);
