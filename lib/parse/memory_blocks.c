/* SPDX-License-Identifier: MIT */
/* memory_blocks: the list of memory blocks that a capture holds, a line each. */
#include "parse/memory_blocks.h"

/* "-" is unknown. */
static bool number_of(struct ml_str word, uint64_t *ret)
{
	*ret = ML_NONE;
	return ml_str_is(word, "-") || ml_num_u64(word, ret);
}

static struct ml_str word_of(struct ml_str word)
{
	if (ml_str_is(word, "-") || !word.n)
		return (struct ml_str){ 0 };
	return word;
}

static bool read_row(struct ml_str line, void *data)
{
	struct ml_memory_block *ret = data;
	struct ml_str index, state, removable, node;

	if (!ml_next_word(&line, &index) || !ml_next_word(&line, &state) ||
	    !ml_next_word(&line, &removable) || !ml_next_word(&line, &node))
		return false;
	ret->state = word_of(state);
	ret->zones = word_of(ml_str_trim(line));
	return ml_num_u64(index, &ret->index) && number_of(removable, &ret->removable) &&
	       number_of(node, &ret->node);
}

int ml_parse_memory_blocks(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	ret->rows = ML_ROWS(struct ml_memory_block);
	return ml_parse_rows(text, a, read_row, ret);
}
