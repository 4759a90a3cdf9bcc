/* SPDX-License-Identifier: MIT */
/* swaps: /proc/swaps - one row per swap device or file, and the columns of such a row. */
#include "parse/swaps.h"

#include <errno.h>

/* From the right: a copying tool may have unescaped the blanks of the path. */
static bool read_row(struct ml_str line, struct ml_swaps_row *ret)
{
	struct ml_str priority, used, size;

	if (!ml_last_word(&line, &priority) || !ml_last_word(&line, &used) ||
	    !ml_last_word(&line, &size) || !ml_last_word(&line, &ret->type))
		return false;
	if (!ml_num_u64(size, &ret->bytes) || !ml_num_u64(used, &ret->used) ||
	    !ml_num_s64(priority, &ret->priority))
		return false;
	ret->bytes = ml_mul(ret->bytes, ML_KIB);
	ret->used = ml_mul(ret->used, ML_KIB);
	ret->path = ml_str_trim(line);
	return ret->path.n > 0;
}

static bool is_header(struct ml_str line)
{
	struct ml_str word;

	return ml_next_word(&line, &word) && ml_str_is(word, "Filename");
}

int ml_parse_swaps(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_swaps_row row, *at;
	struct ml_str line;

	ret->rows = ML_ROWS(struct ml_swaps_row);
	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n || is_header(line))
			continue;
		if (!read_row(line, &row)) {
			ml_parse_bad(ret);
			continue;
		}
		at = ml_rows_add(&ret->rows, a);
		if (!at || ml_parse_unescape(row.path, a, &row.path))
			return -ENOMEM;
		*at = row;
	}
	return 0;
}

#define ROW struct ml_swaps_row

static const struct ml_col cols[] = {
	ML_LABEL(ROW, path,  "path",     "PATH", "device or file that is swapped to"),
	ML_LABEL(ROW, type,  "type",     "TYPE", "partition or file"),
	ML_BYTES(ROW, bytes, "size",     "SIZE", "space for swapped pages"),
	ML_BYTES(ROW, used,  "used",     "USED", "space taken by swapped pages"),
	ML_COL(ROW, priority, ML_UNIT_NONE, ML_SEM_GAUGE,
	       "priority", "PRIO", "higher is filled first, equal ones in turn"),
};

const struct ml_table ml_swaps_table = {
	.id = "swaps",
	.title = "Swap",
	.help = "swap devices and files",
	.source = "/proc/swaps",
	ML_TABLE_COLS(cols),
	.row_size = sizeof(ROW),
	.layout = ML_LAYOUT_GRID,
};
