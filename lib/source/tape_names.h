/* SPDX-License-Identifier: MIT */
/* tape_names: the names in a folder on their way to who walks it, kept on a tape. */
#pragma once

#include "base/buf.h"
#include "source/tape.h"
#include "source/tree.h"

struct ml_names_tee {
	struct ml_tape *tape;
	const char *path;
	ml_name_fn *fn;
	void *data;
	struct ml_buf names;
};

/* To be called with each name, and the tee as data. */
ml_name_fn ml_names_tee_name;

/* At the end of the walk, which gave `rc`; returns it. What ended early is not kept. */
int ml_names_tee_end(struct ml_names_tee *tee, int rc);
