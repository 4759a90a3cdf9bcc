/* SPDX-License-Identifier: MIT */
/* instant: an instant of a recording - its text, and the frames that it is packed in. */
#pragma once

#include <stdbool.h>

#include "memlens.h"

/* False when `name` is none of "instant", "frame" and "delta". */
bool fuzz_instant(struct ml_str name, struct ml_str text);
