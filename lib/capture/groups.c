/* SPDX-License-Identifier: MIT */
/* groups: the memory files of control groups in a capture. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "capture/paths.h"
#include "capture/run.h"
#include "model/cgroup.h"

/* systemd makes some hundred groups, a Kubernetes node some thousand. */
#define GROUPS_MAX 20000
#define GROUP_DEPTH_MAX 64

struct groups {
	struct ml_capture_run *run;
	unsigned n;
	struct ml_str own; /* path of our own group: it and those above it come first */
	struct ml_str mount;
};

/* A file in the folder of a group, or with an `error` the folder itself: the path has the
 * names of groups in it. */
static int copy_group_file(struct ml_capture_run *r, const char *path, int error)
{
	struct ml_capture_place place = { path, NULL };
	const char *file = error ? path + strlen(path) : strrchr(path, '/');
	struct ml_buf shown = { 0 };
	int rc;

	if (r->what->redact) {
		ml_redact_path(&r->redactor,
			       (struct ml_str){ path, (size_t)(file - path) }, &shown);
		ml_buf_add(&shown, file, strlen(file) + 1);
		place.path = shown.p;
	}
	if (shown.failed)
		rc = -ENOMEM;
	else if (error)
		rc = ml_capture_note(r, place.path, error);
	else
		rc = ml_capture_copy(r, path, &place, NULL, true, NULL);
	ml_buf_deinit(&shown);
	return rc;
}

static bool is_group_file(struct ml_str name)
{
	for (size_t i = 0; i < ml_capture_cgroup_count; i++)
		if (ml_capture_fits(name, ml_str_of(ml_capture_cgroup[i])))
			return !ml_capture_leaves(name);
	return false;
}

static int copy_group_files(struct groups *g, const char *folder,
			    const struct ml_rows *names, struct ml_arena *a)
{
	const char **name;
	int rc = 0;

	ml_for_each_row(name, names) {
		const char *path;

		if (rc || !is_group_file(ml_str_of(*name)))
			continue;
		path = ml_arena_printf(a, "%s/%s", folder, *name);
		rc = path ? copy_group_file(g->run, path, 0) : -ENOMEM;
	}
	return rc;
}

/* Whether the group is ours or above ours, and so was copied before. */
static bool is_own(const struct groups *g, struct ml_str group)
{
	return g->own.p && g->own.n >= group.n &&
	       memcmp(g->own.p, group.p, group.n) == 0 &&
	       (g->own.n == group.n || g->own.p[group.n] == '/');
}

static int copy_own_groups(struct groups *g)
{
	struct ml_str group = g->own;
	int rc = 0;

	while (!rc) {
		struct ml_arena arena = { 0 };
		const char *folder = ml_arena_printf(&arena, "%.*s%.*s", (int)g->mount.n,
						     g->mount.p, (int)group.n, group.p);
		struct ml_rows names;

		rc = folder ? ml_capture_names(g->run, folder, &arena, &names) : -ENOMEM;
		if (!rc)
			rc = copy_group_files(g, folder, &names, &arena);
		else if (rc != -ENOMEM)
			rc = copy_group_file(g->run, folder, rc);
		ml_arena_deinit(&arena);
		if (!group.n)
			break;
		while (group.n && group.p[--group.n] != '/')
			;
	}
	return rc;
}

static int copy_groups(struct groups *g, const char *folder, unsigned depth);

/* What is no folder is found by trying: in a group there are files and groups alone. */
static int copy_subgroups(struct groups *g, const char *folder,
			  const struct ml_rows *names, struct ml_arena *a, unsigned depth)
{
	const char **name;
	int rc = 0;

	ml_for_each_row(name, names) {
		const char *path;

		if (rc || is_group_file(ml_str_of(*name)))
			continue;
		path = ml_arena_printf(a, "%s/%s", folder, *name);
		rc = path ? copy_groups(g, path, depth + 1) : -ENOMEM;
	}
	return rc;
}

static int copy_groups(struct groups *g, const char *folder, unsigned depth)
{
	struct ml_str group = ml_str_skip(ml_str_of(folder), g->mount.n);
	struct ml_arena arena = { 0 };
	struct ml_rows names;
	int rc = ml_capture_names(g->run, folder, &arena, &names);

	if (rc) {
		ml_arena_deinit(&arena);
		return rc == -ENOMEM ? rc : 0; /* a file, or a group that has gone */
	}
	if (++g->n > GROUPS_MAX || depth > GROUP_DEPTH_MAX) {
		g->run->sums->cut++;
		ml_arena_deinit(&arena);
		return copy_group_file(g->run, folder, -E2BIG);
	}
	if (!is_own(g, group))
		rc = copy_group_files(g, folder, &names, &arena);
	if (!rc)
		rc = copy_subgroups(g, folder, &names, &arena, depth);
	ml_arena_deinit(&arena);
	return rc;
}

static int copy_hierarchy(struct ml_capture_run *r, struct ml_str mount,
			  struct ml_str own)
{
	struct groups g = { .run = r, .own = own, .mount = mount };
	char *folder = strndup(mount.p, mount.n);
	int rc = folder ? copy_own_groups(&g) : -ENOMEM;

	if (!rc)
		rc = copy_groups(&g, folder, 0);
	free(folder);
	return rc;
}

/* Both versions, where both are mounted; ours is in one of them. */
static int copy_hierarchies(struct ml_capture_run *r, const struct ml_rows *mounts,
			    struct ml_arena *a)
{
	struct ml_str cgroup, mount, own_mount = { 0 }, own = { 0 };
	int rc = 0;

	if (!ml_root_read(r->root, "/proc/self/cgroup", a, &cgroup) &&
	    !ml_cgroup_own(cgroup, mounts, &own_mount, &own))
		own_mount.n = 0;
	for (uint64_t version = 1; version <= 2 && !rc; version++)
		if (ml_cgroup_mount(mounts, version, &mount))
			rc = copy_hierarchy(
				r, mount, ml_str_eq(mount, own_mount) ? own : ML_STR(""));
	return rc;
}

int ml_capture_groups(struct ml_capture_run *r)
{
	struct ml_arena arena = { 0 };
	struct ml_rows mounts;
	int rc = ml_cgroup_read_mounts(r->root, &arena, &mounts);

	if (!rc)
		rc = copy_hierarchies(r, &mounts, &arena);
	ml_arena_deinit(&arena);
	return rc;
}
