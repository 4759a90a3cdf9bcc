/* SPDX-License-Identifier: MIT */
/* fuzz: the entry point that libFuzzer calls, and so does replay. */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
