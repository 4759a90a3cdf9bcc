/* SPDX-License-Identifier: MIT */
/* main: finds the subcommand and runs it. */
#include <errno.h>
#include <string.h>

#include "handover.h"

/* Prints a report of any one machine when nothing more is said. */
static bool is_plain_report(const struct command *c)
{
	return c->report && !c->least && !c->witness && !c->roots && !c->watches;
}

/* For scripts: all commands, or those that print a report. */
static int print_names(bool reports)
{
	for (size_t i = 1; i < commands_count; i++)
		if (!reports || is_plain_report(&commands[i]))
			puts(commands[i].name);
	return EXIT_DONE;
}

static int unknown_command(const char *name)
{
	const char *nearest = command_nearest(name);

	if (nearest)
		return complain(EXIT_USAGE, "%s: no such command (did you mean %s?)",
				name, nearest);
	return complain(EXIT_USAGE, "%s: no such command (memlens help)", name);
}

static int help(int argc, char **argv)
{
	const struct command *command = argc > 1 ? command_find(argv[1]) : &commands[0];

	if (argc > 1 && strcmp(argv[1], "--names") == 0)
		return print_names(false);
	if (argc > 1 && strcmp(argv[1], "--reports") == 0)
		return print_names(true);
	if (!command)
		return unknown_command(argv[1]);
	help_print(command, stdout);
	return EXIT_DONE;
}

/* `words` is the whole command line, of which argv is the end. */
static int run_command(const struct command *command, int argc, char **argv, char **words)
{
	const struct helper *helper;
	const char *subject;
	struct opts opts;
	int rc = opts_parse(command, argc, argv, &opts);

	if (rc)
		return command->refuse ? command->refuse() : rc;
	if (opts.version) {
		printf("memlens %s\n", ml_version());
		return EXIT_DONE;
	}
	if (opts.help) {
		help_print(command, stdout);
		return EXIT_DONE;
	}
	helper = helper_for(command, &opts, &subject);
	if (helper)
		return hand_over(helper, subject, words);
	return command->run ? command->run(command, &opts) : run_report(command, &opts);
}

/* A first word that is neither an option nor a delay names a command. */
static bool is_word(const char *s)
{
	return *s != '-' && !(*s >= '0' && *s <= '9');
}

static int dispatch(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2 || !is_word(argv[1]))
		return run_command(&commands[0], argc, argv, argv);
	if (strcmp(argv[1], "help") == 0)
		return help(argc - 1, argv + 1);
	command = *argv[1] ? command_find(argv[1]) : NULL;
	return command ? run_command(command, argc - 1, argv + 1, argv)
		       : unknown_command(argv[1]);
}

/* A report that did not reach its reader is a failure: a full disk, a closed
 * descriptor. */
static int close_stdout(int status)
{
	if (fclose(stdout) && !status)
		return complain(EXIT_FAILED, "standard output: %s", strerror(errno));
	return status;
}

int main(int argc, char **argv)
{
	return close_stdout(dispatch(argc, argv));
}
