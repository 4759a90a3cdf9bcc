/* SPDX-License-Identifier: MIT */
/* memory_blocks: the blocks in which memory goes on and off line. */
#include "model/memory_blocks.h"

#include <errno.h>
#include <stdlib.h>

#include "source/small.h"
#include "source/walk.h"

#define NODES "/sys/devices/system/node"

struct block_walk {
	const struct ml_root *root;
	struct ml_arena *arena;
	struct ml_rows *rows;
	uint64_t node;
};

/* "memory32": 32 of the prefix "memory". */
static bool number_after(struct ml_str name, const char *prefix, uint64_t *ret)
{
	return ml_str_starts(name, prefix) &&
	       ml_num_u64(ml_str_skip(name, strlen(prefix)), ret);
}

static int by_index(const void *a, const void *b)
{
	const struct ml_memory_block *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static void sort(struct ml_rows *rows)
{
	if (rows->n)
		qsort(rows->at, rows->n, rows->size, by_index);
}

/* ---- the files of each block ---- */

static int read_word(const struct block_walk *w, uint64_t index, const char *file,
		     struct ml_str *ret)
{
	int rc = ml_small_text(w->root, w->arena, ret, ML_MEMORY_BLOCKS "/memory%llu/%s",
			       (unsigned long long)index, file);

	if (rc || !ret->n)
		*ret = (struct ml_str){ 0 };
	return rc == -ENOMEM ? rc : 0;
}

static int met_block(struct ml_str name, void *data)
{
	struct block_walk *w = data;
	struct ml_memory_block *block;
	uint64_t index;

	if (!number_after(name, "memory", &index))
		return 0;
	block = ml_rows_add(w->rows, w->arena);
	if (!block)
		return -ENOMEM;
	block->index = index;
	block->node = ML_NONE;
	block->removable = ml_small_u64(w->root, ML_MEMORY_BLOCKS "/memory%llu/removable",
					(unsigned long long)index);
	if (read_word(w, index, "state", &block->state))
		return -ENOMEM;
	return read_word(w, index, "valid_zones", &block->zones);
}

/* ---- their nodes ---- */

static int met_node_block(struct ml_str name, void *data)
{
	struct block_walk *w = data;
	struct ml_memory_block key = { 0 }, *block;

	if (!number_after(name, "memory", &key.index) || !w->rows->n)
		return 0;
	block = bsearch(&key, w->rows->at, w->rows->n, w->rows->size, by_index);
	if (block)
		block->node = w->node;
	return 0;
}

static int met_node(struct ml_str name, void *data)
{
	struct block_walk *w = data;
	const char *path;
	int rc;

	if (!number_after(name, "node", &w->node))
		return 0;
	path = ml_arena_printf(w->arena, NODES "/node%llu", (unsigned long long)w->node);
	if (!path)
		return -ENOMEM;
	rc = ml_walk_names(w->root, path, met_node_block, w);
	return rc == -ENOMEM ? rc : 0;
}

static int walk_blocks(struct block_walk *w)
{
	int rc = ml_walk_names(w->root, ML_MEMORY_BLOCKS, met_block, w);

	if (rc)
		return rc;
	sort(w->rows);
	return ml_walk_names(w->root, NODES, met_node, w) == -ENOMEM ? -ENOMEM : 0;
}

/* ---- either ---- */

int ml_memory_blocks_read(const struct ml_root *root, struct ml_arena *a,
			  struct ml_parsed *ret)
{
	struct ml_memory_blocks_head *head = ml_arena_calloc(a, 1, sizeof(*head));
	struct block_walk w = { root, a, &ret->rows, ML_NONE };
	struct ml_str text;
	int rc;

	if (!head)
		return -ENOMEM;
	ret->rows = ML_ROWS(struct ml_memory_block);
	ret->head = head;
	rc = ml_small_text(root, a, &text, ML_MEMORY_BLOCKS "/block_size_bytes");
	if (rc == -ENOMEM)
		return rc;
	if (rc || !ml_num_hex(text, &head->block_size) || !head->block_size)
		head->block_size = ML_NONE;
	rc = root->live ? -ENOENT
			: ml_root_read(root, ML_MEMORY_BLOCKS "/" ML_MEMORY_BLOCK_LIST, a,
				       &text);
	if (rc == -ENOMEM)
		return rc;
	if (rc)
		return walk_blocks(&w);
	rc = ml_parse_memory_blocks(text, a, ret);
	sort(&ret->rows);
	return rc;
}

int ml_memory_blocks_gather(const struct ml_root *root, struct ml_arena *a,
			    struct ml_feed_data *ret)
{
	int rc = ml_memory_blocks_read(root, a, &ret->parsed);

	return ml_feed_end(ret, rc);
}
