/* SPDX-License-Identifier: MIT */
/* cache_tasks: the page cache of what processes have open or mapped. */
#pragma once

#include "model/cache_ledger.h"

/* Of the processes that are wanted: by id, of a control group, or all. Notes in `ret`
 * those that could not be looked into. 0, -ENOMEM or -errno when /proc cannot be
 * listed. */
int ml_cache_tasks(const struct ml_root *root, struct ml_cache_ledger *ledger,
		   struct ml_feed_data *ret);
