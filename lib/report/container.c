/* SPDX-License-Identifier: MIT */
/* container: whether we look from inside one, and the memory limits that hold there. */
#include <errno.h>

#include "parse/mountinfo.h"
#include "report/cgroup.h"

static const struct ml_cgroup_own *own_of(const struct ml_snap *snap)
{
	const struct ml_parsed *p = ml_snap_parsed(snap, ML_FEED_CGROUP_LIMIT);

	return p ? p->head : NULL;
}

/* lxcfs lays files of its own over those of /proc. */
static bool has_lxcfs(const struct ml_snap *snap)
{
	const struct ml_parsed *mounts = ml_snap_parsed(snap, ML_FEED_MOUNTS);
	const struct ml_mount_row *mount;

	if (mounts)
		ml_for_each_row(mount, &mounts->rows)
			if (ml_str_is(mount->point, "/proc/meminfo"))
				return true;
	return false;
}

/* The root of all groups of version 2 is charged nothing. */
static bool is_charged_root(const struct ml_snap *snap)
{
	const struct ml_parsed *groups = ml_snap_parsed(snap, ML_FEED_GROUPS);
	const struct ml_group *g;

	if (groups)
		ml_for_each_row(g, &groups->rows)
			if (!g->parent.p && g->version == 2 && g->usage != ML_NONE)
				return true;
	return false;
}

/* A part of the path that names who runs the container. */
static struct ml_str runtime_of(struct ml_str path)
{
	static const char *const words[] = { "kubepods", "docker",         "libpod",
					     "crio",     "cri-containerd", "lxc.payload",
					     "lxc" };

	for (size_t i = 0; i < ML_ARRAY_SIZE(words); i++) {
		struct ml_str rest = path, part;
		bool more = true;

		while (more) {
			more = ml_split(&rest, '/', &part);
			if (!more)
				part = rest;
			if (ml_str_starts(part, words[i]) &&
			    !ml_str_ends(part, ".service"))
				return ml_str_of(words[i]);
		}
	}
	return (struct ml_str){ 0 };
}

/* Version 1 tells of a limit whose group cannot be seen. */
static bool is_limit_hidden(const struct ml_snap *snap)
{
	const struct ml_parsed *p = ml_snap_parsed(snap, ML_FEED_CGROUP_LIMIT);
	const struct ml_cgroup_limit *limit;

	limit = p && p->rows.n ? ml_rows_at(&p->rows, 0) : NULL;
	return limit && !limit->path.p;
}

/* What shows that we are in a container, as words; p NULL when nothing does. */
static struct ml_str sign_of(const struct ml_snap *snap)
{
	const struct ml_cgroup_own *own = own_of(snap);

	if (has_lxcfs(snap))
		return ML_STR("lxcfs");
	if (own && own->tree.top.p && !ml_str_is(own->tree.top, "/")) {
		struct ml_str name = runtime_of(own->tree.top);

		return name.p ? name : ML_STR("mount of a subtree");
	}
	if (is_charged_root(snap) || is_limit_hidden(snap))
		return ML_STR("cgroup namespace");
	return own ? runtime_of(own->told) : (struct ml_str){ 0 };
}

int ml_note_container(struct ml_build *b)
{
	struct ml_str sign = sign_of(b->cur);

	if (!sign.p)
		return 0;
	if (is_limit_hidden(b->cur) &&
	    ml_note(b, "a limit stands above the groups that can be seen here"))
		return -ENOMEM;
	if (ml_str_is(sign, "lxcfs"))
		return ml_note(
			b,
			"inside a container (lxcfs): /proc/meminfo is made for it, the "
			"figures of its groups are the kernel's");
	return ml_note(
		b,
		"inside a container (%.*s): /proc/meminfo is the host's, what holds "
		"here are limit, headroom and working set; limits above it cannot be seen",
		(int)sign.n, sign.p);
}

/* ---- our own group ---- */

struct own_row {
	struct ml_str path, limit_by, inside;
	uint64_t version, limit, usage, working_set, headroom, total;
};

static const struct ml_col own_cols[] = {
	ML_LABEL(struct own_row, path, "path", "our group",
		 "the group of the reading process, as /proc/self/cgroup has it"),
	ML_LABEL(struct own_row, version, "version", "version", "1 or 2"),
	ML_BYTES(struct own_row, limit, "limit", "limit",
		 "the smallest limit of it and of the groups above; none: no limit"),
	ML_BYTES(struct own_row, usage, "usage", "used",
		 "memory charged to the group that has the limit"),
	ML_BYTES(struct own_row, working_set, "working_set", "working set",
		 "usage less page cache not used lately, as the kubelet counts"),
	ML_BYTES(struct own_row, headroom, "headroom", "headroom",
		 "what can still be taken before a limit is met"),
	ML_BYTES(struct own_row, total, "mem_total", "MemTotal",
		 "memory of the machine, or what lxcfs says in its place",
		 .source = "/proc/meminfo", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct own_row, limit_by, "limit_by", "limited by",
		 "the group that has the limit"),
	ML_LABEL(struct own_row, inside, "container", "container",
		 "what shows that this is inside a container; none: nothing does"),
};

const struct ml_table ml_group_own_table = {
	.id = "own",
	.help = "where the reading process stands, and the limit that holds for it",
	.source = "/proc/self/cgroup, /proc/self/mountinfo",
	ML_TABLE_COLS(own_cols),
	.row_size = sizeof(struct own_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

int ml_build_group_own(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_parsed *p = ml_snap_parsed(b->cur, ML_FEED_CGROUP_LIMIT);
	const struct ml_cgroup_own *own = own_of(b->cur);
	const struct ml_cgroup_limit *limit;
	struct own_row *row;
	struct ml_str sign;

	sign = sign_of(b->cur);
	if (!own || (!p->rows.n && !sign.p)) /* all of the machine's memory is ours */
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	limit = p->rows.n ? ml_rows_at(&p->rows, 0) : NULL;
	*row = (struct own_row){
		.path = own->told,
		.version = own->tree.files->version,
		.limit = limit ? limit->limit : ML_NONE,
		.usage = limit ? limit->usage : ML_NONE,
		.working_set = limit ? limit->working_set : ML_NONE,
		.headroom = limit ? limit->headroom : ML_NONE,
		.limit_by = limit ? limit->path : (struct ml_str){ 0 },
		.total = ml_snap_mem(b->cur, "MemTotal"),
		.inside = sign,
	};
	return 0;
}
