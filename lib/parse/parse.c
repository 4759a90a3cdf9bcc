/* SPDX-License-Identifier: MIT */
/* parse: what every parser of a kernel file has in common. */
#include "parse/parse.h"

#include <errno.h>

int ml_parse_pair(struct ml_parsed *ret, struct ml_arena *a, struct ml_str key,
		  uint64_t value, enum ml_unit unit)
{
	int rc = ml_kv_set(&ret->kv, a, key, value, unit);

	if (rc != -E2BIG)
		return rc;
	ml_parse_bad(ret);
	return 0;
}

bool ml_parse_node_zone(struct ml_str *line, uint64_t *ret_node, struct ml_str *ret_zone)
{
	struct ml_str rest = *line, word, node, zone;

	if (!ml_next_word(&rest, &word) || !ml_str_is(word, "Node"))
		return false;
	rest = ml_str_trim(rest);
	if (!ml_split(&rest, ',', &node) || !ml_num_u64(node, ret_node))
		return false;
	if (!ml_next_word(&rest, &word) || !ml_str_is(word, "zone"))
		return false;
	if (!ml_next_word(&rest, &zone))
		return false;
	if (zone.p[zone.n - 1] == ',') /* pagetypeinfo goes on with ", type" */
		zone.n--;
	if (!zone.n)
		return false;
	*ret_zone = zone;
	*line = rest;
	return true;
}
