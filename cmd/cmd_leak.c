/* SPDX-License-Identifier: MIT */
/* cmd_leak: what grows as leaks do; the worst verdict as an exit status. */
#include <string.h>

#include "commands.h"

/* From what is least to tell to what is most. */
static const struct {
	const char *verdict;
	int status;
} statuses[] = {
	{ "steady", 0 }, { "growing", 0 }, { "insufficient", 3 }, { "suspected", 1 },
	{ "confirmed", 2 },
};

static size_t place_of(const struct ml_table *table, const void *row)
{
	const struct ml_col *verdict = ml_table_find(table, "verdict");
	struct ml_value v;

	if (!verdict)
		return 0;
	ml_value_of(verdict, row, &v);
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (v.known && v.str.n == strlen(statuses[i].verdict) &&
		    memcmp(v.str.p, statuses[i].verdict, v.str.n) == 0)
			return i;
	return 0;
}

static int judge_leak(const struct ml_result *result)
{
	size_t worst = 0;

	for (size_t t = 0; t < ml_result_ntables(result); t++)
		for (size_t i = 0; i < ml_result_nrows(result, t); i++) {
			size_t place = place_of(ml_result_table(result, t),
						ml_result_row(result, t, i));

			worst = place > worst ? place : worst;
		}
	return statuses[worst].status;
}

int cmd_leak(const struct command *command, const struct opts *opts)
{
	struct command c = *command;

	if (!opts->parts)
		return complain(EXIT_USAGE,
				"leak: name files of series: --from-csv FILE...");
	if (opts->exit_code)
		c.judge = judge_leak;
	return run_report(&c, opts);
}
