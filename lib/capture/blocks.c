/* SPDX-License-Identifier: MIT */
/* blocks: the memory blocks in a capture - one list, where a machine has thousands of
 * files. */
#include <errno.h>

#include "capture/run.h"
#include "model/memory_blocks.h"

#define FOLDER ML_MEMORY_BLOCKS

static void put_number(struct ml_buf *out, uint64_t v)
{
	if (v == ML_NONE)
		ml_buf_str(out, ML_STR("- "));
	else
		ml_buf_printf(out, "%llu ", (unsigned long long)v);
}

static void put_word(struct ml_buf *out, struct ml_str s)
{
	ml_buf_str(out, s.n ? s : ML_STR("-"));
}

/* As ml_parse_memory_blocks() reads it. */
static void put_block(struct ml_buf *out, const struct ml_memory_block *block)
{
	put_number(out, block->index);
	put_word(out, block->state);
	ml_buf_add(out, " ", 1);
	put_number(out, block->removable);
	put_number(out, block->node);
	put_word(out, block->zones);
	ml_buf_add(out, "\n", 1);
}

int ml_capture_blocks(struct ml_capture_run *r)
{
	static const struct ml_capture_place place = { FOLDER "/" ML_MEMORY_BLOCK_LIST,
						       NULL };
	struct ml_arena arena = { 0 };
	struct ml_parsed blocks = { 0 };
	const struct ml_memory_block *block;
	int rc = ml_memory_blocks_read(r->root, &arena, &blocks);

	ml_buf_clear(&r->text);
	ml_for_each_row(block, &blocks.rows)
		put_block(&r->text, block);
	if (rc)
		rc = ml_capture_note(r, FOLDER, rc);
	else if (r->text.failed)
		rc = -ENOMEM;
	else if (blocks.rows.n)
		rc = ml_capture_put(r, &place, ml_buf_text(&r->text), NULL);
	ml_arena_deinit(&arena);
	return rc;
}
