/* SPDX-License-Identifier: MIT */
/* arcstats: /proc/spl/kstat/zfs/arcstats - what the cache of ZFS holds. */
#include "parse/arcstats.h"

#include <errno.h>

/* "size  4  1604207368": name, type, value. Some have a sign, and none of these matters
 * here. */
static bool read_pair(struct ml_str line, struct ml_str *ret_name, uint64_t *ret)
{
	struct ml_str type, word;
	uint64_t number;

	*ret = ML_NONE;
	if (!ml_next_word(&line, ret_name) || !ml_next_word(&line, &type) ||
	    !ml_num_u64(type, &number) || !ml_next_word(&line, &word))
		return false;
	return ml_num_u64(word, ret) || (word.n > 1 && word.p[0] == '-');
}

/* A line of numbers and one of titles come first. */
int ml_parse_arcstats(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_str line, name;
	uint64_t value;

	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n || ret->lines <= 2)
			continue;
		if (!read_pair(line, &name, &value))
			ml_parse_bad(ret);
		else if (value != ML_NONE &&
			 ml_parse_pair(ret, a, name, value, ML_UNIT_NONE))
			return -ENOMEM;
	}
	return 0;
}
