/* SPDX-License-Identifier: MIT */
/*
 * hits: what was looked up in the page cache, and how much of it was there already.
 *
 * A lookup is a page that a read asks for, or the page that a fault stops for. It is a
 * miss if the page was brought in during the observation and nobody has looked it up
 * since: whether the same read brought it in, a readahead before or another process, the
 * data came from the disk for it. The second lookup is a hit. So a page that is brought
 * in counts as one miss at most, and what nobody asks for is told apart.
 *
 * What the events (mm/filemap.c) demand of us:
 *  - get_pages comes once for each batch of a read, and each time with all that is left
 *    of the read: ranges overlap, and only the start of the next one tells how much was
 *    there. It comes after the pages were brought in.
 *  - The range is what was asked for. It may go beyond the end of the file, where no
 *    pages are.
 *  - fault comes before its page is brought in, and again when it had to wait for it.
 *  - map_pages comes when neighbours of a fault were there and were mapped ("fault
 *    around"). A fault follows where the page itself was missing; else it was there.
 *  - add_to_page_cache comes for pages that are written, too. A page that is dirtied by
 *    the task that just added it was written and did not come from the disk.
 */
#pragma once

#include <stdbool.h>

#include "model/hits_table.h"

enum ml_hits_kind {
	ML_HITS_READ,   /* mm_filemap_get_pages */
	ML_HITS_FAULT,  /* mm_filemap_fault */
	ML_HITS_AROUND, /* mm_filemap_map_pages */
	ML_HITS_ADD,    /* mm_filemap_add_to_page_cache */
	ML_HITS_DIRTY,  /* writeback_dirty_folio: no device */
	ML_HITS_KINDS,
};

struct ml_hits_event {
	enum ml_hits_kind kind;
	uint32_t pid, tid;
	uint64_t dev, ino;
	uint64_t first, last; /* pages of the file */
};

/* In pages. */
struct ml_hits_sum {
	uint64_t lookups;
	uint64_t faults; /* of these, by faults */
	uint64_t misses;
	uint64_t brought; /* in from the disk */
	uint64_t written; /* new ones, by writing */
};

struct ml_hits_file {
	struct ml_hits_key key; /* dev and ino */
	struct ml_hits_sum sum;
	uint64_t ahead; /* pages that were brought in and not looked up */
	uint64_t end;   /* pages that it has at least */
	uint32_t pid;   /* who was met with it last while it had no name */
	uint32_t tried; /* with whom a name was looked for */
	bool sized;     /* its size has been told */
	bool mapped;    /* it was met by a fault */
	char *name;     /* of who looked for it; NULL: not known */
};

#define ML_COMM_MAX 16

struct ml_hits_process {
	struct ml_hits_key key; /* nr: its pid */
	struct ml_hits_sum sum;
	char comm[ML_COMM_MAX]; /* terminated; "": not known */
};

struct ml_hits_bounds {
	uint32_t files, processes, tasks;
	uint32_t blocks; /* of 64 pages of a file, some of which were brought in */
};

struct ml_hits {
	struct ml_hits_table files, processes;
	struct ml_hits_file other_files; /* all those that found no room */
	struct ml_hits_process other_processes;
	struct ml_hits_sum sum;
	uint64_t ahead;    /* pages, after the end */
	uint64_t unsure;   /* pages of reads that may lie beyond the end of a file */
	uint64_t unmarked; /* pages that were brought in and found no room */
	struct ml_hits_table tasks, blocks;
	uint32_t nidle; /* blocks that hold no page any more */
};

/* 0 or -ENOMEM. All memory is taken here. */
int ml_hits_init(struct ml_hits *h, const struct ml_hits_bounds *bounds);
void ml_hits_deinit(struct ml_hits *h);

/* The next event; those of one task in the order in which they came. */
void ml_hits_take(struct ml_hits *h, const struct ml_hits_event *event);

/* Count what is pending; then nothing more is taken. */
void ml_hits_end(struct ml_hits *h);

/* The size of a file has been told, in pages. */
void ml_hits_size(struct ml_hits_file *file, uint64_t pages);
