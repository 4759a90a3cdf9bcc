/* SPDX-License-Identifier: MIT */
/* numbers_group: the control groups that are charged for the most memory. */
#include "base/num.h"
#include "base/str.h"
#include "recorder/largest.h"
#include "recorder/numbers.h"

#define ABOVE "sys/fs/cgroup/"
#define FILE_NAME "/memory.current"

static bool is_charge(struct ml_str path)
{
	return ml_str_ends(path, FILE_NAME) && ml_str_starts(path, ABOVE) &&
	       path.n > sizeof(ABOVE) + sizeof(FILE_NAME) - 2;
}

static uint64_t bytes_of(struct ml_str text)
{
	struct ml_str line;
	uint64_t bytes;

	return ml_next_line(&text, &line) && ml_num_u64(line, &bytes) ? bytes : 0;
}

static int add_group(const struct ml_sized *sized, struct ml_numbers *ret)
{
	const struct ml_taped *file = sized->what;
	struct ml_str group = ml_str_skip(file->path, sizeof(ABOVE) - 1);

	group.n -= sizeof(FILE_NAME) - 1;
	return ml_numbers_add(ret, "bytes", (double)sized->size, "cgroup/%.*s",
			      (int)group.n, group.p);
}

int ml_numbers_groups(const struct ml_tape *tape, struct ml_numbers *ret)
{
	struct ml_sized places[ML_NUMBERS_GROUPS];
	struct ml_largest largest = { places, 0, ML_NUMBERS_GROUPS };
	const struct ml_taped *file;
	int rc = 0;

	ml_for_each_row(file, &tape->files)
		if (is_charge(file->path))
			ml_largest_add(&largest, (struct ml_sized){ bytes_of(file->text),
								    0, file });
	for (size_t i = 0; i < largest.n && !rc; i++)
		rc = add_group(&largest.at[i], ret);
	return rc;
}
