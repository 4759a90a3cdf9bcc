/* SPDX-License-Identifier: MIT */
/* zram: mm_stat, io_stat and bd_stat of a zram device - one row of numbers each, by
 * position. */
#pragma once

#include "parse/parse.h"

/* Numbers that the kernel does not print yet are ML_NONE; what later ones print behind is
 * left. All members are u64, in the order of the file. */
struct ml_zram_mm {
	uint64_t orig;       /* bytes that were stored, same-filled pages included */
	uint64_t compressed; /* bytes they became */
	uint64_t used;       /* bytes of RAM, with what the allocator loses */
	uint64_t limit;      /* 0: none */
	uint64_t peak;       /* the most it ever used */
	uint64_t same_pages; /* of one repeated word: they take no memory */
	uint64_t compacted;  /* pages that compaction freed */
	uint64_t huge_pages; /* incompressible: stored whole (4.19) */
	uint64_t huge_since; /* such pages since the device was made (5.12) */
};

struct ml_zram_io {
	uint64_t failed_reads;
	uint64_t failed_writes;
	uint64_t invalid;
	uint64_t freed; /* pages that swap gave back */
};

/* In units of 4 KiB, on any page size. */
#define ML_ZRAM_BD_UNIT 4096u
struct ml_zram_bd {
	uint64_t stored; /* on the backing device now */
	uint64_t reads;
	uint64_t writes;
};

ml_parse_fn ml_parse_zram_mm, ml_parse_zram_io, ml_parse_zram_bd;
