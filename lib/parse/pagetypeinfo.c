/* SPDX-License-Identifier: MIT */
/* pagetypeinfo: /proc/pagetypeinfo - its tables joined by node, zone and type. */
#include "parse/pagetypeinfo.h"

#include <errno.h>

#include "base/cleanup.h"

#define TYPES_MAX 32 /* MIGRATE_TYPES is 6 with CMA and isolation */

/* The kernel's largest MAX_NUMNODES (1024) times zones and types: a bound on what a
 * hostile tree can make us hold. */
#define ROWS_MAX (128 * 1024)

/* The file repeats its tables for every node, and no node has this many zones: a search
 * that looks no further keeps a join of hostile tables linear. */
#define RUNS_SEARCHED 16

/* Neighbouring rows of one zone. */
struct run {
	uint64_t node;
	struct ml_str zone;
	size_t first;
	size_t n;
};

struct reader {
	struct ml_arena *a;
	struct ml_rows *rows;
	struct ml_pagetype_head *head;
	struct ml_arena scratch;
	struct ml_rows runs;
	size_t first_run; /* of the current node's tables */
	size_t at_run;    /* where the last search ended */
	/* The header of the table of pageblocks: a type for each column, and the member
	 * of the row that it fills. */
	struct ml_str types[TYPES_MAX];
	size_t ntypes;
	size_t offset;
};

struct key {
	uint64_t node;
	struct ml_str zone;
	struct ml_str type;
};

static bool is_run_of(const struct run *run, const struct key *key)
{
	return run->node == key->node && ml_str_eq(run->zone, key->zone);
}

static struct ml_pagetype_row *find_type(const struct reader *r, const struct run *run,
					 struct ml_str type)
{
	for (size_t i = 0; i < run->n && i < TYPES_MAX; i++) {
		struct ml_pagetype_row *row = ml_rows_at(r->rows, run->first + i);

		if (ml_str_eq(row->type, type))
			return row;
	}
	return NULL;
}

static struct ml_pagetype_row *find_row(struct reader *r, const struct key *key)
{
	size_t n = r->runs.n - r->first_run;

	for (size_t i = 0; i < n && i < RUNS_SEARCHED; i++) {
		size_t at = r->first_run + (r->at_run - r->first_run + i) % n;
		const struct run *run = ml_rows_at(&r->runs, at);
		struct ml_pagetype_row *row = NULL;

		if (is_run_of(run, key))
			row = find_type(r, run, key->type);
		if (row) {
			r->at_run = at;
			return row;
		}
	}
	return NULL;
}

/* Count the row that comes next to the last run, or begin a new one. */
static int extend_run(struct reader *r, const struct key *key)
{
	struct run *run = NULL;

	if (r->runs.n > r->first_run)
		run = ml_rows_at(&r->runs, r->runs.n - 1);
	if (!run || !is_run_of(run, key)) {
		run = ml_rows_add(&r->runs, &r->scratch);
		if (!run)
			return -ENOMEM;
		*run = (struct run){ key->node, key->zone, r->rows->n, 0 };
	}
	run->n++;
	return 0;
}

/* 0, -EINVAL when there are too many, -ENOMEM. */
static int add_row(struct reader *r, const struct key *key, struct ml_pagetype_row **ret)
{
	struct ml_pagetype_row *row;

	if (r->rows->n == ROWS_MAX)
		return -EINVAL;
	if (extend_run(r, key))
		return -ENOMEM;
	row = ml_rows_add(r->rows, r->a);
	if (!row)
		return -ENOMEM;
	*row = (struct ml_pagetype_row){
		.node = key->node,
		.zone = key->zone,
		.type = key->type,
		.pageblocks = ML_NONE,
		.mixed_pageblocks = ML_NONE,
	};
	*ret = row;
	return 0;
}

struct counts {
	uint64_t n;
	uint64_t at[ML_ORDERS_MAX];
	uint64_t capped;
};

/* The rest of a line is counts and nothing else. Since 5.4 the kernel stops walking a
 * free list at 100000 blocks and prints ">100000". */
static bool read_counts(struct ml_str line, struct counts *ret)
{
	struct ml_str word;

	ret->n = ret->capped = 0;
	while (ml_next_word(&line, &word)) {
		if (ret->n == ML_ORDERS_MAX)
			return false;
		if (word.p[0] == '>') {
			ret->capped |= UINT64_C(1) << ret->n;
			word = ml_str_skip(word, 1);
		}
		if (!ml_num_u64(word, &ret->at[ret->n]))
			return false;
		ret->n++;
	}
	return ret->n > 0;
}

/* "Node 0, zone DMA, type Unmovable  1 0 2 ...": the rest from "type" on. */
static int read_free(struct reader *r, struct key *key, struct ml_str line)
{
	struct ml_pagetype_row *row;
	struct ml_str word;
	struct counts c;
	uint64_t *blocks;
	int rc;

	if (!ml_next_word(&line, &word) || !ml_next_word(&line, &key->type) ||
	    !read_counts(line, &c))
		return -EINVAL;
	rc = add_row(r, key, &row);
	if (rc)
		return rc;
	blocks = ml_arena_calloc(r->a, c.n, sizeof(*blocks));
	if (!blocks)
		return -ENOMEM;
	row->norders = c.n;
	row->blocks = memcpy(blocks, c.at, c.n * sizeof(*blocks));
	row->capped = c.capped;
	return 0;
}

/* "Node 0, zone DMA  1 3 0 0": one number for each type that the table's header names. */
static int read_pageblocks(struct reader *r, struct key *key, struct ml_str line)
{
	struct ml_pagetype_row *row;
	struct counts c;
	int rc;

	if (!read_counts(line, &c) || c.capped || c.n != r->ntypes)
		return -EINVAL;
	for (size_t i = 0; i < r->ntypes; i++) {
		key->type = r->types[i];
		row = find_row(r, key);
		rc = row ? 0 : add_row(r, key, &row);
		if (rc)
			return rc;
		*(uint64_t *)((char *)row + r->offset) = c.at[i];
	}
	return 0;
}

static int read_zone(struct reader *r, struct ml_str line)
{
	struct key key = { 0 };

	if (!ml_parse_node_zone(&line, &key.node, &key.zone))
		return -EINVAL;
	line = ml_str_trim(line);
	if (ml_str_starts(line, "type"))
		return read_free(r, &key, line);
	return read_pageblocks(r, &key, line);
}

static int read_block_order(struct reader *r, struct ml_str rest)
{
	return ml_num_u64(ml_str_trim(rest), &r->head->pageblock_order) ? 0 : -EINVAL;
}

static int read_block_pages(struct reader *r, struct ml_str rest)
{
	return ml_num_u64(ml_str_trim(rest), &r->head->pages_per_block) ? 0 : -EINVAL;
}

static int begin_free(struct reader *r, struct ml_str rest)
{
	(void)rest;
	r->first_run = r->at_run = r->runs.n;
	r->ntypes = 0;
	return 0;
}

/* Types differ in set and order between kernels: only their names tell the columns. */
static int begin_pageblocks(struct reader *r, struct ml_str rest, size_t offset)
{
	struct ml_str word;
	size_t n = 0;

	r->ntypes = 0;
	r->offset = offset;
	while (ml_next_word(&rest, &word)) {
		if (n == TYPES_MAX)
			return -EINVAL;
		r->types[n++] = word;
	}
	r->ntypes = n;
	return n ? 0 : -EINVAL;
}

static int begin_blocks(struct reader *r, struct ml_str rest)
{
	return begin_pageblocks(r, rest, offsetof(struct ml_pagetype_row, pageblocks));
}

static int begin_mixed(struct reader *r, struct ml_str rest)
{
	return begin_pageblocks(r, rest,
				offsetof(struct ml_pagetype_row, mixed_pageblocks));
}

/* Lines told by how they begin; all others are of a zone. */
static const struct {
	const char *prefix;
	int (*read)(struct reader *r, struct ml_str rest);
} lines[] = {
	{ "Page block order:",      read_block_order },
	{ "Pages per block:",       read_block_pages },
	{ "Free pages count",       begin_free       },
	{ "Number of blocks type",  begin_blocks     },
	{ "Number of mixed blocks", begin_mixed      },
};

/* 0, -EINVAL for a line not understood, -ENOMEM. */
static int read_line(struct reader *r, struct ml_str line)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(lines); i++) {
		const char *prefix = lines[i].prefix;

		if (ml_str_starts(line, prefix))
			return lines[i].read(r, ml_str_skip(line, strlen(prefix)));
	}
	return read_zone(r, line);
}

static int read_lines(struct reader *r, struct ml_str text, struct ml_parsed *ret)
{
	struct ml_str line;
	int rc;

	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n)
			continue;
		rc = read_line(r, line);
		if (rc == -ENOMEM)
			return rc;
		if (rc)
			ml_parse_bad(ret);
	}
	return 0;
}

int ml_parse_pagetypeinfo(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct reader r = { .a = a, .rows = &ret->rows, .runs = ML_ROWS(struct run) };
	int rc;

	r.head = ml_arena_calloc(a, 1, sizeof(*r.head));
	if (!r.head)
		return -ENOMEM;
	r.head->pageblock_order = r.head->pages_per_block = ML_NONE;
	ret->head = r.head;
	ret->rows = ML_ROWS(struct ml_pagetype_row);
	rc = read_lines(&r, text, ret);
	ml_arena_deinit(&r.scratch);
	return rc;
}
