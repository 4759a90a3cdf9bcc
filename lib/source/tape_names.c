/* SPDX-License-Identifier: MIT */
/* tape_names: the names in a folder on their way to who walks it, kept on a tape. */
#include "source/tape_names.h"

int ml_names_tee_name(struct ml_str name, void *data)
{
	struct ml_names_tee *tee = data;

	ml_buf_str(&tee->names, name);
	ml_buf_add(&tee->names, "", 1);
	return tee->fn(name, tee->data);
}

int ml_names_tee_end(struct ml_names_tee *tee, int rc)
{
	if (!tee->names.failed && (!rc || (rc < 0 && !tee->names.n)))
		ml_tape_add_names(tee->tape, tee->path, ml_buf_text(&tee->names), rc);
	ml_buf_deinit(&tee->names);
	return rc;
}
