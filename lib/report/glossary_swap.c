/* SPDX-License-Identifier: MIT */
/* glossary_swap: the numbers of zram devices and of zswap, by their kernel names. */
#include "report/glossary.h"

static const char
	zram_terms[] = {
	TERM("orig_data_size") UNIT("bytes")
	MEANING("what was stored in the device, before compression; first number of "
		"mm_stat")
	TRAP("counts same-filled pages, which take nothing, and pages written back. It "
	     "is not what swap says is used: slots also stand for pages that zswap has "
	     "or that are only noted")
	SEE("swap")

	TERM("compr_data_size") UNIT("bytes")
	MEANING("what the data became; second number of mm_stat")
	TRAP("the allocator takes more: see mem_used_total")
	SEE("swap")

	TERM("mem_used_total") UNIT("bytes")
	MEANING("RAM that the device takes, with what the allocator loses; third number "
		"of mm_stat")
	FORMULA("ratio = orig_data_size / mem_used_total")
	SEE("swap, where")

	TERM("mem_limit") UNIT("bytes")
	MEANING("most RAM that the device may take, 0 for no limit; fourth number of "
		"mm_stat")
	TRAP("writes beyond it fail: on a swap device pages then stay in RAM")
	SEE("swap")

	TERM("mem_used_max") UNIT("bytes")
	MEANING("most RAM that the device ever took; fifth number of mm_stat")
	SEE("swap")

	TERM("same_pages") UNIT("pages")
	ALSO("same-filled page, zero-pages")
	MEANING("pages of one repeated word, all zeroes among them: the word is noted, "
		"and they take no memory; sixth number of mm_stat")
	TRAP("zeroes do not come to the device at all since Linux 6.12: see swpout_zero")
	SEE("swap")

	TERM("pages_compacted") UNIT("pages")
	MEANING("pages freed by moving compressed data together; seventh number of "
		"mm_stat")
	SEE("swap")

	TERM("huge_pages") UNIT("pages")
	ALSO("incompressible page")
	MEANING("pages that do not become smaller, and are stored whole; eighth number "
		"of mm_stat")
	TRAP("these are no huge pages of memory")
	SEE("swap")

	TERM("huge_pages_since") UNIT("pages")
	MEANING("incompressible pages since the device was set up; ninth number of "
		"mm_stat")
	SEE("swap")

	TERM("notify_free") UNIT("pages")
	MEANING("pages that swap gave back; fourth number of io_stat")
	SEE("swap")

	TERM("failed_writes") UNIT("count")
	MEANING("writes to a zram device that failed, mostly since no memory could be "
		"had; second number of io_stat")
	SEE("swap")

	TERM("failed_reads") UNIT("count")
	MEANING("reads of a zram device that failed; first number of io_stat")
	SEE("swap")

	TERM("bd_count") UNIT("4 KiB")
	MEANING("data of a zram device that lies on its backing device, not in RAM; "
		"first number of bd_stat")
	TRAP("in units of 4 KiB whatever the size of a page is, as bd_reads and "
	     "bd_writes")
	SEE("swap")

	TERM("bd_reads") UNIT("4 KiB")
	MEANING("read from the backing device of zram; second number of bd_stat")
	SEE("swap")

	TERM("bd_writes") UNIT("4 KiB")
	MEANING("written to the backing device of zram; third number of bd_stat")
	SEE("swap")
	};

static const struct ml_gloss_member reasons[] = {
	{ "alloc_fail",       "no memory could be had for it"              },
	{ "kmemcache_fail",   "no memory could be had for its description" },
	{ "compress_fail",    "compressing it failed"                      },
	{ "compress_poor",    "it does not become smaller"                 },
	{ "reclaim_fail",     "the pool was full and could not be emptied" },
};

static const struct ml_gloss_set zswap_sets[] = {
	{ "reason", reasons, ML_ARRAY_SIZE(reasons) },
};

static const char zswap_terms[] = {
	TERM("pool_total_size") UNIT("bytes")
	MEANING("RAM that the pool of zswap takes")
	FORMULA("the same as Zswap in meminfo")
	SEE("swap")

	TERM("stored_pages") UNIT("pages")
	MEANING("pages that zswap holds")
	FORMULA("Zswapped / page size")
	SEE("swap")

	TERM("stored_incompressible_pages") UNIT("pages")
	MEANING("pages that zswap holds as they are, since they do not become smaller")
	SEE("swap")

	TERM("same_filled_pages") UNIT("pages")
	MEANING("pages of one repeated word that zswap noted without compressing, before "
		"6.12")
	SEE("swap")

	TERM("written_back_pages") UNIT("pages")
	MEANING("pages that zswap wrote to their device, to make room")
	TRAP("these left RAM late, and cost a compression for nothing")
	SEE("swap")

	TERM("pool_limit_hit") UNIT("count")
	MEANING("how often the pool of zswap was full")
	FORMULA("limit = max_pool_percent of memory")
	SEE("swap")

	TERM("decompress_fail") UNIT("count")
	MEANING("pages in zswap that could not be read back: data was lost")
	SEE("swap")

	TERM("duplicate_entry") UNIT("count")
	MEANING("pages stored in zswap again before the old copy was dropped")
	SEE("swap")

	TERM("reject_#") UNIT("count") SET("reason")
	MEANING("pages that zswap did not take: %")
	TRAP("they go to the device right away")
	SEE("swap")

	TERM("max_pool_percent") UNIT("per cent")
	MEANING("most of memory that the pool of zswap may take, 20 by default")
	SEE("swap")

	TERM("accept_threshold_percent") UNIT("per cent")
	MEANING("how empty the pool of zswap has to be again, once it was full, before "
		"it takes pages")
	SEE("swap")

	TERM("shrinker_enabled")
	MEANING("whether zswap writes cold pages back under pressure, before its pool is "
		"full")
	SEE("swap")
};

const struct ml_glossary ml_glossary_zram = {
	.kind = "zram",
	.source = "/sys/block/zramN/{mm_stat,io_stat,bd_stat}",
	GLOSSES(zram_terms),
};

const struct ml_glossary ml_glossary_zswap = {
	.kind = "zswap",
	.source = "/sys/kernel/debug/zswap, /sys/module/zswap/parameters",
	GLOSSES(zswap_terms),
	.sets = zswap_sets,
	.nsets = ML_ARRAY_SIZE(zswap_sets),
};
