/* SPDX-License-Identifier: MIT */
/* account: the columns of the accounting rows, which two reports show. */
#pragma once

#include "base/table.h"
#include "model/account.h"

#define ML_ACCOUNT_COLS \
	ML_LABEL(struct ml_account_row, key, "key", "KEY", "stable name of the part", \
		 .flags = ML_COL_HIDDEN), \
		ML_LABEL(struct ml_account_row, parent, "parent", "PARENT", \
			 "the part that this one is a part of", .flags = ML_COL_HIDDEN), \
		ML_LABEL(struct ml_account_row, name, "name", "MEMORY", \
			 "what holds the memory"), \
		ML_BYTES(struct ml_account_row, bytes, "bytes", "SIZE", \
			 "RAM that it takes; parts of one parent count no page twice"), \
		ML_RATIO(struct ml_account_row, share, "share", "SHARE", \
			 "part of the total", .flags = ML_COL_BAR)
