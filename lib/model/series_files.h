/* SPDX-License-Identifier: MIT */
/* series_files: series from files that the user names. */
#pragma once

#include "base/sample.h"
#include "model/feeds.h"

struct ml_series_file {
	struct ml_str name;
	const struct ml_sample *samples; /* in the order of the file */
	size_t n;
	bool bytes;   /* the file says that its values are sizes */
	int error;    /* errno of open or read, or 0 */
	uint64_t bad; /* lines not understood */
};

/* Rows of struct ml_series_file, one for each path of the want, in its order; "-" is
 * standard input. */
ml_gather_fn ml_series_files_gather;
