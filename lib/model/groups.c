/* SPDX-License-Identifier: MIT */
/* groups: the tree of control groups, as much of each group as was wanted. */
#include "model/groups.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/groups_scan.h"
#include "model/snap.h"

/* ---- what holds over several groups ---- */

static void take_smaller(uint64_t *to, uint64_t v)
{
	if (v < *to) /* ML_NONE is the largest */
		*to = v;
}

/* The hierarchical limit of v1 tells of groups above the mount, too. */
static void take_hidden_limit(const struct ml_groups_scan *s, struct ml_group *g)
{
	uint64_t told = g->parent.p ? ML_NONE
				    : ml_flat_get(&s->head->names, &g->stat,
						  "hierarchical_memory_limit");

	if (told >= ML_CGROUP_UNLIMITED || told >= g->limit)
		return;
	g->limit = told;
	g->limit_by = (struct ml_str){ 0 };
	take_smaller(&g->headroom, ml_sub_sat(told, g->usage));
}

static void inherit(const struct ml_groups_scan *s, const struct ml_group *parent,
		    struct ml_group *g)
{
	if (parent && !s->flat_tree) {
		g->limit = parent->limit;
		g->limit_by = parent->limit_by;
		g->headroom = parent->headroom;
		g->swap_limit = parent->swap_limit;
		g->swap_room = parent->swap_room;
	}
	if (g->max < g->limit) {
		g->limit = g->max;
		g->limit_by = g->path;
	}
	take_smaller(&g->headroom, ml_sub_sat(g->max, g->usage));
	take_smaller(&g->swap_limit, g->swap_max);
	take_smaller(&g->swap_room, ml_sub_sat(g->swap_max, g->swap));
	take_smaller(&g->swap_room, ml_sub_sat(g->memsw_max, g->memsw));
	take_hidden_limit(s, g);
}

/* ---- the walk ---- */

static const struct ml_group *parent_of(const struct ml_groups_scan *s, uint64_t parent)
{
	return parent == ML_NONE ? NULL : ml_groups_scan_row(s, parent);
}

/* The parent's path and the name; the root of the mount is "/". */
static int name_group(const struct ml_groups_scan *s, const struct ml_group *parent,
		      struct ml_str name, struct ml_group *g)
{
	const char *path;

	memset(g, 0xff, sizeof(*g)); /* ML_NONE */
	g->version = s->head->tree.files->version;
	g->some = g->full = (struct ml_pressure_row){ 0 };
	g->stat = g->events = g->swap_events = g->dying = (struct ml_flat){ 0 };
	g->above = false;
	g->limit_by = (struct ml_str){ 0 };
	g->parent = parent ? parent->path : (struct ml_str){ 0 };
	if (!parent) {
		g->path = g->name = ML_STR("/");
		return 0;
	}
	path = ml_arena_printf(s->arena, "%.*s/%.*s",
			       (int)(parent->parent.p ? parent->path.n : 0),
			       parent->path.p, (int)name.n, name.p);
	if (!path)
		return -ENOMEM;
	g->path = ml_str_of(path);
	g->name = ml_str_skip(g->path, g->path.n - name.n);
	return 0;
}

/* ML_GROUPS_MAX is what bounds a hostile tree; a live one is smaller. Returns the row,
 * or -ENOMEM. */
static int add_group(struct ml_groups_scan *s, uint64_t parent, struct ml_str name,
		     uint64_t *ret)
{
	struct ml_group *g = ml_rows_add(s->rows, &s->work);
	int rc = g ? name_group(s, parent_of(s, parent), name, g) : -ENOMEM;

	if (!rc)
		g->up = parent;
	*ret = s->rows->n - 1;
	return rc;
}

struct met {
	struct ml_groups_scan *scan;
	uint64_t parent;
	bool cut;
};

static int met_group(struct ml_str name, void *data)
{
	struct met *met = data;
	struct ml_groups_scan *s = met->scan;
	uint64_t at;
	size_t *todo;

	if (s->rows->n >= ML_GROUPS_MAX) {
		met->cut = true;
		return 1;
	}
	if (add_group(s, met->parent, name, &at))
		return -ENOMEM;
	todo = ml_rows_add(&s->todo, &s->work);
	if (!todo)
		return -ENOMEM;
	*todo = at;
	return 0;
}

static int list_groups(struct ml_groups_scan *s, size_t at,
		       const struct ml_group_dir *dir)
{
	struct met met = { .scan = s, .parent = at };
	int rc = ml_group_walk(dir, met_group, &met);

	s->head->cut += met.cut;
	return rc == -ENOMEM ? rc : 0;
}

static void set_gone(struct ml_groups_scan *s, struct ml_group *g)
{
	s->head->gone++;
	g->path.p = NULL;
}

/* Of a group that was opened. 0 or -ENOMEM. */
static int read_opened(struct ml_groups_scan *s, size_t at, bool deeper,
		       const struct ml_group_dir *dir)
{
	struct ml_group g = *ml_groups_scan_row(s, at);
	int rc = ml_group_files_read(s, dir, &g);

	if (rc == -ENODEV)
		set_gone(s, ml_groups_scan_row(s, at));
	if (rc)
		return rc == -ENODEV ? 0 : rc;
	inherit(s, parent_of(s, g.up), &g);
	*ml_groups_scan_row(s, at) = g;
	return deeper ? list_groups(s, at, dir) : 0;
}

/* 0 or -ENOMEM; `ret_error` tells why it cannot be opened. */
static int read_group(struct ml_groups_scan *s, size_t at, bool deeper, int *ret_error)
{
	struct ml_arena arena = { 0 };
	struct ml_group_dir dir;
	int rc = ml_cgroup_open(s->root, s->head->tree.mount,
				ml_group_below_mount(ml_groups_scan_row(s, at)), &arena,
				&dir);

	*ret_error = rc;
	if (!rc) {
		rc = read_opened(s, at, deeper, &dir);
		ml_group_close(&dir);
	} else if (rc == -EMFILE || rc == -ENFILE) {
		rc = -ENOMEM;
	} else if (rc != -ENOMEM) {
		set_gone(s, ml_groups_scan_row(s, at));
		rc = 0;
	}
	ml_arena_deinit(&arena);
	return rc;
}

static int walk(struct ml_groups_scan *s)
{
	int rc = 0, error;

	while (!rc && s->todo.n) {
		size_t at = *(size_t *)ml_rows_at(&s->todo, --s->todo.n);

		rc = read_group(s, at, true, &error);
	}
	return rc;
}

/* ---- the groups that were named ---- */

static uint64_t find_row(const struct ml_groups_scan *s, struct ml_str path)
{
	for (size_t i = 0; i < s->rows->n; i++)
		if (ml_groups_scan_row(s, i)->path.p &&
		    ml_str_eq(ml_groups_scan_row(s, i)->path, path))
			return i;
	return ML_NONE;
}

/* What is below one that was read before stands there already. */
static bool is_there(const struct ml_groups_scan *s, struct ml_str path)
{
	uint64_t at = find_row(s, path);

	return at != ML_NONE && !ml_groups_scan_row(s, at)->above;
}

/* A group above one that was named: its limits count. */
static int read_above(struct ml_groups_scan *s, uint64_t parent, struct ml_str path,
		      struct ml_str name, uint64_t *ret)
{
	int rc, error;

	*ret = find_row(s, path);
	if (*ret != ML_NONE)
		return 0;
	rc = add_group(s, parent, name, ret);
	s->reads = s->want->reads & ML_READ_GROUP_SWAP;
	if (!rc)
		rc = read_group(s, *ret, false, &error);
	if (!rc && !ml_groups_scan_row(s, *ret)->path.p) {
		s->head->gone--;
		return -ENOENT;
	}
	ml_groups_scan_row(s, *ret)->above = true;
	return rc;
}

static int note_missing(struct ml_groups_scan *s, const char *name, int error)
{
	const char *path = ml_arena_strndup(s->arena, name, strlen(name));
	const struct ml_source source = {
		.path = path,
		.status = ml_status_of(-error),
		.error = -error,
		.needed = true,
	};

	return path ? ml_feed_add_source(s->ret, s->arena, &source) : -ENOMEM;
}

/* Down to the group `path`, part by part. -ENOENT, -ENOMEM. */
static int read_named(struct ml_groups_scan *s, struct ml_str path)
{
	struct ml_str rest = path, part;
	uint64_t at = ML_NONE;
	size_t start;
	int rc, error;

	if (path.n)
		rc = read_above(s, ML_NONE, ML_STR("/"), ML_STR("/"), &at);
	else
		rc = add_group(s, ML_NONE, ML_STR("/"), &at);
	rest = ml_str_skip(rest, 1);
	while (!rc && ml_split(&rest, '/', &part))
		rc = read_above(s, at,
				(struct ml_str){ path.p, (size_t)(rest.p - path.p) - 1 },
				part, &at);
	if (!rc && path.n && find_row(s, path) != ML_NONE)
		at = find_row(s, path); /* as one above another that was named */
	else if (!rc && path.n)
		rc = add_group(s, at, rest, &at);
	if (rc)
		return rc;
	ml_groups_scan_row(s, at)->above = false;
	ml_groups_scan_row(s, at)->name = ml_groups_scan_row(s, at)->path;
	start = s->todo.n;
	s->reads = s->want->reads;
	rc = read_group(s, at, true, &error);
	if (!rc && error) {
		s->head->gone--; /* it was not met, but named */
		return error;
	}
	while (!rc && s->todo.n > start)
		rc = read_group(s, *(size_t *)ml_rows_at(&s->todo, --s->todo.n), true,
				&error);
	return rc;
}

struct named {
	const char *name;
	struct ml_str path;
	int error;
};

static int by_named_path(const void *a, const void *b)
{
	return ml_str_cmp(((const struct named *)a)->path,
			  ((const struct named *)b)->path);
}

/* Those above first: what is below one that was read stands there already. */
static int read_each_named(struct ml_groups_scan *s, const char *const *names, size_t n)
{
	_cleanup_free_ struct named *named = calloc(n + 1, sizeof(*named));
	int rc = named ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && !rc; i++) {
		named[i].name = names[i];
		named[i].error = ml_cgroup_name(&s->head->tree, names[i], s->arena,
						&named[i].path);
		rc = named[i].error == -ENOMEM ? -ENOMEM : 0;
	}
	if (!rc)
		qsort(named, n, sizeof(*named), by_named_path);
	for (size_t i = 0; i < n && !rc; i++) {
		struct ml_str path = named[i].path;

		rc = named[i].error;
		if (!rc && is_there(s, path.n ? path : ML_STR("/")))
			continue;
		if (!rc)
			rc = read_named(s, path);
		if (rc && rc != -ENOMEM)
			rc = note_missing(s, named[i].name, rc);
	}
	return rc;
}

static int read_all(struct ml_groups_scan *s)
{
	uint64_t at;
	int error, rc;

	s->reads = s->want->reads;
	rc = add_group(s, ML_NONE, ML_STR("/"), &at);
	if (!rc)
		rc = read_group(s, at, true, &error);
	if (!rc && error)
		return error;
	return rc ? rc : walk(s);
}

/* ---- all of it ---- */

/* Before Linux 5.11 a v1 tree can be without hierarchy: below a root that has it, all
 * have. */
static bool is_flat_tree(const struct ml_groups_scan *s)
{
	struct ml_group_dir dir;
	uint64_t value;

	if (s->head->tree.files->version == 2 ||
	    ml_cgroup_open(s->root, s->head->tree.mount, ML_STR(""), s->arena, &dir))
		return false;
	value = ml_group_number(&dir, "memory.use_hierarchy", NULL);
	ml_group_close(&dir);
	return value == 0;
}

static int read_wanted(struct ml_groups_scan *s)
{
	s->flat_tree = is_flat_tree(s);
	if (s->want->npaths)
		return read_each_named(s, s->want->paths, s->want->npaths);
	if (s->want->group)
		return read_each_named(s, &s->want->group, 1);
	return read_all(s);
}

int ml_groups_gather(const struct ml_root *root, struct ml_arena *a,
		     struct ml_feed_data *ret)
{
	const struct ml_parsed *mounts = ml_snap_parsed(ret->snap, ML_FEED_MOUNTS);
	_cleanup_free_ char *text = malloc(ML_GROUP_TEXT_MAX);
	struct ml_groups_scan s = {
		.root = root,
		.want = ret->want,
		.arena = a,
		.ret = ret,
		.rows = &ret->parsed.rows,
		.todo = ML_ROWS(size_t),
		.head = ml_arena_calloc(a, 1, sizeof(struct ml_groups_head)),
		.text = text,
	};
	int rc;

	*s.rows = ML_ROWS(struct ml_group);
	if (!s.head || !text)
		return -ENOMEM;
	rc = ml_cgroup_find_tree(root, mounts ? &mounts->rows : NULL, &s.head->tree);
	if (!rc) {
		ret->parsed.head = s.head;
		s.head->unified = s.head->tree.other;
		rc = read_wanted(&s);
	}
	if (!rc)
		rc = ml_groups_arrange(s.rows, a);
	else
		*s.rows = ML_ROWS(struct ml_group);
	ml_arena_deinit(&s.work);
	return ml_feed_end(ret, rc);
}

const struct ml_groups_head *ml_groups_head(const struct ml_snap *snap)
{
	const struct ml_parsed *p = snap ? ml_snap_parsed(snap, ML_FEED_GROUPS) : NULL;

	return p ? p->head : NULL;
}
