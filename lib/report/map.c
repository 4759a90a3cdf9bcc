/* SPDX-License-Identifier: MIT */
/* map: the mappings of a process, each with its kind. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "model/proc.h"
#include "model/vma_flags.h"
#include "report/map.h"
#include "series/delta.h"

/* ---- mappings ---- */

struct map_row {
	struct ml_vma v;
	struct ml_str flags;            /* in words */
	int64_t rss_growth, pss_growth; /* INT64_MIN: unknown */
};

#define M(field) v.m.field

static void perms_of(const void *row, struct ml_value *ret)
{
	const struct map_row *r = row;

	ret->str = (struct ml_str){ r->v.m.perms, sizeof(r->v.m.perms) };
	ret->known = true;
}

static void dev_of(const void *row, struct ml_value *ret)
{
	ret->str = ml_str_of(((const struct map_row *)row)->v.m.dev);
	ret->known = true;
}

/* A size below a header of smaps. */
#define SIZE(field, key, head, help, ...) \
	ML_BYTES(struct map_row, M(field), key, head, help, .reads = ML_READ_SMAPS, \
		 ##__VA_ARGS__)
#define MINOR(field, key, head, help) SIZE(field, key, head, help, .flags = ML_COL_HIDDEN)

static const struct ml_col map_cols[] = {
	ML_COL(struct map_row, M(start), ML_UNIT_ADDRESS, ML_SEM_LABEL, "start", "START",
	       "first address"),
	ML_COL(struct map_row, M(end), ML_UNIT_ADDRESS, ML_SEM_LABEL, "end", "END",
	       "first address behind it", .flags = ML_COL_HIDDEN),
	{ .key = "perms", .head = "PERM", .calc = perms_of, .sem = ML_SEM_LABEL,
	  .help = "read, write, execute; p private, s shared" },
	ML_COL(struct map_row, M(offset), ML_UNIT_BYTES, ML_SEM_LABEL, "offset", "OFFSET",
	       "where in the file it begins", .flags = ML_COL_HIDDEN),
	{ .key = "dev", .head = "DEV", .calc = dev_of, .sem = ML_SEM_LABEL,
	  .help = "device of the file", .flags = ML_COL_HIDDEN },
	ML_LABEL(struct map_row, M(inode), "inode", "INODE", "inode of the file",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct map_row, M(size), "size", "SIZE", "addresses that it takes"),
	ML_BYTES(struct map_row, M(rss), "rss", "RSS", "how much of it is in memory",
		 .reads = ML_READ_RESIDENT),
	SIZE(pss, "pss", "PSS", "the process' share of that"),
	ML_COL(struct map_row, rss_growth, ML_UNIT_BYTES, ML_SEM_GAUGE, "rss_growth", "RSS+",
	       "growth of RSS since the last sample", .reads = ML_READ_RESIDENT,
	       .flags = ML_COL_DELTA),
	ML_COL(struct map_row, pss_growth, ML_UNIT_BYTES, ML_SEM_GAUGE, "pss_growth", "PSS+",
	       "growth of PSS since the last sample", .reads = ML_READ_SMAPS,
	       .flags = ML_COL_DELTA),
	MINOR(pss_dirty, "pss_dirty", "PSSDIRTY", "part of PSS that has been written"),
	MINOR(shared_clean, "shared_clean", "SHCLEAN", "shared with others, not written"),
	MINOR(shared_dirty, "shared_dirty", "SHDIRTY", "shared with others, written"),
	MINOR(private_clean, "private_clean", "PRCLEAN", "its own, not written"),
	SIZE(private_dirty, "private_dirty", "PRDIRTY",
	     "its own, written: memory that only its end would free", .flags = ML_COL_MINOR),
	MINOR(referenced, "referenced", "REFD",
	      "touched since it was last looked at for reclaim"),
	SIZE(anonymous, "anonymous", "ANON",
	     "anonymous memory, also copies of a file's pages", .flags = ML_COL_MINOR),
	MINOR(ksm, "ksm", "KSM", "pages merged with equal ones"),
	MINOR(lazy_free, "lazy_free", "LAZYFREE", "given back by MADV_FREE, not yet taken"),
	MINOR(anon_huge_pages, "anon_huge_pages", "THP", "anonymous memory in huge pages"),
	MINOR(shmem_pmd_mapped, "shmem_pmd_mapped", "SHMTHP", "shared memory in huge pages"),
	MINOR(file_pmd_mapped, "file_pmd_mapped", "FILETHP", "files in huge pages"),
	MINOR(shared_hugetlb, "shared_hugetlb", "SHHUGE", "hugetlb pages shared with others"),
	MINOR(private_hugetlb, "private_hugetlb", "PRHUGE", "hugetlb pages of its own"),
	SIZE(swap, "swap", "SWAP", "in swap"),
	MINOR(swap_pss, "swap_pss", "SWAPPSS", "its share of what is in swap"),
	MINOR(locked, "locked", "LOCKED", "share of memory that may not be swapped"),
	ML_BYTES(struct map_row, M(kernel_page_size), "kernel_page_size", "KPAGE",
		 "page size that the kernel uses for it", .reads = ML_READ_SMAPS,
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct map_row, M(mmu_page_size), "mmu_page_size", "MMUPAGE",
		 "page size that the processor uses for it", .reads = ML_READ_SMAPS,
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(struct map_row, M(thp_eligible), "thp_eligible", "THPOK",
		 "1 where it may have transparent huge pages", .reads = ML_READ_SMAPS,
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(struct map_row, M(protection_key), "protection_key", "PKEY",
		 "memory protection key", .reads = ML_READ_SMAPS, .flags = ML_COL_HIDDEN),
	ML_LABEL(struct map_row, M(vm_flags), "vm_flags", "FLAGS",
		 "what the kernel knows of it, two letters each",
		 .reads = ML_READ_SMAPS, .flags = ML_COL_HIDDEN),
	ML_LABEL(struct map_row, flags, "flags", "IN WORDS", "the same in words",
		 .reads = ML_READ_SMAPS, .flags = ML_COL_HIDDEN | ML_COL_ASKED),
	ML_LABEL(struct map_row, M(other), "other", "OTHER",
		 "lines of the kernel that this version does not know",
		 .reads = ML_READ_SMAPS, .flags = ML_COL_HIDDEN),
	ML_LABEL(struct map_row, v.kind, "kind", "KIND",
		 "heap, arena, anon, named, stack, thread, file, deleted, shared, hugetlb, device, "
		 "reserved or vdso"),
	ML_LABEL(struct map_row, M(name), "name", "NAME", "file, or what the kernel calls it",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table map_table = {
	.id = "mappings",
	.help = "one row per mapping, by address",
	.source = "/proc/PID/smaps",
	ML_TABLE_COLS(map_cols),
	.row_size = sizeof(struct map_row),
	.flags = ML_TABLE_DEFAULT,
};

const struct ml_parsed *ml_map_parsed(const struct ml_snap *snap)
{
	return snap ? ml_snap_parsed(snap, ML_FEED_MAPPINGS) : NULL;
}

const struct ml_vma_head *ml_map_head(const struct ml_build *b)
{
	const struct ml_parsed *p = ml_map_parsed(b->cur);

	return p ? p->head : NULL;
}

/* ---- one pass, row by row ---- */

struct pass {
	struct ml_vma_reader *reader;
	struct ml_vma_words *words; /* NULL: flags are not asked for */
};

static int next_row(void *data, void *row)
{
	const struct pass *pass = data;
	struct map_row *r = row;
	int rc = ml_vma_next(pass->reader, &r->v);

	r->rss_growth = r->pss_growth = INT64_MIN;
	if (rc > 0 && pass->words)
		r->flags = ml_vma_flag_words(r->v.m.vm_flags, pass->words);
	return rc;
}

static bool asks_for_flags(const struct ml_build *b)
{
	const struct ml_col *col = ml_table_find(&map_table, "flags");

	for (size_t i = 0; i < b->query->ncols; i++)
		if (b->query->cols[i] == col)
			return true;
	return (b->query->filter && strstr(b->query->filter, "flags")) ||
	       (b->query->sort && strncmp(b->query->sort, "flags", 5) == 0);
}

static void compare(const struct ml_parsed *prev, struct map_row *row)
{
	const struct ml_vma *before = prev ? ml_vma_find(&prev->rows, &row->v.m) : NULL;

	row->rss_growth = row->pss_growth = INT64_MIN;
	if (!before)
		return;
	row->rss_growth = ml_growth(before->m.rss, row->v.m.rss);
	row->pss_growth = ml_growth(before->m.pss, row->v.m.pss);
}

static int hold_flags(struct ml_build *b, struct map_row *row)
{
	struct ml_vma_words words = { 0 };
	struct ml_str s = ml_vma_flag_words(row->v.m.vm_flags, &words);

	if (!s.n)
		return 0;
	row->flags.p = ml_arena_strndup(b->arena, s.p, s.n);
	row->flags.n = s.n;
	return row->flags.p ? 0 : -ENOMEM;
}

static int copy_rows(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_vma *vma;

	ml_for_each_row(vma, &ml_map_parsed(b->cur)->rows) {
		struct map_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		row->v = *vma;
		compare(ml_map_parsed(b->prev), row);
		if (asks_for_flags(b) && hold_flags(b, row))
			return -ENOMEM;
	}
	return 0;
}

static int build_mappings(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_vma_head *head = ml_map_head(b);
	struct pass *pass;

	if (!head)
		return 0;
	if (!head->reader)
		return copy_rows(b, ret);
	pass = ml_arena_calloc(b->arena, 1, sizeof(*pass));
	if (!pass)
		return -ENOMEM;
	pass->reader = head->reader;
	if (asks_for_flags(b)) {
		pass->words = ml_arena_calloc(b->arena, 1, sizeof(*pass->words));
		if (!pass->words)
			return -ENOMEM;
	}
	b->stream = (struct ml_stream){ next_row, pass };
	return 0;
}

/* ---- the process, in sums ---- */

struct map_total {
	struct ml_vma_sums s;
	uint64_t pid;
	struct ml_str comm, how;
	uint64_t uss;
	uint64_t cut; /* 1: not all mappings could be read */
	const struct ml_vma_head *head;
	struct ml_build build; /* for a sentence behind the rows */
	bool done;
};

#define T(field) s.sum.field
#define TOTAL(field, key, head, help, ...) \
	ML_BYTES(struct map_total, T(field), key, head, help, .reads = ML_READ_SMAPS, \
		 ##__VA_ARGS__)

static const struct ml_col total_cols[] = {
	ML_LABEL(struct map_total, pid, "pid", "process", "process id"),
	ML_LABEL(struct map_total, comm, "comm", "", "name of the program",
		 .source = "/proc/PID/stat"),
	ML_COUNT(struct map_total, s.mappings, "mappings", "mappings", "how many it has"),
	ML_BYTES(struct map_total, T(size), "size", "size", "addresses that they take"),
	ML_BYTES(struct map_total, T(rss), "rss", "RSS", "how much of them is in memory",
		 .reads = ML_READ_RESIDENT),
	TOTAL(pss, "pss", "PSS", "the process' share of that"),
	ML_BYTES(struct map_total, uss, "uss", "USS", "memory that it alone has",
		 .reads = ML_READ_SMAPS),
	TOTAL(anonymous, "anonymous", "anonymous", "anonymous memory"),
	TOTAL(swap, "swap", "swap", "in swap"),
	TOTAL(anon_huge_pages, "anon_huge_pages", "THP", "anonymous memory in huge pages",
	      .flags = ML_COL_HIDDEN),
	TOTAL(locked, "locked", "locked", "share of memory that may not be swapped",
	      .flags = ML_COL_HIDDEN),
	ML_COUNT(struct map_total, s.overlaps, "overlaps", "overlaps",
		 "mappings that changed while they were read", .flags = ML_COL_HIDDEN),
	ML_COUNT(struct map_total, cut, "cut", "cut short",
		 "1 when not all could be read: the process ended meanwhile",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct map_total, how, "how", "read from",
		 "smaps, maps, or maps and PAGEMAP_SCAN", .flags = ML_COL_HIDDEN),
};

static const struct ml_table total_table = {
	.id = "total",
	.help = "sums over the mappings",
	.source = "/proc/PID/smaps",
	ML_TABLE_COLS(total_cols),
	.row_size = sizeof(struct map_total),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static int fill_total(struct map_total *t)
{
	t->s = t->head->sums;
	t->how = ml_str_of(t->head->how);
	t->uss = ml_add(t->s.sum.private_clean, t->s.sum.private_dirty);
	t->cut = t->s.error != 0;
	if (!t->cut)
		return 0;
	return ml_note(&t->build, "not all mappings could be read: %s",
		       strerror(t->s.error));
}

/* Behind the mappings: what of them nobody asked for is passed over. */
static int next_total(void *data, void *row)
{
	struct map_total *t = data;
	struct ml_vma vma;
	int rc = 1;

	if (t->done)
		return 0;
	while (rc > 0)
		rc = ml_vma_next(t->head->reader, &vma);
	if (rc)
		return rc;
	if (fill_total(t))
		return -ENOMEM;
	t->done = true;
	*(struct map_total *)row = *t;
	return 1;
}

static int build_total(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *procs = ml_snap_parsed(b->cur, ML_FEED_PROCESSES);
	const struct ml_proc *proc =
		procs && procs->rows.n ? ml_rows_at(&procs->rows, 0) : NULL;
	struct map_total *t;

	if (!ml_map_head(b))
		return 0;
	t = ml_map_head(b)->reader ? ml_arena_calloc(b->arena, 1, sizeof(*t))
				   : ml_rows_add(ret, b->arena);
	if (!t)
		return -ENOMEM;
	t->head = ml_map_head(b);
	t->build = *b;
	t->pid = b->query->npids ? b->query->pids[0] : ML_NONE;
	t->comm = proc ? proc->comm : (struct ml_str){ 0 };
	if (proc && proc->kernel && ml_note(b, "a kernel thread: it has no mappings"))
		return -ENOMEM;
	if (ml_map_head(b)->reader)
		b->stream = (struct ml_stream){ next_total, t };
	return ml_map_head(b)->reader ? 0 : fill_total(t);
}

static const struct ml_part parts[] = {
	{ &map_table, build_mappings, ML_FEED(MAPPINGS), 0, .pass = true },
	{ &ml_map_by_kind_table, ml_build_map_by_kind, ML_FEED(MAPPINGS), 0,
	  .pass = true },
	{ &ml_map_by_file_table, ml_build_map_by_file, ML_FEED(MAPPINGS), 0,
	  .pass = true },
	{ &total_table, build_total, ML_FEED(MAPPINGS), ML_FEED(PROCESSES) },
};

const struct ml_report ml_report_map = {
	.id = "map",
	.title = "the mappings of a process, each with its kind",
	ML_REPORT_PARTS(parts),
};
