/* SPDX-License-Identifier: MIT */
/* see_groups: what grows of the control groups. */
#include <errno.h>

#include "model/groups.h"
#include "watch/sights.h"

/* The group itself and those below; a root has no memory.stat of its own that would not
 * be the machine's. */
static int see_group(struct ml_watch *w, const struct ml_groups_head *head,
		     const struct ml_group *g)
{
	struct ml_group_split split;
	int rc;

	if (!g->parent.p || g->above)
		return 0;
	ml_group_split(head, g, ML_NONE, &split);
	rc = ml_see(w, ML_WATCHED_GROUP_PRIVATE, g->path,
		    split.anon == ML_NONE ? ML_NONE : split.anon + ml_or0(split.swap));
	if (!rc)
		rc = ml_see(w, ML_WATCHED_GROUP_SHARED, g->path, split.shmem);
	if (!rc)
		rc = ml_see(w, ML_WATCHED_GROUP_KERNEL, g->path, split.kernel);
	if (!rc)
		rc = ml_see(w, ML_WATCHED_GROUP_SOCKETS, g->path, split.sock);
	return rc;
}

int ml_see_groups(struct ml_watch *w, const struct ml_snap *snap,
		  struct ml_arena *scratch)
{
	const struct ml_parsed *groups = ml_snap_parsed(snap, ML_FEED_GROUPS);
	const struct ml_groups_head *head = ml_groups_head(snap);
	const struct ml_group *g;
	int rc = 0;

	(void)scratch;
	if (!groups || !head)
		return 0;
	ml_for_each_row(g, &groups->rows)
		if (!rc)
			rc = see_group(w, head, g);
	return rc;
}
