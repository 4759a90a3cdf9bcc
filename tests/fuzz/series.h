/* SPDX-License-Identifier: MIT */
/* series: any bytes as a table of samples, and as the samples of a series. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

/* "csv_series" or "trend". False when it is another name. */
bool fuzz_series(struct ml_str name, struct ml_str bytes);
