/* SPDX-License-Identifier: MIT */
/* cmd_leak: what grows as leaks do; the worst verdict as an exit status. */
#include <string.h>

#include "commands.h"
#include "interrupt.h"

#define WATCH_SECONDS 120
#define INTERVAL_SECONDS 1

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

/* Files are judged as they are; all else is watched. */
static int judge_files(struct command *command, const struct opts *opts)
{
	if (!opts->noperands)
		return complain(EXIT_USAGE,
				"leak: name files of series: --from-csv FILE...");
	if (opts->watch_for || opts->watching || opts->group)
		return complain(EXIT_USAGE,
				"leak: --from-csv judges files: nothing is watched");
	command->watches = false;
	command->pids = false;
	command->paths = true;
	return run_report(command, opts);
}

static int judge_machine(const struct command *command, const struct opts *opts)
{
	struct opts o = *opts;

	if (o.age || o.series)
		return complain(EXIT_USAGE, "leak: --%s: belongs to --from-csv",
				o.age ? "age" : "series");
	if (o.at)
		return complain(EXIT_USAGE, "leak: --at is one instant: use --from");
	if (!o.watch_for)
		o.watch_for = WATCH_SECONDS;
	if (!o.interval)
		o.interval = INTERVAL_SECONDS;
	if (!o.watching && o.noperands)
		o.watching = ML_WATCH_PROCESSES;
	else if (!o.watching && o.group)
		o.watching = ML_WATCH_PROCESSES | ML_WATCH_GROUPS;
	catch_interrupt();
	o.stopped = is_interrupted;
	return run_report(command, &o);
}

int cmd_leak(const struct command *command, const struct opts *opts)
{
	struct command c = *command;

	if (opts->exit_code)
		c.judge = judge_leak;
	return opts->parts ? judge_files(&c, opts) : judge_machine(&c, opts);
}
