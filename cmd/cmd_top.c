/* SPDX-License-Identifier: MIT */
/* cmd_top: the terminal interface, where it is linked in. */
#include "handover.h"
#include "recordings.h"

/* What was recorded of this machine lies behind what the session remembers. */
int cmd_top(const struct command *command, const struct opts *opts)
{
	struct opts on = *opts;
	char folder[4096];

	if (opts->dir && opts->root)
		return complain(EXIT_USAGE, "--dir: a copy does not move");
	if (!opts->dir && recordings && recordings_folder(folder, sizeof(folder)))
		on.dir = folder;
	return interface(command, &on);
}
