/* SPDX-License-Identifier: MIT */
/* vmallocinfo: /proc/vmallocinfo - one row per area of the vmalloc range. */
#pragma once

#include "parse/parse.h"

struct ml_vmallocinfo_row {
	/* As printed, with the guard page; never taken from addresses, which are hashed
	 * or zero on most machines. */
	uint64_t bytes;
	struct ml_str caller;   /* function without +0x../0x..; p NULL: none printed */
	struct ml_str module;   /* p NULL: the kernel itself */
	uint64_t pages;         /* resident; ML_NONE when not printed (ioremap) */
	uint64_t phys;          /* ML_NONE when not printed */
	struct ml_str kind;     /* vmalloc, ioremap, "unpurged", ...; p NULL: none */
	uint64_t vpages;        /* bool: the page array itself is vmalloced */
};

ml_parse_fn ml_parse_vmallocinfo;
