/* SPDX-License-Identifier: MIT */
/* cgroup: the memory limits that hold for the reading process. */
#include "model/cgroup.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "model/snap.h"
#include "parse/mountinfo.h"

/* Unlimited in v1 is the largest page count in bytes; it differs by page size and
 * kernel, and no machine is near it. */
#define V1_UNLIMITED (1ull << 60)

/* The names of the same thing in the two versions. */
struct files {
	uint64_t version;
	const char *limit;
	const char *usage;
	const char *inactive_file; /* key in memory.stat */
};

static const struct files v1 = { 1, "memory.limit_in_bytes", "memory.usage_in_bytes",
				 "total_inactive_file" };
static const struct files v2 = { 2, "memory.max", "memory.current", "inactive_file" };

/* Where the controller is mounted and which group of it we are in. */
struct place {
	const struct files *files;
	struct ml_str mount; /* mount point */
	struct ml_str top;   /* the group that is the root of that mount */
	struct ml_str group;
};

/* /proc/self/cgroup: "4:memory:/path", "0::/path". v1 wins: on a hybrid machine the
 * memory controller is there. */
static bool own_group(struct ml_str text, struct place *ret)
{
	struct ml_str line, id, controllers;

	ret->files = NULL;
	while (ml_next_line(&text, &line)) {
		if (!ml_split(&line, ':', &id) || !ml_split(&line, ':', &controllers))
			continue;
		if (ml_mount_option(controllers, "memory")) {
			ret->files = &v1;
			ret->group = line;
			return true;
		}
		if (ml_str_is(id, "0") && !controllers.n) {
			ret->files = &v2;
			ret->group = line;
		}
	}
	return ret->files != NULL;
}

static bool is_controller(const struct ml_mount_row *mount, const struct files *files)
{
	return files == &v2 ? ml_str_is(mount->type, "cgroup2")
			    : ml_str_is(mount->type, "cgroup") &&
				      ml_mount_option(mount->super, "memory");
}

static bool find_mount(const struct ml_rows *mounts, struct place *p)
{
	const struct ml_mount_row *mount;

	ml_for_each_row(mount, mounts) {
		if (!is_controller(mount, p->files))
			continue;
		p->mount = mount->point;
		p->top = mount->root;
		return true;
	}
	return false;
}

/* The group as a path below the mount point. */
static struct ml_str below_mount(const struct place *p)
{
	struct ml_str group = p->group, top = p->top;

	if (!ml_str_is(top, "/") && group.n >= top.n &&
	    memcmp(group.p, top.p, top.n) == 0)
		group = ml_str_skip(group, top.n);
	while (group.n && group.p[group.n - 1] == '/')
		group.n--;
	/* outside our cgroup namespace: the mount's own root is all that we can see */
	return ml_str_starts(group, "/..") ? ML_STR("") : group;
}

int ml_cgroup_read_mounts(const struct ml_root *root, struct ml_arena *a,
			  struct ml_rows *ret)
{
	struct ml_feed_data mounts = { 0 };
	int rc = ml_feed_file(root, "/proc/self/mountinfo", ml_parse_mountinfo, a,
			      &mounts);

	*ret = mounts.parsed.rows;
	return rc;
}

bool ml_cgroup_mount(const struct ml_rows *mounts, uint64_t version, struct ml_str *ret)
{
	struct place p = { .files = version == 1 ? &v1 : &v2 };

	if (!find_mount(mounts, &p))
		return false;
	*ret = p.mount;
	return true;
}

bool ml_cgroup_own(struct ml_str cgroup, const struct ml_rows *mounts,
		   struct ml_str *ret_mount, struct ml_str *ret_group)
{
	struct place p;

	if (!own_group(cgroup, &p) || !find_mount(mounts, &p))
		return false;
	*ret_mount = p.mount;
	*ret_group = below_mount(&p);
	return true;
}

struct group {
	const struct ml_root *root;
	struct ml_arena *arena;
	const struct place *place;
	struct ml_str path; /* below the mount */
};

static int read_file(const struct group *g, const char *name, struct ml_str *ret)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%.*s%.*s/%s", (int)g->place->mount.n,
			 g->place->mount.p, (int)g->path.n, g->path.p, name);

	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	return ml_root_read(g->root, path, g->arena, ret);
}

/* ML_NONE when unreadable or unlimited ("max"). */
static uint64_t read_number(const struct group *g, const char *name)
{
	struct ml_str text, line;
	uint64_t value;

	if (read_file(g, name, &text) || !ml_next_line(&text, &line) ||
	    !ml_num_u64(line, &value))
		return ML_NONE;
	return value;
}

static uint64_t read_stat(const struct group *g, const char *key)
{
	struct ml_str text, line, word;
	uint64_t value;

	if (read_file(g, "memory.stat", &text))
		return ML_NONE;
	while (ml_next_line(&text, &line))
		if (ml_next_word(&line, &word) && ml_str_is(word, key) &&
		    ml_next_word(&line, &word) && ml_num_u64(word, &value))
			return value;
	return ML_NONE;
}

static uint64_t limit_of(const struct group *g)
{
	uint64_t limit = read_number(g, g->place->files->limit);

	return limit >= V1_UNLIMITED ? ML_NONE : limit;
}

/* From our group up to the root of the mount: the smallest limit and the least
 * headroom. */
static void walk_up(struct group *g, struct ml_cgroup_limit *best)
{
	const struct files *files = g->place->files;

	for (;;) {
		uint64_t limit = limit_of(g), usage, headroom;

		if (limit != ML_NONE) {
			usage = read_number(g, files->usage);
			headroom = ml_sub_sat(limit, usage);
			if (best->limit == ML_NONE || limit < best->limit) {
				best->path = g->path.n ? g->path : ML_STR("/");
				best->limit = limit;
				best->usage = usage;
				best->working_set = ml_sub_sat(
					usage, read_stat(g, files->inactive_file));
			}
			if (headroom < best->headroom)
				best->headroom = headroom;
		}
		if (!g->path.n)
			return;
		while (g->path.n && g->path.p[--g->path.n] != '/')
			;
	}
}

int ml_cgroup_limit_gather(const struct ml_root *root, struct ml_arena *a,
			   struct ml_feed_data *ret)
{
	struct ml_cgroup_limit best = {
		.limit = ML_NONE,
		.usage = ML_NONE,
		.working_set = ML_NONE,
		.headroom = ML_NONE,
	};
	const struct ml_parsed *mounts = ml_snap_parsed(ret->snap, ML_FEED_MOUNTS);
	struct ml_cgroup_limit *row;
	struct ml_str own;
	struct place place;
	struct group group = { root, a, &place, { 0 } };
	int rc;

	ret->parsed.rows = ML_ROWS(struct ml_cgroup_limit);
	rc = ml_root_read(root, "/proc/self/cgroup", a, &own);
	if (rc == -ENOMEM)
		return rc;
	if (!rc && !mounts)
		rc = -(int)ret->snap->feed[ML_FEED_MOUNTS].error;
	if (!rc &&
	    (!own_group(own, &place) || !mounts || !find_mount(&mounts->rows, &place)))
		rc = -ENOENT; /* no memory controller mounted where we can see it */
	ret->error = -rc;
	ret->status = ml_status_of(-rc);
	if (rc)
		return 0;
	group.path = below_mount(&place);
	best.version = place.files->version;
	walk_up(&group, &best);
	if (best.limit == ML_NONE)
		return 0;
	row = ml_rows_add(&ret->parsed.rows, a);
	if (!row)
		return -ENOMEM;
	*row = best;
	return 0;
}
