/* SPDX-License-Identifier: MIT */
/* queue_text: the queues of sockets and pipes as a file of a capture. */
#include "model/queue_text.h"

#include <errno.h>

#define FORMAT 1

static void put_number(struct ml_buf *out, uint64_t v)
{
	if (v == ML_NONE)
		ml_buf_add(out, " -", 2);
	else
		ml_buf_printf(out, " %llu", (unsigned long long)v);
}

void ml_queue_text(const struct ml_rows *queues, bool refused, struct ml_buf *out)
{
	const struct ml_queue_row *row;

	ml_buf_printf(out, "queues %d %d\n", FORMAT, refused);
	ml_for_each_row(row, queues) {
		ml_buf_str(out, row->kind);
		put_number(out, row->pid);
		put_number(out, row->count);
		put_number(out, row->bytes);
		ml_buf_add(out, "\n", 1);
	}
}

static bool take_number(struct ml_str *line, uint64_t *ret)
{
	struct ml_str word;

	return ml_next_word(line, &word) && ml_num_u64(word, ret);
}

static bool take_head(struct ml_str line, bool *refused)
{
	uint64_t version, flag;

	if (!take_number(&line, &version) || version != FORMAT ||
	    !take_number(&line, &flag))
		return false;
	*refused = flag != 0;
	return true;
}

static bool take_row(struct ml_str kind, struct ml_str line, struct ml_queue_row *ret)
{
	struct ml_str pid;

	*ret = (struct ml_queue_row){ .pid = ML_NONE };
	return ml_queue_kind(kind, ret) && ml_next_word(&line, &pid) &&
	       (ml_str_is(pid, "-") || ml_num_u64(pid, &ret->pid)) &&
	       take_number(&line, &ret->count) && take_number(&line, &ret->bytes);
}

int ml_parse_queue_text(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	bool *refused = ml_arena_calloc(a, 1, sizeof(*refused));
	struct ml_str line, word;

	if (!refused)
		return -ENOMEM;
	ret->head = refused;
	ret->rows = ML_ROWS(struct ml_queue_row);
	while (ml_parse_line(&text, ret, &line)) {
		struct ml_queue_row row, *at;

		if (!ml_next_word(&line, &word))
			continue;
		if (ml_str_is(word, "queues") && take_head(line, refused))
			continue;
		if (!take_row(word, line, &row)) {
			ml_parse_bad(ret);
			continue;
		}
		at = ml_rows_add(&ret->rows, a);
		if (!at)
			return -ENOMEM;
		*at = row;
	}
	return 0;
}
