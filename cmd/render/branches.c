/* SPDX-License-Identifier: MIT */
/* branches: the lines in front of a name in a tree. */
#include "render/branches.h"

#include <string.h>

void put_branches(bool ascii, const bool *lasts, unsigned depth,
		  char out[static BRANCHES_MAX])
{
	*out = '\0';
	if (!depth)
		return;
	for (unsigned d = 1; d < depth; d++)
		out = stpcpy(out, lasts[d] ? "  " : ascii ? "| " : "│ ");
	if (lasts[depth])
		stpcpy(out, ascii ? "`-" : "└─");
	else
		stpcpy(out, ascii ? "|-" : "├─");
}
