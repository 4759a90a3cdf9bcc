/* SPDX-License-Identifier: MIT */
/* vmstat: /proc/vmstat and a node's vmstat - names and numbers, not what they mean. */
#include "parse/vmstat.h"

#include <errno.h>

static bool pair_of(struct ml_str line, struct ml_str *ret_key, uint64_t *ret)
{
	struct ml_str key, word, extra;

	if (!ml_next_word(&line, &key) || !ml_next_word(&line, &word))
		return false;
	if (ml_next_word(&line, &extra) || !ml_num_u64(word, ret))
		return false;
	*ret_key = key;
	return true;
}

int ml_parse_vmstat(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_str line, key;
	uint64_t value;

	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n)
			continue;
		if (!pair_of(line, &key, &value)) {
			ml_parse_bad(ret);
			continue;
		}
		if (value > INT64_MAX) /* a negative sum of per-CPU parts */
			value = 0;
		if (ml_parse_pair(ret, a, key, value, ML_UNIT_COUNT))
			return -ENOMEM;
	}
	return 0;
}
