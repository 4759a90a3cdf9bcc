/* SPDX-License-Identifier: MIT */
/* groups: the tree of control groups, as much of each group as was wanted. */
#include "model/groups.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/snap.h"

/* ---- the files ---- */

/* Files of one number. */
struct number_file {
	uint64_t version;
	uint32_t reads; /* 0: always */
	const char *name;
	size_t offset; /* in struct ml_group */
	bool limit;
};

#define NUMBER(version, reads, name, field) \
	{ version, reads, name, offsetof(struct ml_group, field), false }
#define LIMIT(version, reads, name, field) \
	{ version, reads, name, offsetof(struct ml_group, field), true }

static const struct number_file number_files[] = {
	NUMBER(2, 0, "memory.current", usage),
	LIMIT(2, 0, "memory.max", max),
	NUMBER(2, ML_READ_GROUP_PEAK, "memory.peak", peak),
	LIMIT(2, ML_READ_GROUP_MARKS, "memory.min", min),
	LIMIT(2, ML_READ_GROUP_MARKS, "memory.low", low),
	LIMIT(2, ML_READ_GROUP_MARKS, "memory.high", high),
	NUMBER(2, ML_READ_GROUP_SWAP, "memory.swap.current", swap),
	LIMIT(2, ML_READ_GROUP_SWAP, "memory.swap.max", swap_max),
	NUMBER(2, ML_READ_GROUP_PEAK, "memory.swap.peak", swap_peak),
	NUMBER(1, 0, "memory.usage_in_bytes", usage),
	LIMIT(1, 0, "memory.limit_in_bytes", max),
	NUMBER(1, ML_READ_GROUP_PEAK, "memory.max_usage_in_bytes", peak),
	LIMIT(1, ML_READ_GROUP_MARKS, "memory.soft_limit_in_bytes", soft),
	NUMBER(1, ML_READ_GROUP_SWAP, "memory.memsw.usage_in_bytes", memsw),
	LIMIT(1, ML_READ_GROUP_SWAP, "memory.memsw.limit_in_bytes", memsw_max),
	NUMBER(1, ML_READ_GROUP_KERNEL, "memory.kmem.usage_in_bytes", kernel),
	NUMBER(1, ML_READ_GROUP_KERNEL, "memory.kmem.tcp.usage_in_bytes", sock),
	NUMBER(1, ML_READ_GROUP_EVENTS, "memory.failcnt", failcnt),
};

/* Files of names and values. */
static const struct {
	uint64_t version;
	uint32_t reads;
	const char *name;
	size_t offset;
} flat_files[] = {
	{ 2, ML_READ_GROUP_STAT, "memory.stat", offsetof(struct ml_group, stat) },
	{ 2, ML_READ_GROUP_EVENTS, "memory.events", offsetof(struct ml_group, events) },
	{ 2, ML_READ_GROUP_EVENTS, "memory.swap.events",
	  offsetof(struct ml_group, swap_events) },
	{ 2, ML_READ_GROUP_DYING, "cgroup.stat", offsetof(struct ml_group, dying) },
	{ 1, ML_READ_GROUP_STAT, "memory.stat", offsetof(struct ml_group, stat) },
	{ 1, ML_READ_GROUP_EVENTS, "memory.oom_control",
	  offsetof(struct ml_group, events) },
};

struct scan {
	const struct ml_root *root;
	const struct ml_want *want;
	struct ml_arena *arena;
	struct ml_feed_data *ret;
	struct ml_arena work; /* what goes when all was read */
	struct ml_rows *rows; /* of struct ml_group */
	struct ml_rows todo;  /* of size_t: rows whose folders are to be read */
	struct ml_groups_head *head;
	uint32_t reads; /* of the group in hand */
	bool flat_tree; /* v1 without use_hierarchy: limits hold for one group alone */
	char *text;     /* [ML_GROUP_TEXT_MAX] */
};

static struct ml_group *group_at(const struct scan *s, size_t i)
{
	return ml_rows_at(s->rows, i);
}

static int read_numbers(const struct scan *s, const struct ml_group_dir *dir,
			struct ml_group *g)
{
	int rc = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(number_files) && !rc; i++) {
		const struct number_file *file = &number_files[i];
		uint64_t *to = (uint64_t *)((char *)g + file->offset);

		if (file->version != g->version ||
		    (file->reads && !(file->reads & s->reads)))
			continue;
		*to = file->limit ? ml_cgroup_limit(dir, file->name, &rc)
				  : ml_group_number(dir, file->name, &rc);
	}
	return rc;
}

static int read_flats(const struct scan *s, const struct ml_group_dir *dir,
		      struct ml_group *g)
{
	/* that of v1's root tells of limits above it */
	uint32_t reads = s->reads | (g->parent.p ? 0 : ML_READ_GROUP_STAT);
	struct ml_str text;
	int rc = 0;

	for (size_t i = 0; i < ML_ARRAY_SIZE(flat_files); i++) {
		if (flat_files[i].version != g->version || !(flat_files[i].reads & reads))
			continue;
		rc = ml_group_read(dir, flat_files[i].name, s->text, &text);
		if (!rc)
			rc = ml_parse_flat(text, s->arena, &s->head->names,
					   &s->ret->parsed,
					   (void *)((char *)g + flat_files[i].offset));
		if (rc && rc != -ENOENT)
			return rc;
	}
	return 0;
}

/* Its kinds are words of ours: the text goes. */
static void keep_pressure(const struct ml_rows *rows, struct ml_group *g)
{
	const struct ml_pressure_row *p;

	ml_for_each_row(p, rows) {
		bool full = ml_str_is(p->kind, "full");
		struct ml_pressure_row *to = full ? &g->full : &g->some;

		*to = *p;
		to->kind = full ? ML_STR("full") : ML_STR("some");
	}
}

static int read_pressure(const struct scan *s, const struct ml_group_dir *dir,
			 struct ml_group *g)
{
	struct ml_arena arena = { 0 };
	struct ml_parsed parsed = { 0 };
	struct ml_str text;
	int rc = ml_group_read(dir, "memory.pressure", s->text, &text);

	if (!rc)
		rc = ml_parse_pressure(text, &arena, &parsed);
	if (!rc)
		keep_pressure(&parsed.rows, g);
	s->ret->parsed.lines += parsed.lines;
	s->ret->parsed.bad_lines += parsed.bad_lines;
	ml_arena_deinit(&arena);
	return rc;
}

/* The path of the group without the "/" of a root. */
static struct ml_str below_mount(const struct ml_group *g)
{
	return g->parent.p ? g->path : ML_STR("");
}

/* Where v1 has the memory, the same path in v2 has the pressure, if it is there. */
static int read_other_pressure(const struct scan *s, struct ml_group *g)
{
	struct ml_arena arena = { 0 };
	struct ml_group_dir dir;
	int rc;

	if (!s->head->tree.other.p)
		return 0;
	rc = ml_cgroup_open(s->root, s->head->tree.other, below_mount(g), &arena, &dir);
	if (!rc) {
		rc = read_pressure(s, &dir, g);
		ml_group_close(&dir);
	}
	ml_arena_deinit(&arena);
	return rc;
}

static int read_files(const struct scan *s, const struct ml_group_dir *dir,
		      struct ml_group *g)
{
	int rc = read_numbers(s, dir, g);

	if (rc != -ENODEV)
		rc = read_flats(s, dir, g);
	if (rc == -ENODEV || rc == -ENOMEM)
		return rc;
	if (s->reads & ML_READ_GROUP_PRESSURE)
		rc = g->version == 2 ? read_pressure(s, dir, g)
				     : read_other_pressure(s, g);
	if (rc == -ENOMEM)
		return rc;
	if (s->reads & ML_READ_GROUP_PROCESSES)
		g->processes = ml_group_lines(dir, "cgroup.procs", NULL);
	return 0;
}

/* ---- what holds over several groups ---- */

static void take_smaller(uint64_t *to, uint64_t v)
{
	if (v < *to) /* ML_NONE is the largest */
		*to = v;
}

/* The hierarchical limit of v1 tells of groups above the mount, too. */
static void take_hidden_limit(const struct scan *s, struct ml_group *g)
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

static void inherit(const struct scan *s, const struct ml_group *parent,
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

static const struct ml_group *parent_of(const struct scan *s, uint64_t parent)
{
	return parent == ML_NONE ? NULL : group_at(s, parent);
}

/* The parent's path and the name; the root of the mount is "/". */
static int name_group(const struct scan *s, const struct ml_group *parent,
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
static int add_group(struct scan *s, uint64_t parent, struct ml_str name, uint64_t *ret)
{
	struct ml_group *g = ml_rows_add(s->rows, &s->work);
	int rc = g ? name_group(s, parent_of(s, parent), name, g) : -ENOMEM;

	if (!rc)
		g->up = parent;
	*ret = s->rows->n - 1;
	return rc;
}

struct met {
	struct scan *scan;
	uint64_t parent;
	bool cut;
};

static int met_group(struct ml_str name, void *data)
{
	struct met *met = data;
	struct scan *s = met->scan;
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

static int list_groups(struct scan *s, size_t at, const struct ml_group_dir *dir)
{
	struct met met = { .scan = s, .parent = at };
	int rc = ml_group_walk(dir, met_group, &met);

	s->head->cut += met.cut;
	return rc == -ENOMEM ? rc : 0;
}

static void set_gone(struct scan *s, struct ml_group *g)
{
	s->head->gone++;
	g->path.p = NULL;
}

/* Of a group that was opened. 0 or -ENOMEM. */
static int read_opened(struct scan *s, size_t at, bool deeper,
		       const struct ml_group_dir *dir)
{
	struct ml_group g = *group_at(s, at);
	int rc = read_files(s, dir, &g);

	if (rc == -ENODEV)
		set_gone(s, group_at(s, at));
	if (rc)
		return rc == -ENODEV ? 0 : rc;
	inherit(s, parent_of(s, g.up), &g);
	*group_at(s, at) = g;
	return deeper ? list_groups(s, at, dir) : 0;
}

/* 0 or -ENOMEM; `ret_error` tells why it cannot be opened. */
static int read_group(struct scan *s, size_t at, bool deeper, int *ret_error)
{
	struct ml_arena arena = { 0 };
	struct ml_group_dir dir;
	int rc = ml_cgroup_open(s->root, s->head->tree.mount,
				below_mount(group_at(s, at)), &arena, &dir);

	*ret_error = rc;
	if (!rc) {
		rc = read_opened(s, at, deeper, &dir);
		ml_group_close(&dir);
	} else if (rc == -EMFILE || rc == -ENFILE) {
		rc = -ENOMEM;
	} else if (rc != -ENOMEM) {
		set_gone(s, group_at(s, at));
		rc = 0;
	}
	ml_arena_deinit(&arena);
	return rc;
}

static int walk(struct scan *s)
{
	int rc = 0, error;

	while (!rc && s->todo.n) {
		size_t at = *(size_t *)ml_rows_at(&s->todo, --s->todo.n);

		rc = read_group(s, at, true, &error);
	}
	return rc;
}

/* ---- the groups that were named ---- */

static uint64_t find_row(const struct scan *s, struct ml_str path)
{
	for (size_t i = 0; i < s->rows->n; i++)
		if (group_at(s, i)->path.p && ml_str_eq(group_at(s, i)->path, path))
			return i;
	return ML_NONE;
}

/* What is below one that was read before stands there already. */
static bool is_there(const struct scan *s, struct ml_str path)
{
	uint64_t at = find_row(s, path);

	return at != ML_NONE && !group_at(s, at)->above;
}

/* A group above one that was named: its limits count. */
static int read_above(struct scan *s, uint64_t parent, struct ml_str path,
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
	if (!rc && !group_at(s, *ret)->path.p) {
		s->head->gone--;
		return -ENOENT;
	}
	group_at(s, *ret)->above = true;
	return rc;
}

static int note_missing(struct scan *s, const char *name, int error)
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
static int read_named(struct scan *s, struct ml_str path)
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
	group_at(s, at)->above = false;
	group_at(s, at)->name = group_at(s, at)->path;
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
static int read_each_named(struct scan *s, const char *const *names, size_t n)
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

static int read_all(struct scan *s)
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

/* ---- order ---- */

static int by_rank(const void *a, const void *b)
{
	const struct ml_group *x = *(struct ml_group *const *)a;
	const struct ml_group *y = *(struct ml_group *const *)b;
	uint64_t ux = ml_or0(x->usage), uy = ml_or0(y->usage);

	if (ux != uy)
		return ux < uy ? -1 : 1;
	return -ml_str_cmp(x->path, y->path);
}

static int by_path(const void *a, const void *b)
{
	return ml_str_cmp((*(struct ml_group *const *)a)->path,
			  (*(struct ml_group *const *)b)->path);
}

/* Rows that are there, in an order. */
static struct ml_group **sorted(const struct ml_rows *rows, size_t *ret_n,
				int (*cmp)(const void *, const void *))
{
	struct ml_group **ret = calloc(rows->n + 1, sizeof(*ret)), *g;
	size_t n = 0;

	if (!ret)
		return NULL;
	ml_for_each_row(g, rows)
		if (g->path.p)
			ret[n++] = g;
	qsort(ret, n, sizeof(struct ml_group *), cmp);
	*ret_n = n;
	return ret;
}

/* First child and next sibling of each row; child[n] is that of the roots. */
struct kin {
	size_t *child, *next;
};

static size_t slot_of(struct ml_group *const *paths, size_t n, struct ml_str path)
{
	struct ml_group wanted = { .path = path };
	const struct ml_group *key = &wanted;
	struct ml_group *const *found =
		path.p ? bsearch(&key, paths, n, sizeof(struct ml_group *), by_path)
		       : NULL;

	return found ? (size_t)(found - paths) : n;
}

/* Smallest first, each is put in front of its siblings. */
static void link_kin(struct ml_group *const *paths, struct ml_group *const *ranks,
		     size_t n, const struct kin *kin)
{
	for (size_t i = 0; i <= n; i++)
		kin->child[i] = n;
	for (size_t i = 0; i < n; i++) {
		size_t at = slot_of(paths, n, ranks[i]->path);
		size_t parent = slot_of(paths, n, ranks[i]->parent);

		kin->next[at] = kin->child[parent];
		kin->child[parent] = at;
	}
}

/* Parents before children, without recursion: a tree can be a thousand deep. */
static void emit(struct ml_group *const *paths, size_t n, const struct kin *kin,
		 struct ml_rows *out)
{
	size_t at = kin->child[n];

	while (at != n) {
		size_t down = kin->child[at];

		*(struct ml_group *)ml_rows_at(out, out->n++) = *paths[at];
		while (down == n && at != n) {
			down = kin->next[at];
			at = slot_of(paths, n, paths[at]->parent);
		}
		at = down;
	}
}

static int arrange(struct scan *s)
{
	size_t n = 0;
	_cleanup_free_ struct ml_group **ranks = sorted(s->rows, &n, by_rank);
	_cleanup_free_ struct ml_group **paths = sorted(s->rows, &n, by_path);
	_cleanup_free_ size_t *child = calloc(n + 1, sizeof(*child));
	_cleanup_free_ size_t *next = calloc(n + 1, sizeof(*next));
	struct ml_rows out = ML_ROWS(struct ml_group);

	if (!ranks || !paths || !child || !next || ml_rows_reserve(&out, s->arena, n))
		return -ENOMEM;
	link_kin(paths, ranks, n, &(struct kin){ child, next });
	emit(paths, n, &(struct kin){ child, next }, &out);
	*s->rows = out;
	return 0;
}

/* ---- all of it ---- */

/* Before Linux 5.11 a v1 tree can be without hierarchy: below a root that has it, all
 * have. */
static bool is_flat_tree(const struct scan *s)
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

static int read_wanted(struct scan *s)
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
	struct scan s = {
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
		rc = arrange(&s);
	else
		*s.rows = ML_ROWS(struct ml_group);
	ml_arena_deinit(&s.work);
	if (rc == -ENOMEM)
		return rc;
	ret->error = -rc;
	ret->status = ml_status_of(-rc);
	return 0;
}

const struct ml_groups_head *ml_groups_head(const struct ml_snap *snap)
{
	const struct ml_parsed *p = snap ? ml_snap_parsed(snap, ML_FEED_GROUPS) : NULL;

	return p ? p->head : NULL;
}

int ml_groups_index(const struct ml_snap *snap, struct ml_arena *a,
		    const struct ml_group ***ret, size_t *ret_n)
{
	const struct ml_parsed *p = snap ? ml_snap_parsed(snap, ML_FEED_GROUPS) : NULL;
	size_t n = p ? p->rows.n : 0;
	const struct ml_group **index =
		ml_arena_calloc(a, n + 1, sizeof(const struct ml_group *));

	if (!index)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		index[i] = ml_rows_at(&p->rows, i);
	qsort(index, n, sizeof(const struct ml_group *), by_path);
	*ret = index;
	*ret_n = n;
	return 0;
}

const struct ml_group *ml_groups_find(const struct ml_group *const *index, size_t n,
				      struct ml_str path)
{
	struct ml_group wanted = { .path = path };
	const struct ml_group *key = &wanted;
	const struct ml_group *const *found =
		n ? bsearch(&key, index, n, sizeof(const struct ml_group *), by_path)
		  : NULL;

	return found ? *found : NULL;
}
