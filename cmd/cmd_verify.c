/* SPDX-License-Identifier: MIT */
/* cmd_verify: what a comparison of our numbers with another library's comes to. */
#include <string.h>

#include "commands.h"

/* A table either counts what differs or says it of each number. */
static bool differs(const struct ml_table *table, const void *row)
{
	const struct ml_col *verdict = ml_table_find(table, "verdict");
	const struct ml_col *count = ml_table_find(table, "differs");
	struct ml_value value;

	if (!verdict && !count)
		return false;
	ml_value_of(verdict ? verdict : count, row, &value);
	if (count)
		return value.u64 > 0;
	return value.str.n == 7 && memcmp(value.str.p, "differs", 7) == 0;
}

int judge_verify(const struct ml_result *result)
{
	for (size_t t = 0; t < ml_result_ntables(result); t++)
		for (size_t i = 0; i < ml_result_nrows(result, t); i++)
			if (differs(ml_result_table(result, t),
				    ml_result_row(result, t, i)))
				return EXIT_FAILED;
	return EXIT_DONE;
}
