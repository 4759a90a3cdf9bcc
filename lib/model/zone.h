/* SPDX-License-Identifier: MIT */
/* zone: sums over the zones of a machine, and what their watermarks mean. */
#pragma once

#include "model/snap.h"
#include "parse/zoneinfo.h"

/* Pages of all zones; ML_NONE when zoneinfo was not read. */
struct ml_zone_sums {
	uint64_t managed;
	uint64_t present;
	uint64_t pcp; /* on per-CPU lists */
	uint64_t low;
	uint64_t totalreserve; /* what the kernel keeps back: see ml_mem_available() */
};

void ml_zone_sums(const struct ml_snap *snap, struct ml_zone_sums *ret);

/* Bytes of free frames whose struct pages are not set up yet (deferred initialisation):
 * they count in MemFree but are in no zone. ML_NONE when it cannot be told. */
uint64_t ml_uninitialised(const struct ml_snap *snap);

/* MemAvailable in bytes, recomputed by the kernel's formula (si_mem_available() in
 * mm/show_mem.c); ML_NONE when an input is missing. */
uint64_t ml_mem_available(const struct ml_snap *snap);

/* The kernel's MemAvailable, or the above where it has none (before 3.14). */
uint64_t ml_available(const struct ml_snap *snap);
