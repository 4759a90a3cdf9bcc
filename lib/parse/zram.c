/* SPDX-License-Identifier: MIT */
/* zram: mm_stat, io_stat and bd_stat of a zram device. */
#include "parse/zram.h"

#include <errno.h>

/* Linux 4.1 printed so many: what no kernel leaves out. */
#define MM_LEAST 7
#define IO_LEAST 4
#define BD_LEAST 3

/* As many numbers as there are, up to `most`; words after these are of later kernels. */
static size_t numbers_of(struct ml_str line, uint64_t *ret, size_t most)
{
	struct ml_str word;
	size_t n = 0;

	while (n < most && ml_next_word(&line, &word))
		if (!ml_num_u64(word, &ret[n++]))
			return 0;
	return n;
}

/* `size` bytes of u64 members for each line. */
static int parse_rows(struct ml_str text, struct ml_arena *a, size_t size, size_t least,
		      struct ml_parsed *ret)
{
	size_t most = size / sizeof(uint64_t);
	struct ml_str line;

	ret->rows.size = size;
	while (ml_parse_line(&text, ret, &line)) {
		uint64_t numbers[sizeof(struct ml_zram_mm) / sizeof(uint64_t)];
		void *row;

		if (!ml_str_trim(line).n)
			continue;
		memset(numbers, 0xff, sizeof(numbers)); /* ML_NONE */
		if (numbers_of(line, numbers, most) < least) {
			ml_parse_bad(ret);
			continue;
		}
		row = ml_rows_add(&ret->rows, a);
		if (!row)
			return -ENOMEM;
		memcpy(row, numbers, size);
	}
	return 0;
}

int ml_parse_zram_mm(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	return parse_rows(text, a, sizeof(struct ml_zram_mm), MM_LEAST, ret);
}

int ml_parse_zram_io(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	return parse_rows(text, a, sizeof(struct ml_zram_io), IO_LEAST, ret);
}

int ml_parse_zram_bd(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	return parse_rows(text, a, sizeof(struct ml_zram_bd), BD_LEAST, ret);
}
