/* SPDX-License-Identifier: MIT */
/* huge_mounts: where files of the pools are mounted. */
#include <errno.h>

#include "parse/mountinfo.h"
#include "report/huge.h"

struct mount_row {
	struct ml_str point, source;
	uint64_t page, limit;
};

#define ROW struct mount_row

static const struct ml_col mount_cols[] = {
	ML_BYTES(ROW, page, "page", "PAGE", "of the pool that its files take from",
		 .source = "option pagesize"),
	ML_BYTES(ROW, limit, "limit", "LIMIT", "most that its files may take; unknown: no limit",
		 .source = "option size"),
	ML_LABEL(ROW, source, "source", "SOURCE", "as it was named when mounted",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, point, "point", "MOUNTED ON", "folder of its files",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_huge_mount_table = {
	.id = "mounts",
	.title = "hugetlbfs",
	.help = "mounts of hugetlbfs, whose files keep pages of a pool with nobody mapping them",
	.source = "/proc/self/mountinfo",
	ML_TABLE_COLS(mount_cols),
	.row_size = sizeof(ROW),
};

/* "2M", "2048k", "1024M", "2097152"; ML_NONE when it is no size. */
static uint64_t size_of(struct ml_str text)
{
	static const char units[] = "kKmMgG";
	const char *unit;
	uint64_t n;

	if (!ml_take_u64(&text, &n))
		return ML_NONE;
	if (!text.n)
		return n;
	unit = text.p[0] ? strchr(units, text.p[0]) : NULL;
	if (text.n > 1 || !unit)
		return ML_NONE;
	return ml_mul(n, 1ull << (10 * ((unit - units) / 2 + 1)));
}

/* The value of "key=" among the options of the file system. */
static uint64_t option(struct ml_str options, const char *key)
{
	struct ml_str one;
	bool more;

	do {
		more = ml_split(&options, ',', &one);
		if (!more)
			one = options;
		if (ml_str_starts(one, key))
			return size_of(ml_str_skip(one, strlen(key)));
	} while (more);
	return ML_NONE;
}

int ml_build_huge_mounts(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *mounts = ml_snap_parsed(b->cur, ML_FEED_MOUNTS);
	const struct ml_mount_row *m;

	if (!mounts)
		return 0;
	ml_for_each_row(m, &mounts->rows) {
		ROW *row;

		if (!ml_str_is(m->type, "hugetlbfs"))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->point = m->point;
		row->source = m->source;
		row->page = option(m->super, "pagesize=");
		row->limit = option(m->super, "size=");
	}
	return ret->n ? 0 : ml_note(b, "no hugetlbfs is mounted here");
}
