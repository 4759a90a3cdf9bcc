/* SPDX-License-Identifier: MIT */
/* map: the mappings of a process, each with its kind. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "model/proc.h"
#include "model/vma.h"
#include "model/vma_flags.h"
#include "report/report.h"
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

static const struct ml_parsed *mappings_of(const struct ml_snap *snap)
{
	return snap ? ml_snap_parsed(snap, ML_FEED_MAPPINGS) : NULL;
}

static const struct ml_vma_head *head_of(const struct ml_build *b)
{
	const struct ml_parsed *p = mappings_of(b->cur);

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

	ml_for_each_row(vma, &mappings_of(b->cur)->rows) {
		struct map_row *row = ml_rows_add(ret, b->arena);

		if (!row)
			return -ENOMEM;
		row->v = *vma;
		compare(mappings_of(b->prev), row);
		if (asks_for_flags(b) && hold_flags(b, row))
			return -ENOMEM;
	}
	return 0;
}

static int build_mappings(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_vma_head *head = head_of(b);
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

	if (!head_of(b))
		return 0;
	t = head_of(b)->reader ? ml_arena_calloc(b->arena, 1, sizeof(*t))
			       : ml_rows_add(ret, b->arena);
	if (!t)
		return -ENOMEM;
	t->head = head_of(b);
	t->build = *b;
	t->pid = b->query->npids ? b->query->pids[0] : ML_NONE;
	t->comm = proc ? proc->comm : (struct ml_str){ 0 };
	if (proc && proc->kernel && ml_note(b, "a kernel thread: it has no mappings"))
		return -ENOMEM;
	if (head_of(b)->reader)
		b->stream = (struct ml_stream){ next_total, t };
	return head_of(b)->reader ? 0 : fill_total(t);
}

/* ---- groups ---- */

struct map_group {
	struct ml_str key, help;
	struct ml_smaps_row sum, before; /* the latter of the last sample */
	uint64_t count;
	int64_t rss_growth, pss_growth;
};

#define G(field) sum.field
#define GROUP_SIZE(field, key, head, help, ...) \
	ML_BYTES(struct map_group, G(field), key, head, help, .reads = ML_READ_SMAPS, \
		 ##__VA_ARGS__)

#define GROUP_COLS \
	ML_COUNT(struct map_group, count, "count", "COUNT", "mappings"), \
	ML_BYTES(struct map_group, G(size), "size", "SIZE", "addresses that they take"), \
	ML_BYTES(struct map_group, G(rss), "rss", "RSS", "how much of them is in memory", \
		 .reads = ML_READ_RESIDENT), \
	GROUP_SIZE(pss, "pss", "PSS", "the process' share of that"), \
	ML_COL(struct map_group, rss_growth, ML_UNIT_BYTES, ML_SEM_GAUGE, "rss_growth", \
	       "RSS+", "growth of RSS since the last sample", .reads = ML_READ_RESIDENT, \
	       .flags = ML_COL_DELTA), \
	ML_COL(struct map_group, pss_growth, ML_UNIT_BYTES, ML_SEM_GAUGE, "pss_growth", \
	       "PSS+", "growth of PSS since the last sample", .reads = ML_READ_SMAPS, \
	       .flags = ML_COL_DELTA), \
	GROUP_SIZE(private_dirty, "private_dirty", "PRDIRTY", "its own, written"), \
	GROUP_SIZE(anonymous, "anonymous", "ANON", "anonymous memory"), \
	GROUP_SIZE(swap, "swap", "SWAP", "in swap"), \
	GROUP_SIZE(anon_huge_pages, "anon_huge_pages", "THP", \
		   "anonymous memory in huge pages", .flags = ML_COL_HIDDEN), \
	GROUP_SIZE(locked, "locked", "LOCKED", "share of memory that may not be swapped", \
		   .flags = ML_COL_HIDDEN)

static const struct ml_col kind_cols[] = {
	ML_LABEL(struct map_group, key, "kind", "KIND", "what the mappings are for"),
	GROUP_COLS,
	ML_LABEL(struct map_group, help, "meaning", "MEANING", "the kind in words",
		 .flags = ML_COL_WIDE | ML_COL_MINOR),
};

static const struct ml_col file_cols[] = {
	GROUP_COLS,
	ML_LABEL(struct map_group, key, "name", "NAME",
		 "file; a kind in brackets stands for all mappings without one",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table by_kind_table = {
	.id = "by_kind",
	.help = "the mappings in sums by what they are for, largest first",
	.source = "/proc/PID/smaps",
	ML_TABLE_COLS(kind_cols),
	.row_size = sizeof(struct map_group),
};

static const struct ml_table by_file_table = {
	.id = "by_file",
	.help = "the mappings in sums by file, largest first",
	.source = "/proc/PID/smaps",
	ML_TABLE_COLS(file_cols),
	.row_size = sizeof(struct map_group),
};

typedef struct ml_str key_fn(const struct ml_vma *vma);

static struct ml_str kind_key(const struct ml_vma *vma)
{
	return vma->kind;
}

static struct ml_str file_key(const struct ml_vma *vma)
{
	return vma->m.name.n ? vma->m.name : vma->kind;
}

/* A few dozen kinds and files: found by the hash of the name. */
struct groups {
	struct ml_build *b;
	struct ml_rows *rows;
	struct ml_kv index; /* name to row */
	key_fn *key;
};

static const char *kind_help(struct ml_str name)
{
	for (size_t i = 0; ml_vma_kinds[i].name; i++)
		if (ml_str_is(name, ml_vma_kinds[i].name))
			return ml_vma_kinds[i].help;
	return NULL;
}

/* "name", or "(kind)" for mappings without one. A name of a copied file may hold NULs. */
static struct map_group *new_group(struct groups *g, const struct ml_vma *vma,
				   struct ml_str key)
{
	struct map_group *group = ml_rows_add(g->rows, g->b->arena);
	bool bracket = g->key == file_key && !vma->m.name.n;
	char *held = ml_arena_calloc(g->b->arena, 1, key.n + 3);
	struct ml_str name = { held, key.n };

	if (!group || !held)
		return NULL;
	held[0] = '(';
	memcpy(held + 1, key.p, key.n);
	held[key.n + 1] = ')';
	name.p++;
	memset(&group->sum, 0xff, sizeof(group->sum)); /* ML_NONE */
	group->before = group->sum;
	group->key = bracket ? (struct ml_str){ held, key.n + 2 } : name;
	group->help = ml_str_of(kind_help(key));
	group->rss_growth = group->pss_growth = INT64_MIN;
	if (ml_kv_set(&g->index, g->b->arena, name, g->rows->n - 1, ML_UNIT_NONE) ==
	    -ENOMEM)
		return NULL;
	return group;
}

static struct map_group *group_of(struct groups *g, const struct ml_vma *vma)
{
	struct ml_str key = g->key(vma);
	const struct ml_kv_row *at = ml_kv_find(&g->index, key);

	return at ? ml_rows_at(g->rows, at->value) : new_group(g, vma, key);
}

static int add_to_group(struct groups *g, const struct ml_vma *vma)
{
	struct map_group *group = group_of(g, vma);

	if (!group)
		return -ENOMEM;
	group->count++;
	ml_smaps_add(&group->sum, &vma->m);
	return 0;
}

/* The difference of the sums: what was mapped or unmapped meanwhile counts in full. A
 * group without mappings any more is dropped. */
static int find_growth(struct groups *g)
{
	const struct ml_parsed *prev = mappings_of(g->b->prev);
	const struct ml_vma *vma;
	struct map_group *group;
	size_t n = 0;

	if (!prev)
		return 0;
	ml_for_each_row(vma, &prev->rows) {
		group = group_of(g, vma);
		if (!group)
			return -ENOMEM;
		ml_smaps_add(&group->before, &vma->m);
	}
	ml_for_each_row(group, g->rows) {
		if (!group->count)
			continue;
		if (group->sum.rss != ML_NONE)
			group->rss_growth =
				(int64_t)(group->sum.rss - ml_or0(group->before.rss));
		if (group->sum.pss != ML_NONE)
			group->pss_growth =
				(int64_t)(group->sum.pss - ml_or0(group->before.pss));
		*(struct map_group *)ml_rows_at(g->rows, n++) = *group;
	}
	g->rows->n = n;
	return 0;
}

static uint64_t weight(const struct map_group *g)
{
	const uint64_t sizes[] = { g->sum.pss, g->sum.rss, g->sum.size };

	for (size_t i = 0; i < ML_ARRAY_SIZE(sizes); i++)
		if (sizes[i] != ML_NONE)
			return sizes[i];
	return 0;
}

static int by_weight(const void *a, const void *b)
{
	const struct map_group *x = a, *y = b;
	uint64_t wx = weight(x), wy = weight(y);

	if (wx != wy)
		return wx < wy ? 1 : -1;
	return ml_str_cmp(x->key, y->key);
}

/* From the rows held, or by the one pass there is. */
static int group_all(struct groups *g)
{
	const struct ml_parsed *cur = mappings_of(g->b->cur);
	const struct ml_vma_head *head = cur->head;
	const struct ml_vma *held;
	struct ml_vma vma;
	int rc = 0;

	while (head->reader && (rc = ml_vma_next(head->reader, &vma)) > 0)
		if (add_to_group(g, &vma))
			return -ENOMEM;
	ml_for_each_row(held, &cur->rows)
		if (add_to_group(g, held))
			return -ENOMEM;
	return rc ? rc : find_growth(g);
}

static int build_groups(struct ml_build *b, struct ml_rows *ret, key_fn *key)
{
	struct groups g = { .b = b, .rows = ret, .key = key };

	if (!head_of(b))
		return 0;
	if (group_all(&g))
		return -ENOMEM;
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_weight);
	return 0;
}

static int build_by_kind(struct ml_build *b, struct ml_rows *ret)
{
	return build_groups(b, ret, kind_key);
}

static int build_by_file(struct ml_build *b, struct ml_rows *ret)
{
	return build_groups(b, ret, file_key);
}

static const struct ml_part parts[] = {
	{ &map_table, build_mappings, ML_FEED(MAPPINGS), 0, .pass = true },
	{ &by_kind_table, build_by_kind, ML_FEED(MAPPINGS), 0, .pass = true },
	{ &by_file_table, build_by_file, ML_FEED(MAPPINGS), 0, .pass = true },
	{ &total_table, build_total, ML_FEED(MAPPINGS), ML_FEED(PROCESSES) },
};

const struct ml_report ml_report_map = {
	.id = "map",
	.title = "the mappings of a process, each with its kind",
	ML_REPORT_PARTS(parts),
};
