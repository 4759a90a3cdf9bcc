/* SPDX-License-Identifier: MIT */
/* huge_thp: transparent huge pages - settings, memory in them, and khugepaged. */
#include <errno.h>
#include <math.h>

#include "model/thp.h"
#include "report/huge.h"
#include "series/delta.h"

static const struct ml_thp *thp_of(const struct ml_snap *snap)
{
	const struct ml_parsed *parsed = snap ? ml_snap_parsed(snap, ML_FEED_THP) : NULL;

	return parsed ? parsed->head : NULL;
}

/* ---- settings and memory ---- */

struct memory_row {
	struct ml_str enabled, shmem_enabled, defrag;
	uint64_t size;
	uint64_t zero_page, underused;
	uint64_t anon, shmem, shmem_mapped, file, file_mapped;
	double anon_share, shmem_share, file_share;
};

#define ROW struct memory_row
#define FOLDER "/sys/kernel/mm/transparent_hugepage"

static const struct ml_col memory_cols[] = {
	ML_LABEL(ROW, enabled, "enabled", "enabled",
		 "always, madvise (where a program asks) or never", .source = FOLDER "/enabled"),
	ML_BYTES(ROW, size, "size", "of", "the size that counters without a size mean",
		 .source = FOLDER "/hpage_pmd_size"),
	ML_LABEL(ROW, defrag, "defrag", "defrag",
		 "whether a fault waits for memory to be compacted: always, madvise, or it is left to "
		 "kernel threads: defer; never",
		 .source = FOLDER "/defrag"),
	ML_LABEL(ROW, shmem_enabled, "shmem_enabled", "shmem",
		 "the same for shared memory without a mount of its own",
		 .source = FOLDER "/shmem_enabled"),
	ML_BYTES(ROW, anon, "anon", "anon", "anonymous memory in huge pages",
		 .source = "AnonHugePages"),
	ML_RATIO(ROW, anon_share, "anon_share", "of anon", "part of the anonymous memory",
		 .source = "AnonHugePages / AnonPages"),
	ML_BYTES(ROW, shmem, "shmem_huge", "shared", "shared memory and tmpfs in huge pages",
		 .source = "ShmemHugePages"),
	ML_RATIO(ROW, shmem_share, "shmem_share", "of shared", "part of the shared memory",
		 .source = "ShmemHugePages / Shmem", .flags = ML_COL_HIDDEN),
	ML_BYTES(ROW, shmem_mapped, "shmem_mapped", "mapped so",
		 "shared memory that a process maps as huge pages", .source = "ShmemPmdMapped",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(ROW, file, "file", "files", "page cache of files in huge pages",
		 .source = "FileHugePages"),
	ML_RATIO(ROW, file_share, "file_share", "of files",
		 "part of the page cache of files and devices",
		 .source = "FileHugePages / (Cached + Buffers - Shmem)", .flags = ML_COL_HIDDEN),
	ML_BYTES(ROW, file_mapped, "file_mapped", "mapped so",
		 "page cache that a process maps as huge pages", .source = "FilePmdMapped",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, zero_page, "zero_page", "zero page",
		 "1: one huge page of zeros serves reads of untouched memory",
		 .source = FOLDER "/use_zero_page", .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, underused, "underused", "shrink underused",
		 "1: huge pages that are mostly zeros are split when memory is short",
		 .source = FOLDER "/shrink_underused", .flags = ML_COL_HIDDEN),
};

const struct ml_table ml_thp_memory_table = {
	.id = "thp",
	.title = "transparent huge pages",
	.help = "transparent huge pages: the settings, and the memory that is in them",
	.source = "/proc/meminfo",
	ML_TABLE_COLS(memory_cols),
	.row_size = sizeof(ROW),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static uint64_t page_cache(const struct ml_snap *s)
{
	uint64_t all =
		ml_add(ml_snap_mem(s, "Cached"), ml_or0(ml_snap_mem(s, "Buffers")));

	return ml_sub_sat(all, ml_snap_mem(s, "Shmem"));
}

int ml_build_thp_memory(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_thp *thp = thp_of(b->cur);
	const struct ml_snap *s = b->cur;
	uint64_t anon = ml_snap_mem(s, "AnonHugePages");
	ROW *row;

	if (!thp && anon == ML_NONE)
		return ml_note(b, "this kernel has no transparent huge pages");
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	*row = (ROW){
		.enabled = thp ? thp->enabled : (struct ml_str){ 0 },
		.shmem_enabled = thp ? thp->shmem_enabled : (struct ml_str){ 0 },
		.defrag = thp ? thp->defrag : (struct ml_str){ 0 },
		.size = thp ? thp->pmd_size : ML_NONE,
		.zero_page = thp ? thp->zero_page : ML_NONE,
		.underused = thp ? thp->underused : ML_NONE,
		.anon = anon,
		.shmem = ml_snap_mem(s, "ShmemHugePages"),
		.shmem_mapped = ml_snap_mem(s, "ShmemPmdMapped"),
		.file = ml_snap_mem(s, "FileHugePages"),
		.file_mapped = ml_snap_mem(s, "FilePmdMapped"),
	};
	row->anon_share = ml_ratio(row->anon, ml_snap_mem(s, "AnonPages"));
	row->shmem_share = ml_ratio(row->shmem, ml_snap_mem(s, "Shmem"));
	row->file_share = ml_ratio(row->file, page_cache(s));
	return 0;
}

#undef ROW

/* ---- khugepaged ---- */

struct khugepaged_row {
	uint64_t collapsed, full_scans, pages_to_scan, max_none, max_swap, max_shared,
		defrag;
	double collapse_rate, scan_rate;
	double scan_sleep, alloc_sleep;
};

#define ROW struct khugepaged_row

static const struct ml_col khugepaged_cols[] = {
	ML_COL(ROW, collapsed, ML_UNIT_COUNT, ML_SEM_COUNTER, "collapsed",
	       "khugepaged collapsed", "ranges it turned into huge pages since boot",
	       .source = "pages_collapsed"),
	ML_RATE(ROW, collapse_rate, "collapse_rate", "/s", "the same, a second",
		.source = "pages_collapsed", .flags = ML_COL_DELTA),
	ML_COL(ROW, full_scans, ML_UNIT_COUNT, ML_SEM_COUNTER, "full_scans", "rounds",
	       "times it has gone through all processes", .source = "full_scans"),
	ML_COUNT(ROW, pages_to_scan, "pages_to_scan", "pages at a time",
		 "pages it looks at before it rests", .source = "pages_to_scan"),
	ML_SECONDS(ROW, scan_sleep, "scan_sleep", "rest", "how long it rests then",
		   .source = "scan_sleep_millisecs"),
	ML_SECONDS(ROW, alloc_sleep, "alloc_sleep", "rest after a failure",
		   "how long it rests when no huge page was to be had",
		   .source = "alloc_sleep_millisecs", .flags = ML_COL_HIDDEN),
	ML_RATE(ROW, scan_rate, "scan_limit", "pages a second at most",
		"what these two let it look at",
		.source = "pages_to_scan / scan_sleep_millisecs", .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, max_none, "max_none", "empty pages at most",
		 "pages that nobody has touched and a huge page may add", .source = "max_ptes_none"),
	ML_COUNT(ROW, max_swap, "max_swap", "swapped at most",
		 "pages it may read back from swap for one huge page", .source = "max_ptes_swap",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, max_shared, "max_shared", "shared at most",
		 "pages shared by fork(2) it may copy for one huge page",
		 .source = "max_ptes_shared", .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, defrag, "defrag", "defrag", "1: it may compact memory for a huge page",
		 .source = "khugepaged/defrag", .flags = ML_COL_HIDDEN),
};

const struct ml_table ml_khugepaged_table = {
	.id = "khugepaged",
	.help = "the kernel thread that makes huge pages of small ones",
	.source = FOLDER "/khugepaged",
	ML_TABLE_COLS(khugepaged_cols),
	.row_size = sizeof(ROW),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

int ml_build_khugepaged(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_thp *thp = thp_of(b->cur), *before = thp_of(b->prev);
	ROW *row;

	if (!thp || thp->pages_to_scan == ML_NONE)
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	*row = (ROW){
		.collapsed = thp->collapsed,
		.full_scans = thp->full_scans,
		.pages_to_scan = thp->pages_to_scan,
		.max_none = thp->max_none,
		.max_swap = thp->max_swap,
		.max_shared = thp->max_shared,
		.defrag = thp->khugepaged_defrag,
		.scan_sleep = ml_f64(thp->scan_sleep_ms) / 1e3,
		.alloc_sleep = ml_f64(thp->alloc_sleep_ms) / 1e3,
		.collapse_rate = NAN,
	};
	row->scan_rate = row->scan_sleep > 0
				 ? ml_f64(thp->pages_to_scan) / row->scan_sleep
				 : (double)NAN;
	if (before)
		row->collapse_rate = ml_rate(before->collapsed, thp->collapsed,
					     b->cur->narrow, ml_build_seconds(b));
	return 0;
}
