/* SPDX-License-Identifier: MIT */
/* tmpfs: how full the file systems in memory are that we see, and nothing of what is in
 * them. */
#include "model/tmpfs.h"

#include <errno.h>

#include "model/shm_mounts.h"

static int list(const struct ml_root *root, struct ml_arena *a, struct ml_rows *ret)
{
	struct ml_mount_spaces spaces;
	struct ml_shm shm;
	const struct ml_shm_mount *m;
	int rc = ml_mount_spaces_own(root, a, &spaces);

	ml_shm_init(&shm);
	if (!rc)
		rc = ml_shm_list_mounts(&spaces, ML_SHM_ASK_NONE, a, &shm);
	ml_for_each_row(m, &shm.mounts) {
		struct ml_shm_mount *row;

		if (rc || !ml_str_is(m->type, "tmpfs"))
			continue;
		row = ml_rows_add(ret, a);
		if (row)
			*row = *m;
		else
			rc = -ENOMEM;
	}
	return rc;
}

int ml_tmpfs_gather(const struct ml_root *root, struct ml_arena *a,
		    struct ml_feed_data *ret)
{
	ret->parsed.rows = ML_ROWS(struct ml_shm_mount);
	return ml_feed_end(ret, root->live ? list(root, a, &ret->parsed.rows) : -ENOENT);
}
