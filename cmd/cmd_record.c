/* SPDX-License-Identifier: MIT */
/* cmd_record: the flight recorder; what it writes with is in memlens-store. */
#include <string.h>

#include "recordings.h"

int cmd_record(const struct command *command, const struct opts *opts)
{
	char folder[4096];

	(void)command;
	if (opts->root)
		return complain(EXIT_USAGE, "--root: only this machine moves");
	if (opts->list && opts->status)
		return complain(EXIT_USAGE, "--list: stands alone, without --status");
	if (opts->dir)
		return recordings->record(opts, opts->dir);
	if (!recordings_folder(folder, sizeof(folder)))
		return complain(EXIT_USAGE, "--dir: is needed: there is no home");
	return recordings->record(opts, folder);
}
