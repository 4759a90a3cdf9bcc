/* SPDX-License-Identifier: MIT */
/* cmd_cache: the page cache; what is watched ends with the first Ctrl-C and is shown. */
#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "commands.h"

static volatile sig_atomic_t interrupted;

static void catch (int number)
{
	interrupted = number;
}

static bool is_interrupted(void *data)
{
	(void)data;
	return interrupted != 0;
}

/* The second one ends us; nothing is left behind then either. A signal that was ignored
 * stays so. */
static void catch_interrupt(void)
{
	struct sigaction action = { .sa_handler = catch, .sa_flags = SA_RESETHAND }, old;

	if (!sigaction(SIGINT, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(SIGINT, &action, NULL);
}

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
