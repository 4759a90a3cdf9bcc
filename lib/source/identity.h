/* SPDX-License-Identifier: MIT */
/* identity: whose machine a root is - its name, kernel and boot. */
#pragma once

#include "source/root.h"

/* Strings are NULL where a tree does not tell. */
struct ml_identity {
	bool known; /* looked for already */
	struct ml_arena arena;
	const char *name;
	const char *kernel;
	const char *boot_id;
};

/* Read at the first call and kept with the root: a report in text asks for none of it,
 * and reading it costs as much as a small report. */
const struct ml_identity *ml_root_identity(struct ml_root *root);
