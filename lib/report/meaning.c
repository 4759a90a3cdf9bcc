/* SPDX-License-Identifier: MIT */
/* meaning: a sentence for every counter that tells of trouble and is not at rest. */
#include <errno.h>

#include "model/counter.h"
#include "report/rates.h"

struct meaning_row {
	struct ml_str counter;
	double rate;
	struct ml_str meaning;
};

static const struct ml_col meaning_cols[] = {
	ML_LABEL(struct meaning_row, counter, "counter", "COUNTER", "the kernel's name"),
	ML_RATE(struct meaning_row, rate, "rate", "RATE", "events a second"),
	ML_LABEL(struct meaning_row, meaning, "meaning", "MEANING", "what a non-zero rate says",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_meaning_table = {
	.id = "meaning",
	.title = "what moves, and what it means",
	.help = "a sentence for every counter that tells of trouble and is not at rest",
	.source = "/proc/vmstat",
	ML_TABLE_COLS(meaning_cols),
	.row_size = sizeof(struct meaning_row),
};

/* Counters that tell of something when they move; most are at rest on a machine with
 * memory to spare. */
static const struct {
	const char *key;
	const char *meaning;
} meanings[] = {
	{ "oom_kill", "processes were killed for lack of memory: memlens where, then the kernel log" },
	{ "allocstall", "tasks had to reclaim memory themselves before they got any" },
	{ "pgscan_direct", "tasks search for memory: kswapd is too late or finds nothing" },
	{ "pgscan_kswapd", "kswapd reclaims in the background: free memory is below the low mark" },
	{ "pswpin", "swapped memory is needed again: the working set does not fit" },
	{ "pswpout", "memory goes to swap; harmless if nothing comes back" },
	{ "zswpin", "compressed memory is needed again" },
	{ "zswpwb", "zswap is full and writes to its device" },
	{ "workingset_refault_anon", "anonymous memory came back soon after it was swapped out" },
	{ "workingset_refault_file", "file pages were read again soon after they were dropped" },
	{ "workingset_refault", "pages were needed again soon after they were reclaimed" },
	{ "pgmajfault", "page faults wait for a disk" },
	{ "compact_stall", "tasks wait for compaction: free memory is in pieces (memlens frag)" },
	{ "compact_fail", "compaction found no block: movable memory is mixed with pinned memory" },
	{ "thp_fault_fallback", "huge pages were wanted and not to be had" },
	{ "thp_split_page", "huge pages are split, mostly under reclaim" },
	{ "numa_foreign", "memory meant for one node came from another: that node is full" },
	{ "pgrotated", "reclaim meets pages that are being written: the disk is the limit" },
	{ "nr_vmscan_write", "reclaim writes pages itself: writeback does not keep up" },
	{ "balloon_inflate", "the hypervisor takes memory away" },
	{ "drop_pagecache", "somebody drops the page cache by hand" },
	{ "drop_slab", "somebody drops dentries and inodes by hand" },
	{ "unevictable_pgs_stranded", "locked pages could not be put back in order" },
};

const char *ml_meaning_of(const char *key)
{
	const char *suffix = strrchr(key, '_');
	struct ml_str family = { key, suffix && ml_is_zone_suffix(suffix + 1)
					      ? (size_t)(suffix - key)
					      : strlen(key) };

	for (size_t i = 0; i < ML_ARRAY_SIZE(meanings); i++)
		if (ml_str_is(family, meanings[i].key))
			return meanings[i].meaning;
	return NULL;
}

int ml_build_meaning(struct ml_build *b, struct ml_rows *ret)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(meanings); i++) {
		double rate = ml_rate_of(b, meanings[i].key);
		struct meaning_row *row;

		if (!(rate > 0))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->counter = ml_str_of(meanings[i].key);
		row->rate = rate;
		row->meaning = ml_str_of(meanings[i].meaning);
	}
	return ret->n ? 0 : ml_note(b, "none of the counters that tell of trouble moves");
}
