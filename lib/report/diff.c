/* SPDX-License-Identifier: MIT */
/* diff: what changed between two instants, level by level. */
#include "report/diff.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "model/vma.h"

/* ---- changes ---- */

int64_t ml_diff_size(uint64_t v)
{
	if (v == ML_NONE)
		return INT64_MIN;
	return v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

int64_t ml_diff_change(int64_t before, int64_t after)
{
	int64_t change;

	if (before == INT64_MIN || after == INT64_MIN ||
	    __builtin_sub_overflow(after, before, &change))
		return INT64_MIN;
	return change;
}

int64_t ml_diff_member(const void *before, const void *after, size_t offset)
{
	const char *was = before, *is = after;
	int64_t from = was ? ml_diff_size(*(const uint64_t *)(was + offset)) : 0;
	int64_t to = is ? ml_diff_size(*(const uint64_t *)(is + offset)) : 0;

	return ml_diff_change(from, to);
}

static uint64_t size_of(int64_t change)
{
	if (change == INT64_MIN)
		return ML_NONE;
	return (uint64_t)(change < 0 ? -change : change);
}

void ml_diff_weigh(struct ml_change *c, int64_t change)
{
	uint64_t weight = size_of(change);

	if (weight != ML_NONE && weight > c->beside)
		c->beside = weight;
}

static struct ml_str word_of(int64_t change)
{
	if (change == INT64_MIN || !change)
		return ML_STR("moved");
	return change > 0 ? ML_STR("grown") : ML_STR("shrunk");
}

/* What is new was nothing before. */
void ml_diff_settle(struct ml_change *c, bool was, bool is)
{
	int64_t change = !was  ? c->after
			 : !is ? ml_diff_change(c->before, 0)
			       : ml_diff_change(c->before, c->after);

	c->change = change;
	c->what = !was ? ML_STR("new") : !is ? ML_STR("gone") : word_of(change);
	c->share = c->before == INT64_MIN || !c->before || change == INT64_MIN
			   ? (double)NAN
			   : (double)change / fabs((double)c->before);
	c->weight = size_of(change);
}

/* ---- pairing ---- */

struct join {
	struct ml_build *b;
	const struct ml_level *level;
	struct ml_rows *ret;
	struct ml_rows left_before, left_after; /* for the second pass */
};

/* Something that only one instant has is told even where its size is not known. */
static bool is_kept(const struct join *j, const struct ml_change *c, bool both)
{
	uint64_t min = j->level->unbounded ? 0 : j->b->query->min;

	uint64_t most = c->beside;

	if (c->weight == ML_NONE && !both) /* how large it is cannot be told */
		return true;
	if (c->weight != ML_NONE && c->weight > most)
		most = c->weight;
	return most >= min && (most || !both);
}

static int add(struct join *j, const void *before, const void *after)
{
	size_t size = j->level->row_size;
	struct ml_change *c = ml_rows_add(j->ret, j->b->arena);

	if (!c)
		return -ENOMEM;
	memcpy((void *)c, after ? after : before, size);
	c->before = before ? ((const struct ml_change *)before)->after : INT64_MIN;
	if (!after)
		c->after = INT64_MIN;
	ml_diff_settle(c, before, after);
	if (j->level->pair)
		j->level->pair(j->b, c, before, after);
	if (!is_kept(j, c, before && after))
		j->ret->n--;
	return 0;
}

static int leave(struct join *j, struct ml_rows *left, const void *row, bool last)
{
	void *copy;

	if (j->level->lasting)
		return 0;
	if (last)
		return left == &j->left_before ? add(j, row, NULL) : add(j, NULL, row);
	copy = ml_rows_add(left, j->b->arena);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, row, j->level->row_size);
	return 0;
}

static void sort_rows(struct ml_rows *rows, int (*cmp)(const void *, const void *))
{
	if (rows->n)
		qsort(rows->at, rows->n, rows->size, cmp);
}

/* Both in the order of `cmp`, side by side. */
static int merge(struct join *j, struct ml_rows *before, struct ml_rows *after,
		 int (*cmp)(const void *, const void *), bool last)
{
	size_t i = 0, k = 0;
	int rc = 0;

	sort_rows(before, cmp);
	sort_rows(after, cmp);
	while (!rc && (i < before->n || k < after->n)) {
		const void *x = i < before->n ? ml_rows_at(before, i) : NULL;
		const void *y = k < after->n ? ml_rows_at(after, k) : NULL;
		int order = !x ? 1 : !y ? -1 : cmp(x, y);

		if (!order)
			rc = add(j, x, y);
		else if (order < 0)
			rc = leave(j, &j->left_before, x, last);
		else
			rc = leave(j, &j->left_after, y, last);
		i += order <= 0;
		k += order >= 0;
	}
	return rc;
}

static int copy_rows(struct ml_build *b, const struct ml_rows *from, struct ml_rows *ret)
{
	*ret = (struct ml_rows){ .size = from->size };
	if (ml_rows_reserve(ret, b->arena, from->n))
		return -ENOMEM;
	if (from->n)
		memcpy(ret->at, from->at, from->n * from->size);
	ret->n = from->n;
	return 0;
}

/* Largest first; what has no size comes last. */
static int by_weight(const void *a, const void *b)
{
	const struct ml_change *x = a, *y = b;
	bool x_none = x->weight == ML_NONE, y_none = y->weight == ML_NONE;

	if (x_none != y_none)
		return x_none ? 1 : -1;
	if (x->weight == y->weight)
		return (x->beside < y->beside) - (x->beside > y->beside);
	return x->weight < y->weight ? 1 : -1;
}

/* Rows of one size stand in the order of `cmp`: qsort(3) may be one that is not
 * stable. */
static void sort_changes(struct join *j)
{
	struct ml_rows *rows = j->ret;
	size_t first = 0;

	sort_rows(rows, by_weight);
	for (size_t i = 1; i <= rows->n; i++) {
		if (i < rows->n &&
		    !by_weight(ml_rows_at(rows, first), ml_rows_at(rows, i)))
			continue;
		qsort(ml_rows_at(rows, first), i - first, rows->size, j->level->cmp);
		first = i;
	}
}

int ml_diff_rows(struct ml_build *b, const struct ml_level *level,
		 const struct ml_rows *before, const struct ml_rows *after,
		 struct ml_rows *ret)
{
	struct join j = {
		.b = b,
		.level = level,
		.ret = ret,
		.left_before = { .size = level->row_size },
		.left_after = { .size = level->row_size },
	};
	struct ml_rows x, y;
	int rc = copy_rows(b, before, &x) || copy_rows(b, after, &y) ? -ENOMEM : 0;

	if (!rc)
		rc = merge(&j, &x, &y, level->cmp, !level->again);
	if (!rc && level->again)
		rc = merge(&j, &j.left_before, &j.left_after, level->again, true);
	if (!rc)
		sort_changes(&j);
	return rc;
}

/* ---- what can be compared ---- */

static int note_boot(struct ml_build *b)
{
	switch (ml_pair_boot(b->prev, b->cur)) {
	case ML_BOOT_ONE:
		return 0;
	case ML_BOOT_OTHER:
		return ml_note(b, "two boots or two machines: processes are not matched, "
				  "counters not compared");
	case ML_BOOT_UNKNOWN:
		return ml_note(b,
			       "whether both are of one boot is not told: taken to be");
	}
	return 0;
}

/* A machine has processes; a tree without them does not tell of any. */
static bool tells(const struct ml_snap *snap, enum ml_feed_id id)
{
	const struct ml_parsed *parsed = ml_snap_parsed(snap, id);

	return parsed && (id != ML_FEED_PROCESSES || parsed->rows.n);
}

static int note_single(struct ml_build *b, enum ml_feed_id id)
{
	bool was = tells(b->prev, id), is = tells(b->cur, id);

	if (was == is)
		return 0;
	return ml_note(b, "%s could be read of the %s only, and is not compared",
		       ml_feeds_register[id].path, was ? "first" : "second");
}

/* 1, 0 when there is nothing to compare, or -ENOMEM. */
static int is_comparable(struct ml_build *b, const struct ml_level *level)
{
	bool has_all = true;

	if (!b->prev)
		return ml_note(b, "there is nothing to compare with");
	if (note_boot(b))
		return -ENOMEM;
	for (unsigned id = 0; id < ML_FEED_COUNT; id++) {
		if (!((level->need | level->use) & 1ull << id))
			continue;
		if (note_single(b, id))
			return -ENOMEM;
		if (level->need & 1ull << id)
			has_all &= tells(b->prev, id) && tells(b->cur, id);
	}
	return has_all &&
	       !(level->one_boot && ml_pair_boot(b->prev, b->cur) == ML_BOOT_OTHER);
}

int ml_diff_level(struct ml_build *b, const struct ml_level *level, struct ml_rows *ret)
{
	struct ml_rows before = { .size = level->row_size }, after = before;
	int rc = is_comparable(b, level);

	if (rc <= 0)
		return rc;
	rc = level->collect(b, b->prev, &before);
	if (!rc)
		rc = level->collect(b, b->cur, &after);
	if (!rc)
		rc = ml_diff_rows(b, level, &before, &after, ret);
	if (!rc)
		b->changes += ret->n;
	return rc;
}

/* ---- the two instants ---- */

struct moments_row {
	double seconds;
	struct ml_str boot, host, kernel;
};

static const struct ml_col moments_cols[] = {
	ML_SECONDS(struct moments_row, seconds, "seconds", "apart",
		   "from the first to the second; below 0 where they are the wrong way round",
		   .source = "uptime of both, or the time of the captures"),
	ML_LABEL(struct moments_row, boot, "boot", "", "one boot, two boots, or boot not told",
		 .source = "boot_id; else host, kernel, btime (stat)"),
	ML_LABEL(struct moments_row, host, "before_host", "since", "host of the first",
		 .source = "/proc/sys/kernel/hostname", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct moments_row, kernel, "before_kernel", "Linux", "kernel of the first",
		 .source = "/proc/sys/kernel/osrelease", .flags = ML_COL_HIDDEN),
};

static const struct ml_table moments_table = {
	.id = "moments",
	.help = "the two instants",
	.source = "/proc/uptime",
	ML_TABLE_COLS(moments_cols),
	.row_size = sizeof(struct moments_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static int build_moments(struct ml_build *b, struct ml_rows *ret)
{
	static const char *const words[] = {
		[ML_BOOT_ONE] = "one boot",
		[ML_BOOT_OTHER] = "two boots",
		[ML_BOOT_UNKNOWN] = "boot not told",
	};
	struct moments_row *row;
	struct ml_host host;

	if (!b->prev)
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	ml_snap_host(b->prev, &host);
	row->seconds = ml_pair_seconds(b->prev, b->cur);
	row->boot = ml_str_of(words[ml_pair_boot(b->prev, b->cur)]);
	row->host = ml_str_of(host.name);
	row->kernel = ml_str_of(host.kernel);
	if (row->seconds < 0)
		return ml_note(b,
			       "the first is the later one: what grew stands as shrunk");
	return 0;
}

/* ---- the report ---- */

static int finish(struct ml_build *b)
{
	if (!b->prev || b->changes)
		return 0;
	if (!b->query->min)
		return ml_note(b, "nothing changed");
	return ml_note(b, "nothing changed by %llu bytes or more",
		       (unsigned long long)b->query->min);
}

/* Whether two trees are of one boot, and how far apart. */
#define PAIR (ML_FEED(STAT) | ML_FEED(UPTIME))

static const struct ml_part parts[] = {
	{ &moments_table, build_moments, 0, PAIR },
	{ &ml_diff_account_table, ml_diff_build_account, 0,
	  PAIR | ML_FEED(MEMINFO) | ML_FEED(VMSTAT) | ML_FEED(ZONEINFO) |
		  ML_FEED(SLABINFO) | ML_FEED(VMALLOCINFO) | ML_FEED(SOCKSTAT) |
		  ML_FEED(ZRAM) | ML_FEED(ZSWAP) | ML_FEED(HUGETLB) },
	{ &ml_diff_meminfo_table, ml_diff_build_meminfo, 0, PAIR | ML_FEED(MEMINFO) },
	{ &ml_diff_counter_table, ml_diff_build_counters, 0, PAIR | ML_FEED(VMSTAT) },
	{ &ml_diff_level_table, ml_diff_build_levels, 0, PAIR | ML_FEED(VMSTAT) },
	{ &ml_diff_zone_table, ml_diff_build_zones, 0,
	  PAIR | ML_FEED(ZONEINFO) | ML_FEED(BUDDYINFO) },
	{ &ml_diff_pool_table, ml_diff_build_pools, 0, PAIR | ML_FEED(HUGETLB) },
	{ &ml_diff_node_table, ml_diff_build_nodes, 0, PAIR | ML_FEED(NODES) },
	{ &ml_diff_swap_table, ml_diff_build_swaps, 0, PAIR | ML_FEED(SWAPS) },
	{ &ml_diff_zram_table, ml_diff_build_zram, 0, PAIR | ML_FEED(ZRAM) },
	{ &ml_diff_slab_table, ml_diff_build_slab, 0, PAIR | ML_FEED(SLABINFO) },
	{ &ml_diff_vmalloc_table, ml_diff_build_vmalloc, 0, PAIR | ML_FEED(VMALLOCINFO) },
	{ &ml_diff_group_table, ml_diff_build_groups, 0, PAIR | ML_FEED(GROUPS) },
	{ &ml_diff_shm_table, ml_diff_build_shm, 0,
	  PAIR | ML_FEED(SHM) | ML_FEED(SYSV_SHM) },
	{ &ml_diff_process_table, ml_diff_build_processes, 0, PAIR | ML_FEED(PROCESSES),
	  ML_READ_ROLLUP },
	{ &ml_diff_program_table, ml_diff_build_programs, 0, PAIR | ML_FEED(PROCESSES),
	  ML_READ_ROLLUP },
	{ &ml_diff_mapping_table, ml_diff_build_mappings, 0,
	  PAIR | ML_FEED(PROCESSES) | ML_FEED(MAPPINGS),
	  ML_READ_SMAPS | ML_READ_RESIDENT },
};

const struct ml_report ml_report_diff = {
	.id = "diff",
	.title = "what changed between two moments",
	ML_REPORT_PARTS(parts),
	.finish = finish,
};
