/* SPDX-License-Identifier: MIT */
/* cmd_replay: the terminal interface on recordings, where it is linked in. */
#include "handover.h"
#include "recordings.h"

int cmd_replay(const struct command *command, const struct opts *opts)
{
	struct opts on = *opts;
	char folder[4096];

	if (!recordings)
		return complain(EXIT_FAILED,
				"replay: memlens-top was built without libsqlite3");
	if (opts->dir && opts->root)
		return complain(EXIT_USAGE, "--dir: stands alone, without --root");
	if (opts->at && opts->from)
		return complain(EXIT_USAGE, "--at: stands alone, without --from");
	if (!opts->dir && !opts->root && !recordings_folder(folder, sizeof(folder)))
		return complain(EXIT_USAGE, "--dir: is needed: there is no home");
	on.dir = opts->dir ? opts->dir : opts->root ? opts->root : folder;
	on.root = NULL;
	return interface(command, &on);
}
