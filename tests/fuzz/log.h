/* SPDX-License-Identifier: MIT */
/* log: any bytes as a kernel log. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

/* "log". False when it is another name. */
bool fuzz_log(struct ml_str name, struct ml_str bytes);
