/* SPDX-License-Identifier: MIT */
/* buddyinfo: /proc/buddyinfo - a line per populated zone, a column per order. */
#include "parse/buddyinfo.h"

#include <errno.h>

/* The rest of a line is counts and nothing else. The number of orders is the kernel's
 * choice: 9 on ppc64 with 64K pages, 11 on x86, up to 16 on arm64. */
static bool read_counts(struct ml_str line, uint64_t counts[static ML_ORDERS_MAX],
			uint64_t *ret_n)
{
	struct ml_str word;
	uint64_t n = 0;

	while (ml_next_word(&line, &word)) {
		if (n == ML_ORDERS_MAX || !ml_num_u64(word, &counts[n]))
			return false;
		n++;
	}
	*ret_n = n;
	return n > 0;
}

/* 0, -EINVAL for a line not understood, -ENOMEM. */
static int zone_line(struct ml_str line, struct ml_arena *a, struct ml_rows *rows)
{
	uint64_t counts[ML_ORDERS_MAX];
	struct ml_buddyinfo_row row, *at;

	if (!ml_parse_node_zone(&line, &row.node, &row.zone) ||
	    !read_counts(line, counts, &row.norders))
		return -EINVAL;
	row.blocks = ml_arena_calloc(a, row.norders, sizeof(*row.blocks));
	at = ml_rows_add(rows, a);
	if (!row.blocks || !at)
		return -ENOMEM;
	memcpy(row.blocks, counts, row.norders * sizeof(*row.blocks));
	*at = row;
	return 0;
}

int ml_parse_buddyinfo(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_str line;
	int rc;

	ret->rows = ML_ROWS(struct ml_buddyinfo_row);
	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n)
			continue;
		rc = zone_line(line, a, &ret->rows);
		if (rc == -ENOMEM)
			return rc;
		if (rc)
			ml_parse_bad(ret);
	}
	return 0;
}
