/* SPDX-License-Identifier: MIT */
/* cmd_cache: the page cache, as it is or as it is used. */
#include <string.h>

#include "commands.h"
#include "interrupt.h"

/* Whether a table is asked for that is made by watching. */
static bool watches(const struct command *command, const struct opts *opts)
{
	const struct ml_report *report = ml_report_find(command->report);

	for (size_t i = 0; i < ml_report_ntables(report); i++)
		if (opts->parts & 1ull << i &&
		    !strncmp(ml_table_id(ml_report_table(report, i)), "hits", 4))
			return true;
	return false;
}

int cmd_cache(const struct command *command, const struct opts *opts)
{
	struct opts o = *opts;

	if (watches(command, opts)) {
		if (opts->noperands || opts->pids || opts->group)
			return complain(
				EXIT_USAGE,
				"cache: --hits watches the whole machine; take files or "
				"processes from it by --filter");
		catch_interrupt();
		o.stopped = is_interrupted;
	}
	return run_report(command, &o);
}
