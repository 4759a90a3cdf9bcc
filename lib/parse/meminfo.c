/* SPDX-License-Identifier: MIT */
/* meminfo: /proc/meminfo and /sys/devices/system/node/nodeN/meminfo. */
#include "parse/meminfo.h"

#include <errno.h>

/* "Node 0 MemTotal: ..." in the per-node files. */
static void skip_node(struct ml_str *line)
{
	struct ml_str rest = *line, word;
	uint64_t node;

	if (!ml_str_starts(*line, "Node ") || !ml_next_word(&rest, &word))
		return;
	if (ml_next_word(&rest, &word) && ml_num_u64(word, &node))
		*line = ml_str_trim(rest);
}

/* The table that 2.4 kernels print before the keys: "        total:    used: ..." and
 * "Mem:  129 128 ..." - more than one number, in bytes, repeated below as keys. */
static bool is_old_table(struct ml_str key, struct ml_str rest)
{
	struct ml_str word;

	if (ml_str_is(key, "total"))
		return true;
	if (!ml_str_is(key, "Mem") && !ml_str_is(key, "Swap"))
		return false;
	return ml_next_word(&rest, &word) && ml_next_word(&rest, &word) &&
	       !ml_str_is(word, "kB");
}

static bool value_of(struct ml_str rest, uint64_t *ret, enum ml_unit *ret_unit)
{
	struct ml_str word;

	if (!ml_next_word(&rest, &word) || !ml_num_u64(word, ret))
		return false;
	*ret_unit = ML_UNIT_COUNT;
	if (!ml_next_word(&rest, &word))
		return true;
	if (!ml_str_is(word, "kB") || ml_next_word(&rest, &word))
		return false;
	*ret = ml_mul(*ret, ML_KIB);
	*ret_unit = ML_UNIT_BYTES;
	return true;
}

int ml_parse_meminfo(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_str line, key;
	enum ml_unit unit;
	uint64_t value;

	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		skip_node(&line);
		if (!line.n)
			continue;
		if (!ml_split(&line, ':', &key) || !key.n) {
			ml_parse_bad(ret);
			continue;
		}
		if (is_old_table(key, line))
			continue;
		if (!value_of(line, &value, &unit))
			ml_parse_bad(ret);
		else if (ml_parse_pair(ret, a, key, value, unit))
			return -ENOMEM;
	}
	return 0;
}
