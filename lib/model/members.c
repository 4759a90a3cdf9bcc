/* SPDX-License-Identifier: MIT */
/* members: which processes are in the control groups of a query. */
#include "model/members.h"

#include <errno.h>
#include <limits.h>

#include "parse/task_cgroup.h"

/* A line for each of a dozen hierarchies, with a path each. */
#define CGROUP_TEXT_MAX (16 * 1024)

/* A copy may have the processes and not the groups. */
static int check_group(const struct ml_root *root, const struct ml_cgroup_tree *tree,
		       struct ml_str group, struct ml_arena *a)
{
	struct ml_group_dir dir;
	int rc = ml_cgroup_open(root, tree->mount, group, a, &dir);

	if (!rc)
		ml_group_close(&dir);
	return rc;
}

int ml_members_init(const struct ml_root *root, const struct ml_want *want,
		    struct ml_arena *a, struct ml_members *ret)
{
	const char *const *names = want->group ? &want->group : want->paths;
	size_t n = want->group ? 1 : want->npaths;
	struct ml_str *groups = ml_arena_calloc(a, n, sizeof(*groups));
	struct ml_rows mounts = { 0 };
	int rc = groups ? ml_cgroup_read_mounts(root, a, &mounts) : -ENOMEM;

	if (!rc)
		rc = ml_cgroup_find_tree(root, &mounts, &ret->tree);
	for (size_t i = 0; i < n && !rc; i++)
		rc = ml_cgroup_name(&ret->tree, names[i], a, &groups[i]);
	if (!rc && want->group && root->live)
		rc = check_group(root, &ret->tree, groups[0], a);
	ret->groups = groups;
	ret->n = n;
	return rc;
}

bool ml_members_has(const struct ml_members *members, const struct ml_processes *of,
		    uint64_t pid)
{
	char buf[CGROUP_TEXT_MAX];
	ssize_t n = ml_processes_read(of, pid, "cgroup", buf, sizeof(buf));
	struct ml_task_cgroup cgroup;
	struct ml_str told;

	if (n <= 0 || !ml_parse_task_cgroup((struct ml_str){ buf, (size_t)n }, &cgroup))
		return false;
	told = ml_task_cgroup_memory(&cgroup);
	if (ml_str_starts(told, "/..")) /* it is in no group that we can see */
		return false;
	told = ml_cgroup_below(&members->tree, told);
	for (size_t i = 0; i < members->n; i++)
		if (ml_cgroup_is_below(told, members->groups[i]))
			return true;
	return false;
}
