/* SPDX-License-Identifier: MIT */
/* rollup_read: what the tables `series` and `rollup` of one file hold. */
#pragma once

#include "recorder/rollup.h"

struct ml_rolled {
	struct ml_str name, unit; /* for the call */
	int64_t first, last;      /* the moments there are */
	double value;             /* the last */
};

/* 0 to go on. */
typedef int ml_rolled_fn(const struct ml_rolled *rolled, void *data);
typedef int ml_moment_fn(const struct ml_moment *moment, void *data);

/* How a table is ordered tells how it is read fast: a day has all of a minute together,
 * what outlives the days all of a series. */
struct ml_rolled_order {
	/* Call for all that have moments; unless they are measured, which may take to
	 * read all, with the moments that the file has. 0, what the callback returned, or
	 * -errno with a message. */
	int (*list)(struct ml_db *db, bool measure, ml_rolled_fn *fn, void *data);
	/* Call for those of a name from `first` to `last`, ascending; it may not be
	 * there. */
	int (*read)(struct ml_db *db, struct ml_str name, int step, int64_t first,
		    int64_t last, ml_moment_fn *fn, void *data);
};

extern const struct ml_rolled_order ml_rolled_by_time, ml_rolled_by_name;
