/* SPDX-License-Identifier: MIT */
/* capability: whether this process has a capability by name. */
#pragma once

#include <stdbool.h>

/* Effective; false for a name that it does not know. */
bool ml_has_capability(const char *name);
