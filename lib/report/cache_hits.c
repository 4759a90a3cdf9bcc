/* SPDX-License-Identifier: MIT */
/* cache_hits: the tables of cache that tell how much of what was looked up was there. */
#include "report/cache_hits.h"

#include <errno.h>
#include <stdlib.h>

#include "model/hits_feed.h"

/* What all three tell. Pages where a count is meant, bytes where memory is. */
struct counts {
	double ratio;
	uint64_t lookups, hits, misses, faults;
	uint64_t brought, written, ahead;
};

struct host_row {
	struct counts c;
	double seconds;
	uint64_t events, lost;
	double cost;
};

struct process_row {
	uint64_t pid;
	struct counts c;
	struct ml_str comm;
};

struct file_row {
	struct counts c;
	struct ml_str device;
	uint64_t inode;
	struct ml_str path;
};

#define GET_PAGES "mm_filemap_get_pages, mm_filemap_fault, mm_filemap_map_pages"
#define ADD "mm_filemap_add_to_page_cache"

#define COUNTS(row) \
	ML_RATIO(struct row, c.ratio, "ratio", "HIT", \
		 "part of the lookups that found their page there", \
		 .source = "hits / lookups"), \
	ML_COUNT(struct row, c.lookups, "lookups", "LOOKUPS", \
		 "pages that reads asked for, and faults of mapped files", \
		 .source = GET_PAGES), \
	ML_COUNT(struct row, c.hits, "hits", "HITS", \
		 "lookups whose page was there already", .source = "lookups - misses"), \
	ML_COUNT(struct row, c.misses, "misses", "MISSES", \
		 "lookups whose page was brought in for them, or just before them", \
		 .source = GET_PAGES " after " ADD), \
	ML_COUNT(struct row, c.faults, "faults", "FAULTS", \
		 "lookups by faults of mapped files", \
		 .source = "mm_filemap_fault, mm_filemap_map_pages", \
		 .flags = ML_COL_HIDDEN), \
	ML_BYTES(struct row, c.brought, "brought", "BROUGHT", \
		 "memory that was brought in from disks, readahead included", \
		 .source = ADD), \
	ML_BYTES(struct row, c.written, "written", "WRITTEN", \
		 "new pages of the cache that were written, not read", \
		 .source = ADD " before writeback_dirty_folio", .flags = ML_COL_HIDDEN)

#define AHEAD(row) \
	ML_BYTES(struct row, c.ahead, "ahead", "AHEAD", \
		 "memory that was brought in and that nobody has asked for so far", \
		 .source = ADD " without a lookup")

static const struct ml_col host_cols[] = {
	ML_SECONDS(struct host_row, seconds, "seconds", "TIME", "how long was watched",
		   .source = "measured"),
	COUNTS(host_row),
	AHEAD(host_row),
	ML_COUNT(struct host_row, events, "events", "EVENTS", "events that were read for this",
		 .source = "perf_event_open"),
	ML_COUNT(struct host_row, lost, "lost", "LOST",
		 "events that found no room: with any, the numbers are of a sample",
		 .source = "PERF_RECORD_LOST"),
	ML_SECONDS(struct host_row, cost, "cost", "COST", "CPU time that watching took here",
		   .source = "measured"),
};

static const struct ml_col process_cols[] = {
	ML_LABEL(struct process_row, pid, "pid", "PID", "process id"),
	COUNTS(process_row),
	ML_LABEL(struct process_row, comm, "comm", "NAME", "name of the program",
		 .source = "/proc/PID/comm, PERF_RECORD_COMM"),
};

static const struct ml_col file_cols[] = {
	COUNTS(file_row),
	AHEAD(file_row),
	ML_LABEL(struct file_row, device, "device", "DEVICE",
		 "device of its file system, major:minor", .source = "s_dev"),
	ML_LABEL(struct file_row, inode, "inode", "INODE", "inode number", .source = "i_ino"),
	ML_LABEL(struct file_row, path, "path", "FILE",
		 "its name, if a process that used it still had it open",
		 .source = "/proc/PID/fd, /proc/PID/maps", .flags = ML_COL_WIDE),
};

#define SOURCE "/sys/kernel/tracing/events/filemap"

const struct ml_table ml_hits_table_host = {
	.id = "hits",
	.title = "Page cache hits",
	.help = "how much of what was looked up in the page cache was there",
	.source = SOURCE,
	ML_TABLE_COLS(host_cols),
	.row_size = sizeof(struct host_row),
};

const struct ml_table ml_hits_table_processes = {
	.id = "hits_processes",
	.title = "By process",
	.help = "the same by the process that looked, most misses first",
	.source = SOURCE,
	ML_TABLE_COLS(process_cols),
	.row_size = sizeof(struct process_row),
};

const struct ml_table ml_hits_table_files = {
	.id = "hits_files",
	.title = "By file",
	.help = "the same by file, most misses first",
	.source = SOURCE,
	ML_TABLE_COLS(file_cols),
	.row_size = sizeof(struct file_row),
};

static const struct ml_hits_head *head_of(const struct ml_build *b)
{
	const struct ml_parsed *parsed = ml_snap_parsed(b->cur, ML_FEED_HITS);

	return parsed ? parsed->head : NULL;
}

static bool are_known(const struct ml_hits_head *head)
{
	return (head->kinds & ML_HITS_LOOKUPS) == ML_HITS_LOOKUPS;
}

/* A kernel that tells of some lookups only would make a ratio of these. */
static struct counts counts_of(const struct ml_build *b, const struct ml_hits_head *head,
			       const struct ml_hits_sum *sum, uint64_t ahead)
{
	struct counts c = {
		.lookups = sum->lookups,
		.hits = sum->lookups - sum->misses,
		.misses = sum->misses,
		.faults = sum->faults,
		.brought = ml_snap_pages(b->cur, sum->brought),
		.written = head->kinds & 1u << ML_HITS_DIRTY
				   ? ml_snap_pages(b->cur, sum->written)
				   : ML_NONE,
		.ahead = ml_snap_pages(b->cur, ahead),
	};

	if (!are_known(head))
		c.lookups = c.hits = c.misses = c.faults = c.ahead = ML_NONE;
	c.ratio = ml_ratio(c.hits, c.lookups);
	return c;
}

static bool is_shown(const struct ml_hits_head *head, const struct ml_hits_sum *sum)
{
	return are_known(head) ? sum->lookups > 0 : sum->brought > 0;
}

/* Most misses first, then most lookups, then what was brought in. */
static int by_misses(const struct counts *x, const struct counts *y)
{
	uint64_t a[] = { ml_or0(x->misses), ml_or0(x->lookups), ml_or0(x->brought) };
	uint64_t b[] = { ml_or0(y->misses), ml_or0(y->lookups), ml_or0(y->brought) };

	for (size_t i = 0; i < ML_ARRAY_SIZE(a); i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? 1 : -1;
	return 0;
}

/* ---- notes ---- */

static int note_missing(struct ml_build *b, const struct ml_hits_head *head)
{
	static const struct {
		enum ml_hits_kind kind;
		const char *event;
	} lookups[] = {
		{ ML_HITS_READ, "mm_filemap_get_pages" },
		{ ML_HITS_FAULT, "mm_filemap_fault" },
		{ ML_HITS_AROUND, "mm_filemap_map_pages" },
	};
	const char *missing[ML_ARRAY_SIZE(lookups)] = { "", "", "" };
	size_t n = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(lookups); i++)
		if (!(head->kinds & 1u << lookups[i].kind))
			missing[n++] = lookups[i].event;
	if (n && ml_note(b,
			 "this kernel has no event %s%s%s%s%s: lookups, and with them "
			 "hits, are not known; what was brought in is",
			 missing[0], n > 1 ? ", " : "", missing[1], n > 2 ? ", " : "",
			 missing[2]))
		return -ENOMEM;
	if (!(head->kinds & 1u << ML_HITS_DIRTY))
		return ml_note(b, "this kernel has no event writeback_dirty_folio: pages "
				  "that were written count as brought in");
	return 0;
}

static int note_quality(struct ml_build *b, const struct ml_hits_head *head)
{
	uint64_t unsure = are_known(head) ? head->unsure : 0;
	uint64_t all = head->lost + head->events;

	if (head->lost &&
	    ml_note(b, "%llu of %llu events found no room: the numbers are of a sample",
		    (unsigned long long)head->lost, (unsigned long long)all))
		return -ENOMEM;
	if (head->unmarked &&
	    ml_note(b,
		    "%llu pages more were brought in than can be kept in mind: "
		    "lookups of these count as hits",
		    (unsigned long long)head->unmarked))
		return -ENOMEM;
	if (unsure > head->sum.lookups / 100)
		return ml_note(b,
			       "up to %llu lookups more, at the ends of reads of files "
			       "whose size is not known: they were closed again",
			       (unsigned long long)unsure);
	return 0;
}

/* ---- rows ---- */

int ml_build_hits(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_hits_head *head = head_of(b);
	struct host_row *row = head ? ml_rows_add(ret, b->arena) : NULL;

	if (!head)
		return 0;
	if (!row)
		return -ENOMEM;
	*row = (struct host_row){
		.c = counts_of(b, head, &head->sum, head->ahead),
		.seconds = head->seconds,
		.events = head->events,
		.lost = head->lost,
		.cost = head->cost,
	};
	return note_missing(b, head) || note_quality(b, head) ? -ENOMEM : 0;
}

static int by_process(const void *a, const void *b)
{
	const struct process_row *x = a, *y = b;
	int order = by_misses(&x->c, &y->c);

	return order ? order : (x->pid > y->pid) - (x->pid < y->pid);
}

int ml_build_hits_processes(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_hits_head *head = head_of(b);
	const struct ml_hits_process *process;
	struct process_row *row;

	if (!head)
		return 0;
	ml_for_each_row(process, &head->processes) {
		if (!is_shown(head, &process->sum))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->pid = process->key.nr;
		row->c = counts_of(b, head, &process->sum, ML_NONE);
		if (row->pid == ML_NONE)
			row->comm = ML_STR("(all others)");
		else if (*process->comm)
			row->comm = ml_str_of(process->comm);
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_process);
	return 0;
}

static int by_file(const void *a, const void *b)
{
	const struct file_row *x = a, *y = b;
	int order = by_misses(&x->c, &y->c);

	return order ? order : (x->inode > y->inode) - (x->inode < y->inode);
}

static int fill_file(struct ml_build *b, const struct ml_hits_head *head,
		     const struct ml_hits_file *file, struct file_row *row)
{
	char *device;

	row->c = counts_of(b, head, &file->sum, file->ahead);
	row->inode = file->key.ino;
	if (row->inode == ML_NONE) {
		row->path = ML_STR("(all others)");
		return 0;
	}
	device = ml_arena_printf(b->arena, "%llu:%llu",
				 (unsigned long long)(file->key.dev >> 20),
				 (unsigned long long)(file->key.dev & 0xfffff));
	row->device = ml_str_of(device);
	row->path = ml_str_of(file->name);
	return device ? 0 : -ENOMEM;
}

int ml_build_hits_files(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_hits_head *head = head_of(b);
	const struct ml_hits_file *file;
	struct file_row *row;

	if (!head)
		return 0;
	ml_for_each_row(file, &head->files) {
		if (!is_shown(head, &file->sum))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row || fill_file(b, head, file, row))
			return -ENOMEM;
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_file);
	return 0;
}
