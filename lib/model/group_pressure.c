/* SPDX-License-Identifier: MIT */
/* group_pressure: the stall times of one control group. */
#include "model/group_pressure.h"

#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "model/cgroup.h"
#include "probe/psi_trigger.h"

static const char *const resources[] = { "memory", "io", "cpu", "irq" };

#define ONLY_V2 "groups of version 2 alone have pressure"

static int add_rows(const char *resource, struct ml_str text, struct ml_arena *a,
		    struct ml_parsed *ret)
{
	struct ml_parsed parsed = { 0 };
	const struct ml_pressure_row *p;
	int rc = ml_parse_pressure(text, a, &parsed);

	ret->lines += parsed.lines;
	ret->bad_lines += parsed.bad_lines;
	if (rc)
		return rc;
	ml_for_each_row(p, &parsed.rows) {
		struct ml_group_pressure *row = ml_rows_add(&ret->rows, a);

		if (!row)
			return -ENOMEM;
		row->resource = resource;
		row->p = *p;
		row->p.kind.p = ml_arena_strndup(a, p->kind.p, p->kind.n);
		if (!row->p.kind.p)
			return -ENOMEM;
	}
	return 0;
}

/* The memory's tells whether there is any pressure: kernels without it, and groups that
 * switched it off, have none. */
static int read_files(const struct ml_group_dir *dir, struct ml_arena *a,
		      struct ml_parsed *ret)
{
	_cleanup_free_ char *buf = malloc(ML_GROUP_TEXT_MAX);
	char name[32];
	int rc = buf ? 0 : -ENOMEM, first = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(resources) && rc != -ENOMEM; i++) {
		struct ml_str text;

		snprintf(name, sizeof(name), "%s.pressure", resources[i]);
		rc = ml_group_read(dir, name, buf, &text);
		if (!i)
			first = rc;
		if (!rc)
			rc = add_rows(resources[i], text, a, ret);
	}
	return rc == -ENOMEM ? rc : first;
}

/* The directory that has the pressure of a group: that of version 2. */
static int open_group(const struct ml_root *root, const char *name, struct ml_arena *a,
		      struct ml_group_dir *ret)
{
	struct ml_rows mounts = { 0 };
	struct ml_cgroup_tree tree;
	struct ml_str path;
	int rc = ml_cgroup_read_mounts(root, a, &mounts);

	if (!rc)
		rc = ml_cgroup_find_tree(root, &mounts, &tree);
	if (!rc && tree.files->version == 1 && !tree.other.p)
		rc = -ENOENT;
	if (!rc)
		rc = ml_cgroup_name(&tree, name, a, &path);
	if (!rc)
		rc = ml_cgroup_open(root,
				    tree.files->version == 1 ? tree.other : tree.mount,
				    path, a, ret);
	return rc;
}

static int read_group(const struct ml_root *root, const char *name, struct ml_arena *a,
		      struct ml_feed_data *ret)
{
	struct ml_group_dir dir;
	int rc = open_group(root, name, a, &dir);

	if (rc)
		return rc;
	rc = read_files(&dir, a, &ret->parsed);
	ml_group_close(&dir);
	return rc;
}

static int note_missing(const char *name, int error, struct ml_arena *a,
			struct ml_feed_data *ret)
{
	const struct ml_source source = {
		.path = ml_arena_printf(a, "%s: memory.pressure", name),
		.status = ml_status_of(-error),
		.error = -error,
		.needed = true,
		.loss = ONLY_V2,
	};

	return source.path ? ml_feed_add_source(ret, a, &source) : -ENOMEM;
}

int ml_group_pressure_gather(const struct ml_root *root, struct ml_arena *a,
			     struct ml_feed_data *ret)
{
	const char *name = ret->want->group;
	int rc;

	ret->parsed.rows = ML_ROWS(struct ml_group_pressure);
	if (!name)
		return 0;
	rc = read_group(root, name, a, ret);
	if (rc && rc != -ENOMEM)
		rc = note_missing(name, rc, a, ret);
	return rc;
}

int ml_psi_wait_group(struct ml_ctx *ctx, struct ml_root *root, const char *group,
		      const char *resource, const char *spec, int timeout_ms)
{
	_cleanup_(ml_arena_deinit) struct ml_arena a = { 0 };
	struct ml_group_dir dir;
	const char *path;
	int rc;

	if (!root->live)
		return ml_fail(ctx, -EINVAL, "only the live machine can be waited for");
	rc = open_group(root, group, &a, &dir);
	if (rc)
		return ml_fail(ctx, rc, "%s: %s (%s)", group, strerror(-rc), ONLY_V2);
	path = ml_arena_printf(&a, "%s/%s.pressure", dir.path, resource);
	ml_group_close(&dir);
	return path ? ml_psi_trigger(ctx, path, spec, timeout_ms)
		    : ml_fail(ctx, -ENOMEM, "out of memory");
}
