/* SPDX-License-Identifier: MIT */
/* cmd_top: the terminal interface, where it is linked in. */
#include "handover.h"

int cmd_top(const struct command *command, const struct opts *opts)
{
	return interface(command, opts);
}
