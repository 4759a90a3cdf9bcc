/* SPDX-License-Identifier: MIT */
/* ps_groups: processes in sums, by what they have in common. */
#include <errno.h>
#include <stdlib.h>

#include "model/proc.h"
#include "report/ps.h"

struct group_row {
	struct ml_str key;
	uint64_t count;
	uint64_t rss, pss, uss, swap, anon, file, shmem;
	uint64_t pss_before; /* of those who were there at the last sample */
	int64_t pss_growth;
};

#define GROUP_COLS(key_, head_, help_, reads_) \
	ML_LABEL(struct group_row, key, key_, head_, help_, .reads = (reads_)), \
	ML_COUNT(struct group_row, count, "count", "COUNT", "processes"), \
	ML_BYTES(struct group_row, pss, "pss", "PSS", "sum of PSS", .reads = ML_READ_ROLLUP), \
	ML_BYTES(struct group_row, uss, "uss", "USS", "sum of USS", .reads = ML_READ_ROLLUP), \
	ML_BYTES(struct group_row, rss, "rss", "RSS", "sum of RSS"), \
	ML_BYTES(struct group_row, swap, "swap", "SWAP", "sum of memory in swap", \
		 .reads = ML_READ_STATUS), \
	ML_BYTES(struct group_row, anon, "anon", "ANON", "sum of anonymous RSS", \
		 .reads = ML_READ_STATUS, .flags = ML_COL_MINOR), \
	ML_BYTES(struct group_row, file, "file", "FILE", "sum of RSS that is files", \
		 .reads = ML_READ_STATUS, .flags = ML_COL_MINOR), \
	ML_BYTES(struct group_row, shmem, "shmem", "SHMEM", \
		 "sum of RSS that is shared memory", .reads = ML_READ_STATUS, \
		 .flags = ML_COL_MINOR), \
	ML_COL(struct group_row, pss_growth, ML_UNIT_BYTES, ML_SEM_GAUGE, "pss_growth", \
	       "PSS+", "growth of PSS since the last sample", .reads = ML_READ_ROLLUP, \
	       .flags = ML_COL_DELTA)

#define GROUP_TABLE(id_, cols_) \
	{ .id = (id_), .help = "the processes in sums, largest first", \
	  .source = "/proc/PID/stat, status, smaps_rollup", ML_TABLE_COLS(cols_), \
	  .row_size = sizeof(struct group_row) }

static int by_key(const void *a, const void *b)
{
	return ml_str_cmp(((const struct group_row *)a)->key,
			  ((const struct group_row *)b)->key);
}

static int by_size(const void *a, const void *b)
{
	const struct group_row *x = a, *y = b;
	uint64_t wx = x->pss != ML_NONE ? x->pss : ml_or0(x->rss);
	uint64_t wy = y->pss != ML_NONE ? y->pss : ml_or0(y->rss);

	if (wx != wy)
		return wx < wy ? 1 : -1;
	return ml_str_cmp(x->key, y->key);
}

static struct group_row group_of(const struct ml_proc *p, struct ml_str key)
{
	return (struct group_row){
		.key = key,
		.count = 1,
		.rss = p->rss,
		.pss = p->pss,
		.uss = p->uss,
		.swap = p->swap,
		.anon = p->anon,
		.file = p->file,
		.shmem = p->shmem,
		.pss_before = ML_NONE,
		.pss_growth = INT64_MIN,
	};
}

/* What a process had before counts for its group, whether it is still there or not. */
static struct group_row before_of(const struct ml_proc *p, struct ml_str key)
{
	struct group_row ret;

	memset(&ret, 0xff, sizeof(ret)); /* ML_NONE */
	ret.key = key;
	ret.count = 0;
	ret.pss_before = p->pss;
	ret.pss_growth = INT64_MIN;
	return ret;
}

static void merge(struct group_row *to, const struct group_row *g)
{
	to->count += g->count;
	to->rss = ml_sum(to->rss, g->rss);
	to->pss = ml_sum(to->pss, g->pss);
	to->uss = ml_sum(to->uss, g->uss);
	to->swap = ml_sum(to->swap, g->swap);
	to->anon = ml_sum(to->anon, g->anon);
	to->file = ml_sum(to->file, g->file);
	to->shmem = ml_sum(to->shmem, g->shmem);
	to->pss_before = ml_sum(to->pss_before, g->pss_before);
}

/* The difference of the sums: who came or went meanwhile counts in full. */
static void find_growth(struct ml_rows *rows)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		struct group_row *g = ml_rows_at(rows, i);

		if (!g->count)
			continue;
		if (g->pss != ML_NONE)
			g->pss_growth = (int64_t)(g->pss - ml_or0(g->pss_before));
		*(struct group_row *)ml_rows_at(rows, n++) = *g;
	}
	rows->n = n;
}

/* Neighbours of one key become one row. */
static void merge_sorted(struct ml_rows *rows)
{
	size_t n = 0;

	qsort(rows->at, rows->n, rows->size, by_key);
	for (size_t i = 0; i < rows->n; i++) {
		struct group_row *g = ml_rows_at(rows, i);
		struct group_row *last = n ? ml_rows_at(rows, n - 1) : NULL;

		if (last && ml_str_eq(last->key, g->key))
			merge(last, g);
		else
			*(struct group_row *)ml_rows_at(rows, n++) = *g;
	}
	rows->n = n;
}

/* Sums have no mark for what they lack. */
static int note_groups(struct ml_build *b)
{
	const struct ml_parsed *p = ml_snap_parsed(b->cur, ML_FEED_PROCESSES);
	const struct ml_proc_head *head = p ? p->head : NULL;

	if (!head || head->late || !head->measured || head->rss_measured >= head->rss)
		return ml_ps_note_coverage(b);
	return ml_note(b, "PSS is known for %.1f %% of RSS",
		       100 * ml_ratio(head->rss_measured, head->rss));
}

typedef struct group_row group_fn(const struct ml_proc *proc, struct ml_str key);

static int add_groups(struct ml_build *b, const struct ml_snap *snap, group_fn *group,
		      size_t key, struct ml_rows *ret)
{
	const struct ml_proc *proc;

	ml_for_each_row(proc, ml_ps_rows(snap)) {
		struct group_row *row;

		if (proc->kernel)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		*row = group(proc, *(const struct ml_str *)((const char *)proc + key));
	}
	return 0;
}

static int build_groups(struct ml_build *b, struct ml_rows *ret, size_t key)
{
	if (add_groups(b, b->cur, group_of, key, ret) ||
	    (b->prev && add_groups(b, b->prev, before_of, key, ret)))
		return -ENOMEM;
	if (ret->n)
		merge_sorted(ret);
	if (b->prev)
		find_growth(ret);
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_size);
	return note_groups(b);
}

#define GROUPS(by, head, help, reads) \
	static const struct ml_col by_##by##_cols[] = { \
		GROUP_COLS(#by, head, help, reads) \
	}; \
	const struct ml_table ml_ps_by_##by##_table = GROUP_TABLE("by_" #by, by_##by##_cols); \
	int ml_build_ps_by_##by(struct ml_build *b, struct ml_rows *ret) \
	{ \
		return build_groups(b, ret, offsetof(struct ml_proc, by)); \
	}

GROUPS(user, "USER", "effective user", ML_READ_USER)
GROUPS(comm, "NAME", "name of the program", 0)
GROUPS(cgroup, "CGROUP", "control group that is charged", ML_READ_CGROUP)
GROUPS(unit, "UNIT", "systemd unit", ML_READ_CGROUP)
GROUPS(exe, "PROGRAM", "file of the program", ML_READ_EXE)
