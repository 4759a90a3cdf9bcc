/* SPDX-License-Identifier: MIT */
/* sockstat: /proc/net/sockstat - sockets in use and the pages their queues hold. */
#include "parse/sockstat.h"

#include <errno.h>

static int pairs(struct ml_str protocol, struct ml_str line, struct ml_arena *a,
		 struct ml_parsed *ret)
{
	struct ml_str name, word;
	uint64_t value;
	char *key;

	while (ml_next_word(&line, &name)) {
		if (!ml_next_word(&line, &word) || !ml_num_u64(word, &value)) {
			ml_parse_bad(ret);
			return 0;
		}
		key = ml_arena_printf(a, "%.*s.%.*s", (int)protocol.n, protocol.p,
				      (int)name.n, name.p);
		if (!key || ml_parse_pair(ret, a, ml_str_of(key), value, ML_UNIT_COUNT))
			return -ENOMEM;
	}
	return 0;
}

int ml_parse_sockstat(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_str line, protocol;

	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n)
			continue;
		/* protocol names are short; the bound keeps a hostile tree linear */
		if (!ml_split(&line, ':', &protocol) || protocol.n > 32 ||
		    line.n > 4096) {
			ml_parse_bad(ret);
			continue;
		}
		if (pairs(protocol, line, a, ret))
			return -ENOMEM;
	}
	return 0;
}
