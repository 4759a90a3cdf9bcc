/* SPDX-License-Identifier: MIT */
/* numbers: what of a sample is rolled up. */
#include "recorder/numbers.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/str.h"

static const struct source {
	ml_numbers_fn *find;
	bool seldom; /* it is read once a minute, and told once a minute */
} sources[] = {
	{ ml_numbers_host, false },
	{ ml_numbers_pressure, false },
	{ ml_numbers_processes, false },
	{ ml_numbers_slabs, true },
	{ ml_numbers_groups, true },
};

void ml_numbers_deinit(struct ml_numbers *n)
{
	ml_arena_deinit(&n->arena);
	n->rows = ML_ROWS(struct ml_number);
}

struct ml_str ml_numbers_text(const struct ml_tape *tape, const char *path)
{
	const struct ml_taped *file;

	ml_for_each_row(file, &tape->files)
		if (ml_str_is(file->path, path))
			return file->text;
	return (struct ml_str){ 0 };
}

int ml_numbers_add(struct ml_numbers *n, const char *unit, double value,
		   const char *format, ...)
{
	char name[ML_NUMBERS_NAME_MAX + 1];
	struct ml_number *number;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	if (value != value || length <= 0 || (size_t)length >= sizeof(name))
		return 0;
	number = ml_rows_add(&n->rows, &n->arena);
	if (!number)
		return -ENOMEM;
	number->series = ml_arena_strndup(&n->arena, name, (size_t)length);
	number->unit = unit;
	number->value = value;
	return number->series ? 0 : -ENOMEM;
}

int ml_numbers_take(struct ml_numbers *n, const struct ml_tape *tape, uint64_t wall_ms)
{
	uint64_t minute = wall_ms / 60000;
	bool again = minute == n->minute;
	int rc = 0;

	ml_arena_deinit(&n->arena);
	n->rows = ML_ROWS(struct ml_number);
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]) && !rc; i++)
		if (!sources[i].seldom || !again)
			rc = sources[i].find(tape, n);
	n->minute = minute;
	return rc;
}
