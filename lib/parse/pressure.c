/* SPDX-License-Identifier: MIT */
/* pressure: the stall averages of /proc/pressure and of a cgroup, one row a line. */
#include "parse/pressure.h"

#include <errno.h>
#include <math.h>

#include "base/cleanup.h"

static const struct {
	const char *key;
	uint16_t offset;
} averages[] = {
	{ "avg10",  offsetof(struct ml_pressure_row, avg10)  },
	{ "avg60",  offsetof(struct ml_pressure_row, avg60)  },
	{ "avg300", offsetof(struct ml_pressure_row, avg300) },
};

/* NULL for a key that is no average. */
static double *average_of(struct ml_pressure_row *row, struct ml_str key)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(averages); i++) {
		if (ml_str_is(key, averages[i].key))
			return (double *)((char *)row + averages[i].offset);
	}
	return NULL;
}

static bool read_average(struct ml_str word, double *ret)
{
	double percent;

	if (!ml_num_f64(word, &percent) || percent < 0)
		return false;
	*ret = percent / 100;
	return true;
}

/* One "key=value"; a key that is not known here is no fault of the line. */
static bool read_pair(struct ml_str word, struct ml_pressure_row *ret)
{
	struct ml_str key;
	double *average;

	if (!ml_split(&word, '=', &key))
		return false;
	average = average_of(ret, key);
	if (average)
		return read_average(word, average);
	if (ml_str_is(key, "total"))
		return ml_num_u64(word, &ret->total_us);
	return true;
}

/* False when a part was not understood; `ret` then has the others. */
static bool read_row(struct ml_str line, struct ml_pressure_row *ret)
{
	struct ml_str word;
	bool good = true;

	*ret = (struct ml_pressure_row){
		.avg10 = NAN,
		.avg60 = NAN,
		.avg300 = NAN,
		.total_us = ML_NONE,
	};
	if (!ml_next_word(&line, &ret->kind))
		return false;
	while (ml_next_word(&line, &word))
		good &= read_pair(word, ret);
	return good && ret->total_us != ML_NONE;
}

static bool is_empty(const struct ml_pressure_row *row)
{
	return row->total_us == ML_NONE && isnan(row->avg10) && isnan(row->avg60) &&
	       isnan(row->avg300);
}

int ml_parse_pressure(struct ml_str text, struct ml_arena *a, struct ml_parsed *ret)
{
	struct ml_pressure_row row, *at;
	struct ml_str line;

	ret->rows = ML_ROWS(struct ml_pressure_row);
	while (ml_parse_line(&text, ret, &line)) {
		line = ml_str_trim(line);
		if (!line.n)
			continue;
		if (!read_row(line, &row))
			ml_parse_bad(ret);
		if (is_empty(&row))
			continue;
		at = ml_rows_add(&ret->rows, a);
		if (!at)
			return -ENOMEM;
		*at = row;
	}
	return 0;
}
