/* SPDX-License-Identifier: MIT */
/* map_groups: the mappings of a process in sums, by what they have in common. */
#include <errno.h>
#include <stdlib.h>

#include "report/map.h"

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

const struct ml_table ml_map_by_kind_table = {
	.id = "by_kind",
	.help = "the mappings in sums by what they are for, largest first",
	.source = "/proc/PID/smaps",
	ML_TABLE_COLS(kind_cols),
	.row_size = sizeof(struct map_group),
};

const struct ml_table ml_map_by_file_table = {
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
	const struct ml_parsed *prev = ml_map_parsed(g->b->prev);
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
	const struct ml_parsed *cur = ml_map_parsed(g->b->cur);
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

	if (!ml_map_head(b))
		return 0;
	if (group_all(&g))
		return -ENOMEM;
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_weight);
	return 0;
}

int ml_build_map_by_kind(struct ml_build *b, struct ml_rows *ret)
{
	return build_groups(b, ret, kind_key);
}

int ml_build_map_by_file(struct ml_build *b, struct ml_rows *ret)
{
	return build_groups(b, ret, file_key);
}
