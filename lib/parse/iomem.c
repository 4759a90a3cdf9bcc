/* SPDX-License-Identifier: MIT */
/* iomem: /proc/iomem - the physical address map, one row per range. */
#include "parse/iomem.h"

/* "  0009fc00-0009ffff : Reserved": two blanks per level. */
static bool range_of(struct ml_str line, void *data)
{
	struct ml_iomem_row *ret = data;
	size_t indent = 0;
	struct ml_str start, end;

	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	line = ml_str_skip(line, indent);
	if (!ml_split(&line, '-', &start) || !ml_split(&line, ':', &end))
		return false;
	ret->depth = indent / 2;
	ret->name = ml_str_trim(line);
	return ml_num_hex(ml_str_trim(start), &ret->start) &&
	       ml_num_hex(ml_str_trim(end), &ret->end) && ret->start <= ret->end;
}

int ml_parse_iomem(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	ret->rows = ML_ROWS(struct ml_iomem_row);
	return ml_parse_rows(text, a, range_of, ret);
}

bool ml_iomem_hidden(const struct ml_parsed *iomem)
{
	const struct ml_iomem_row *row;

	ml_for_each_row(row, &iomem->rows)
		if (row->end)
			return false;
	return true;
}
