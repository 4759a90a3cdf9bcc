/* SPDX-License-Identifier: MIT */
/* diskstats: /proc/diskstats - one row per block device. */
#include "parse/diskstats.h"

/* Of any device, whatever its real sectors are. */
#define SECTOR 512u

/* "254 0 vda reads merged sectors ms writes merged sectors ms ...": up to the sectors that
 * were written. */
#define NUMBERS 7

/* Partitions of Linux before 2.6.25 have four numbers, of other meanings. */
static bool read_row(struct ml_str line, void *data)
{
	struct ml_diskstats_row *ret = data;
	struct ml_str major, minor, word;
	uint64_t v[NUMBERS];

	if (!ml_next_word(&line, &major) || !ml_next_word(&line, &minor) ||
	    !ml_next_word(&line, &ret->name))
		return false;
	for (size_t i = 0; i < NUMBERS; i++)
		if (!ml_next_word(&line, &word) || !ml_num_u64(word, &v[i]))
			return false;
	ret->reads = v[0];
	ret->read_bytes = ml_mul(v[2], SECTOR);
	ret->writes = v[4];
	ret->written_bytes = ml_mul(v[6], SECTOR);
	return ml_num_u64(major, &ret->major) && ml_num_u64(minor, &ret->minor);
}

int ml_parse_diskstats(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	ret->rows = ML_ROWS(struct ml_diskstats_row);
	return ml_parse_rows(text, a, read_row, ret);
}
