/* SPDX-License-Identifier: MIT */
/* cmd_diff: compares two copies, a copy and now, or this machine again and again. */
#include "commands.h"

static int usage(const char *subject, const char *what)
{
	return complain(EXIT_USAGE, "%s: %s (memlens diff --help)", subject, what);
}

int cmd_diff(const struct command *command, const struct opts *opts)
{
	if (opts->at)
		return usage("--at", "is one moment: name two by --from and --to");
	if (opts->from)
		return opts->noperands || opts->delay
			       ? usage("--from", "two moments are named already")
			       : run_report(command, opts);
	if (!opts->noperands && !opts->delay)
		return usage(command->operand, "is missing, or --every");
	if (opts->noperands && opts->delay)
		return usage(opts->operands[0],
			     "a copy does not move, so nothing can be repeated");
	if (!opts->noperands && opts->root)
		return usage("--root", "a copy does not move: name a second one");
	if (opts->noperands > 1 && opts->root)
		return usage("--root", "two moments are named already");
	return run_report(command, opts);
}
