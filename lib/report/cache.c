/* SPDX-License-Identifier: MIT */
/* cache: which files are in memory, and how much of each. */
#include "model/cache.h"

#include <errno.h>
#include <stdio.h>

#include "report/cache_hits.h"

static const struct ml_cache_head *head_of(const struct ml_build *b)
{
	const struct ml_parsed *p = ml_snap_parsed(b->cur, ML_FEED_CACHE);

	return p ? p->head : NULL;
}

/* What is in memory lies in whole pages, of which the last may reach beyond the end. */
static double share_of(const struct ml_cache_sums *s)
{
	double share = ml_ratio(s->cached, s->size);

	return share > 1 ? 1 : share;
}

static void share_value(const struct ml_cache_sums *s, struct ml_value *ret)
{
	ret->f64 = share_of(s);
	ret->known = ret->f64 == ret->f64;
}

/* The columns that files, folders and the total have in common. */
#define SUM(st, field, key, head, help, ...) \
	ML_BYTES(st, s.field, key, head, help, ##__VA_ARGS__)
#define SHARE(fn, heading) \
	{ .key = "share", .head = (heading), .help = "how much of it is in memory", \
	  .type = ML_TYPE_F64, .unit = ML_UNIT_RATIO, .sem = ML_SEM_GAUGE, .calc = (fn) }
#define HELP_CACHED "in the page cache, in whole pages"
#define HELP_DIRTY "cached, written to and not yet on its disk"
#define HELP_WRITEBACK "cached and on its way to the disk"
#define HELP_EVICTED \
	"was in memory once, and the kernel remembers it; of tmpfs what is in swap"
#define HELP_RECENT \
	"evicted so lately that reading it again would count as a refault"

/* Nothing told is not nothing there. */
static void hide_unknown(struct ml_cache_sums *s, uint64_t unknown)
{
	if (unknown && !s->cached)
		*s = (struct ml_cache_sums){ s->files, s->size, ML_NONE, ML_NONE,
					     ML_NONE,  ML_NONE, ML_NONE };
}

/* ---- all together ---- */

struct total_row {
	struct ml_cache_sums s;
	uint64_t unknown;
};

static void total_share(const void *row, struct ml_value *ret)
{
	share_value(&((const struct total_row *)row)->s, ret);
}

static const struct ml_col total_cols[] = {
	ML_COUNT(struct total_row, s.files, "files", "files", "files that were looked at"),
	SUM(struct total_row, size, "size", "size", "what they would take, holes included"),
	SUM(struct total_row, cached, "cached", "cached", HELP_CACHED),
	SHARE(total_share, "share"),
	SUM(struct total_row, dirty, "dirty", "dirty", HELP_DIRTY),
	SUM(struct total_row, writeback, "writeback", "writeback", HELP_WRITEBACK),
	SUM(struct total_row, evicted, "evicted", "evicted", HELP_EVICTED),
	SUM(struct total_row, recently_evicted, "recently_evicted", "recently", HELP_RECENT),
	ML_COUNT(struct total_row, unknown, "unknown", "unknown",
		 "files whose cache is not told to us", .flags = ML_COL_HIDDEN),
};

static const struct ml_table total_table = {
	.id = "total",
	.help = "all files that were looked at, each once",
	.source = "cachestat(2) or mincore(2)",
	ML_TABLE_COLS(total_cols),
	.row_size = sizeof(struct total_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static int build_total(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_cache_head *head = head_of(b);
	struct total_row *row = head ? ml_rows_add(ret, b->arena) : NULL;

	if (!row)
		return head ? -ENOMEM : 0;
	row->s = head->all;
	row->unknown = head->unreadable + head->untold;
	hide_unknown(&row->s, row->unknown);
	return 0;
}

/* ---- what of the machine's page cache that is ---- */

struct account_row {
	struct ml_str kind, note;
	uint64_t bytes, found, rest;
};

static const struct ml_col account_cols[] = {
	ML_LABEL(struct account_row, kind, "kind", "KIND", "files, shmem or buffers"),
	ML_BYTES(struct account_row, bytes, "bytes", "SIZE", "that the machine has of it",
		 .source = "/proc/meminfo"),
	ML_BYTES(struct account_row, found, "found", "FOUND", "of the files that were found"),
	ML_BYTES(struct account_row, rest, "rest", "NOT FOUND", "the rest"),
	ML_LABEL(struct account_row, note, "note", "", "what the rest is",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table account_table = {
	.id = "account",
	.title = "the machine's page cache",
	.help = "what of the machine's page cache was found, where all processes were looked at",
	.source = "/proc/meminfo, cachestat(2) or mincore(2)",
	ML_TABLE_COLS(account_cols),
	.row_size = sizeof(struct account_row),
	.flags = ML_TABLE_DEFAULT | ML_TABLE_SPARSE,
};

/* What the rest is where all could be looked at, and where not. */
static const struct {
	const char *name, *note, *partly;
} kinds[ML_CACHE_KINDS] = {
	[ML_CACHE_FILES] = { "files", "that no process has open or mapped",
			     "not open or mapped, or not told to us" },
	[ML_CACHE_SHMEM] = { "shmem", "likewise, of tmpfs and shared memory",
			     "likewise, of tmpfs and shared memory" },
	[ML_CACHE_DISKS] = { "buffers", "metadata of file systems",
			     "metadata of file systems" },
};

static bool is_partial(const struct ml_cache_head *head)
{
	return head->untold || head->unreadable || head->closed_processes || head->late;
}

static uint64_t machine_has(const struct ml_build *b, enum ml_cache_kind kind)
{
	uint64_t shmem = ml_snap_mem(b->cur, "Shmem");

	switch (kind) {
	case ML_CACHE_FILES:
		return ml_sub_sat(ml_snap_mem(b->cur, "Cached"), shmem);
	case ML_CACHE_SHMEM:
		return shmem;
	case ML_CACHE_DISKS:
	case ML_CACHE_KINDS:
		break;
	}
	return ml_snap_mem(b->cur, "Buffers");
}

static bool is_of_all(const struct ml_query *q)
{
	return !q->npaths && !q->npids && !q->group;
}

static int build_account(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_cache_head *head = head_of(b);

	for (int kind = 0; head && is_of_all(b->query) && kind < ML_CACHE_KINDS; kind++) {
		struct account_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		row->kind = ml_str_of(kinds[kind].name);
		row->note = ml_str_of(is_partial(head) ? kinds[kind].partly
						       : kinds[kind].note);
		row->bytes = machine_has(b, kind);
		row->found = head->of[kind].cached;
		row->rest = ml_sub_sat(row->bytes, row->found);
	}
	return 0;
}

/* ---- folders ---- */

static void folder_share(const void *row, struct ml_value *ret)
{
	share_value(&((const struct ml_cache_folder *)row)->s, ret);
}

#define FOLDER(field, key, head, help, ...) \
	SUM(struct ml_cache_folder, field, key, head, help, ##__VA_ARGS__)

static const struct ml_col folder_cols[] = {
	ML_LABEL(struct ml_cache_folder, path, "path", "PATH", "the folder",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ml_cache_folder, parent, "parent", "PARENT", "the folder that it is in",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct ml_cache_folder, name, "name", "FOLDER", "its own name"),
	FOLDER(cached, "cached", "CACHED", HELP_CACHED),
	SHARE(folder_share, "SHARE"),
	FOLDER(size, "size", "SIZE", "sizes of its files, holes included"),
	FOLDER(dirty, "dirty", "DIRTY", HELP_DIRTY),
	FOLDER(writeback, "writeback", "WBACK", HELP_WRITEBACK, .flags = ML_COL_MINOR),
	FOLDER(evicted, "evicted", "EVICTED", HELP_EVICTED),
	FOLDER(recently_evicted, "recently_evicted", "RECENT", HELP_RECENT,
	       .flags = ML_COL_MINOR),
	ML_COUNT(struct ml_cache_folder, s.files, "files", "FILES",
		 "files in it and below that were looked at, each once"),
	ML_COUNT(struct ml_cache_folder, unknown, "unknown", "UNKNOWN",
		 "files whose cache is not told to us", .flags = ML_COL_SPARSE),
};

static const struct ml_table folder_table = {
	.id = "folders",
	.help = "one row per folder, with all below it, largest first",
	.source = "cachestat(2) or mincore(2)",
	ML_TABLE_COLS(folder_cols),
	.row_size = sizeof(struct ml_cache_folder),
	.layout = ML_LAYOUT_TREE,
	.flags = ML_TABLE_DEFAULT | ML_TABLE_SPARSE,
};

static int build_folders(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_cache_folder *f;

	if (!head_of(b))
		return 0;
	ml_for_each_row(f, &head_of(b)->folders) {
		struct ml_cache_folder *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		*row = *f;
		hide_unknown(&row->s, row->unknown);
	}
	return 0;
}

/* ---- files ---- */

static void file_share(const void *row, struct ml_value *ret)
{
	share_value(&((const struct ml_cache_file *)row)->s, ret);
}

struct file_row {
	struct ml_cache_file f;
	struct ml_str device; /* "8:1" */
};

#define F(field) f.field
#define FILE_SUM(field, key, head, help, ...) \
	ML_BYTES(struct file_row, F(s.field), key, head, help, ##__VA_ARGS__)

static const struct ml_col file_cols[] = {
	FILE_SUM(cached, "cached", "CACHED", HELP_CACHED),
	SHARE(file_share, "SHARE"),
	FILE_SUM(size, "size", "SIZE", "its end, holes included"),
	FILE_SUM(dirty, "dirty", "DIRTY", HELP_DIRTY),
	FILE_SUM(writeback, "writeback", "WBACK", HELP_WRITEBACK, .flags = ML_COL_MINOR),
	FILE_SUM(evicted, "evicted", "EVICTED", HELP_EVICTED),
	FILE_SUM(recently_evicted, "recently_evicted", "RECENT", HELP_RECENT,
		 .flags = ML_COL_MINOR),
	ML_COUNT(struct file_row, F(owners), "owners", "PROCS",
		 "processes that have it open or mapped, where these were looked for",
		 .flags = ML_COL_SPARSE),
	ML_LABEL(struct file_row, F(pids), "pids", "PIDS", "the first of them, and how many more",
		 .flags = ML_COL_SPARSE),
	ML_LABEL(struct file_row, F(filesystem), "filesystem", "FS", "type of its file system",
		 .flags = ML_COL_MINOR),
	ML_LABEL(struct file_row, F(kind), "kind", "KIND", "file or disk",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct file_row, device, "device", "DEVICE", "major and minor number",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct file_row, F(inode), "inode", "INODE", "its number on that device",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(struct file_row, F(links), "links", "LINKS", "names that it has; 0: deleted",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct file_row, F(how), "how", "HOW", "cachestat or mincore",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct file_row, F(why), "why", "WHY NOT", "why its cache is unknown",
		 .flags = ML_COL_SPARSE),
	ML_LABEL(struct file_row, F(path), "path", "PATH", "the file", .flags = ML_COL_WIDE),
};

static const struct ml_table file_table = {
	.id = "files",
	.title = "files, most in memory first",
	.help = "one row per file, most in memory first",
	.source = "cachestat(2) or mincore(2)",
	ML_TABLE_COLS(file_cols),
	.row_size = sizeof(struct file_row),
	.flags = ML_TABLE_DEFAULT,
};

static int build_files(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_cache_file *f;

	if (!head_of(b))
		return 0;
	ml_for_each_row(f, &ml_snap_parsed(b->cur, ML_FEED_CACHE)->rows) {
		struct file_row *row = ml_rows_add(ret, b->arena);
		char text[48];
		int n;

		if (!row)
			return -ENOMEM;
		n = snprintf(text, sizeof(text), "%llu:%llu",
			     (unsigned long long)f->major, (unsigned long long)f->minor);
		row->f = *f;
		row->device.p = ml_arena_strndup(b->arena, text, (size_t)n);
		row->device.n = (size_t)n;
		if (!row->device.p)
			return -ENOMEM;
	}
	return 0;
}

static const struct ml_part parts[] = {
	{ &total_table, build_total, 0, ML_FEED(CACHE) },
	{ &account_table, build_account, 0, ML_FEED(CACHE) | ML_FEED(MEMINFO) },
	{ &folder_table, build_folders, 0, ML_FEED(CACHE) },
	{ &file_table, build_files, 0, ML_FEED(CACHE) },
	{ &ml_hits_table_host, ml_build_hits, ML_FEED(HITS) },
	{ &ml_hits_table_processes, ml_build_hits_processes, ML_FEED(HITS) },
	{ &ml_hits_table_files, ml_build_hits_files, ML_FEED(HITS) },
};

/* ---- in words ---- */

#define S(n) ((n) == 1 ? "" : "s")

static int tell_unknown(struct ml_build *b, const struct ml_cache_head *h)
{
	if (h->untold &&
	    ml_note(b,
		    "%llu file%s neither ours nor writable: of these the kernel tells "
		    "nothing (needs CAP_FOWNER)",
		    (unsigned long long)h->untold, S(h->untold)))
		return -ENOMEM;
	if (h->unreadable &&
	    ml_note(b, "%llu file%s could not be opened (needs CAP_DAC_READ_SEARCH)",
		    (unsigned long long)h->unreadable, S(h->unreadable)))
		return -ENOMEM;
	if (h->closed_folders &&
	    ml_note(b, "%llu folder%s could not be listed (needs CAP_DAC_READ_SEARCH)",
		    (unsigned long long)h->closed_folders, S(h->closed_folders)))
		return -ENOMEM;
	return h->deep_folders
		       ? ml_note(b, "%llu folder%s nested too deeply to look into",
				 (unsigned long long)h->deep_folders, S(h->deep_folders))
		       : 0;
}

static int tell_rest(struct ml_build *b, const struct ml_cache_head *h)
{
	if (h->left_out &&
	    ml_note(b,
		    "%llu mount%s of other machines or programs left out, unless named: "
		    "%.*s%s",
		    (unsigned long long)h->left_out, S(h->left_out),
		    (int)h->left_out_at.n, h->left_out_at.p,
		    h->left_out > 1 ? ", ..." : ""))
		return -ENOMEM;
	if (h->omitted &&
	    ml_note(b, "%llu more files are in the sums and not in the list",
		    (unsigned long long)h->omitted))
		return -ENOMEM;
	return h->by_mincore
		       ? ml_note(b,
				 "by mincore: this kernel has no cachestat, which would "
				 "tell what is dirty and what was evicted")
		       : 0;
}

static int tell_late(struct ml_build *b, const struct ml_cache_head *h)
{
	unsigned long long done = h->all.files + h->untold + h->unreadable;

	if (!h->late)
		return 0;
	if (h->candidates != ML_NONE)
		return ml_note(b, "time is up: %llu of %llu files were looked at", done,
			       (unsigned long long)h->candidates);
	return ml_note(b,
		       "time is up: %llu files were looked at, the others were not met",
		       done);
}

static int finish(struct ml_build *b)
{
	const struct ml_cache_head *h = head_of(b);

	if (!h)
		return 0;
	if (tell_late(b, h) || tell_unknown(b, h))
		return -ENOMEM;
	return tell_rest(b, h);
}

const struct ml_report ml_report_cache = {
	.id = "cache",
	.title = "which files are in memory, and how much of each",
	ML_REPORT_PARTS(parts),
	.finish = finish,
};
