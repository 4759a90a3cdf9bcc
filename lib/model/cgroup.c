/* SPDX-License-Identifier: MIT */
/* cgroup: where the memory controller is, and the memory limits that hold for the reading
 * process. */
#include "model/cgroup.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "model/snap.h"
#include "parse/mountinfo.h"

static const struct ml_cgroup_files v1 = { 1, "memory.limit_in_bytes",
					   "memory.usage_in_bytes",
					   "total_inactive_file" };
static const struct ml_cgroup_files v2 = { 2, "memory.max", "memory.current",
					   "inactive_file" };

/* Where the controller is mounted and which group of it we are in. */
struct place {
	struct ml_cgroup_tree tree;
	struct ml_str group;
};

/* /proc/self/cgroup: "4:memory:/path", "0::/path". v1 wins: on a hybrid machine the
 * memory controller is there. */
static bool own_group(struct ml_str text, struct place *ret)
{
	struct ml_str line, id, controllers;

	ret->tree.files = NULL;
	while (ml_next_line(&text, &line)) {
		if (!ml_split(&line, ':', &id) || !ml_split(&line, ':', &controllers))
			continue;
		if (ml_mount_option(controllers, "memory")) {
			ret->tree.files = &v1;
			ret->group = line;
			return true;
		}
		if (ml_str_is(id, "0") && !controllers.n) {
			ret->tree.files = &v2;
			ret->group = line;
		}
	}
	return ret->tree.files != NULL;
}

static bool is_controller(const struct ml_mount_row *mount,
			  const struct ml_cgroup_files *files)
{
	return files == &v2 ? ml_str_is(mount->type, "cgroup2")
			    : ml_str_is(mount->type, "cgroup") &&
				      ml_mount_option(mount->super, "memory");
}

static bool find_mount(const struct ml_rows *mounts, struct ml_cgroup_tree *t)
{
	const struct ml_mount_row *mount;

	ml_for_each_row(mount, mounts) {
		if (!is_controller(mount, t->files))
			continue;
		t->mount = mount->point;
		t->top = mount->root;
		return true;
	}
	return false;
}

struct ml_str ml_cgroup_below(const struct ml_cgroup_tree *tree, struct ml_str told)
{
	struct ml_str group = told, top = tree->top;

	if (!ml_str_is(top, "/") && ml_cgroup_is_below(group, top))
		group = ml_str_skip(group, top.n);
	while (group.n && group.p[group.n - 1] == '/')
		group.n--;
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
	struct ml_cgroup_tree tree = { .files = version == 1 ? &v1 : &v2 };

	if (!find_mount(mounts, &tree))
		return false;
	*ret = tree.mount;
	return true;
}

bool ml_cgroup_own(struct ml_str cgroup, const struct ml_rows *mounts,
		   struct ml_str *ret_mount, struct ml_str *ret_group)
{
	struct place p;

	if (!own_group(cgroup, &p) || !find_mount(mounts, &p.tree))
		return false;
	*ret_mount = p.tree.mount;
	*ret_group = ml_cgroup_below(&p.tree, p.group);
	return true;
}

/* ---- trees ---- */

/* Where they stand on most machines, for copies that do not tell what is mounted. The
 * first that has its sign is it. */
static const struct {
	const struct ml_cgroup_files *files;
	const char *mount;
	const char *sign;
} usual[] = {
	{ &v1, "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/memory.stat" },
	{ &v1, "/cgroup/memory", "/cgroup/memory/memory.stat" },
	{ &v2, "/sys/fs/cgroup", "/sys/fs/cgroup/cgroup.controllers" },
	{ &v2, "/sys/fs/cgroup", "/sys/fs/cgroup/memory.stat" },
	{ &v1, "/sys/fs/cgroup/memory", NULL },
	{ &v2, "/sys/fs/cgroup", NULL },
};

/* Without a sign the folder is one. */
static bool is_there(const struct ml_root *root, const char *mount, const char *sign)
{
	struct ml_group_dir dir;
	int fd = sign ? ml_root_openat(root, sign) : ml_group_open(root, mount, &dir);

	if (sign && fd >= 0)
		close(fd);
	if (!sign && !fd)
		ml_group_close(&dir);
	return fd >= 0;
}

static bool guess_tree(const struct ml_root *root, struct ml_cgroup_tree *ret)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(usual); i++) {
		if (!is_there(root, usual[i].mount, usual[i].sign))
			continue;
		*ret = (struct ml_cgroup_tree){
			.files = usual[i].files,
			.mount = ml_str_of(usual[i].mount),
			.top = ML_STR("/"),
		};
		return true;
	}
	return false;
}

int ml_cgroup_find_tree(const struct ml_root *root, const struct ml_rows *mounts,
			struct ml_cgroup_tree *ret)
{
	struct ml_cgroup_tree tree = { .files = &v1 }, unified = { .files = &v2 };
	bool has_v2 = mounts && find_mount(mounts, &unified);

	if (mounts && find_mount(mounts, &tree)) {
		if (has_v2 && ml_str_eq(tree.top, unified.top))
			tree.other = unified.mount;
		*ret = tree;
		return 0;
	}
	if (has_v2)
		*ret = unified;
	return has_v2 || (!root->live && guess_tree(root, ret)) ? 0 : -ENOENT;
}

bool ml_cgroup_is_below(struct ml_str group, struct ml_str above)
{
	return group.n >= above.n && (!above.n || !memcmp(group.p, above.p, above.n)) &&
	       (group.n == above.n || group.p[above.n] == '/');
}

/* Without doubled and trailing slashes, with one in front. */
static int normalize(struct ml_str name, struct ml_arena *a, struct ml_str *ret)
{
	char *out = ml_arena_calloc(a, name.n + 2, 1);
	struct ml_str part;
	bool more = true;
	size_t n = 0;

	if (!out)
		return -ENOMEM;
	while (more) {
		more = ml_split(&name, '/', &part);
		if (!more)
			part = name;
		if (!part.n || ml_str_is(part, "."))
			continue;
		if (ml_str_is(part, ".."))
			return -EINVAL;
		out[n++] = '/';
		memcpy(out + n, part.p, part.n);
		n += part.n;
	}
	*ret = (struct ml_str){ out, n };
	return 0;
}

int ml_cgroup_name(const struct ml_cgroup_tree *tree, const char *name,
		   struct ml_arena *a, struct ml_str *ret)
{
	int rc = normalize(ml_str_of(name), a, ret);

	if (rc)
		return rc;
	if (ml_cgroup_is_below(*ret, tree->mount))
		*ret = ml_str_skip(*ret, tree->mount.n);
	else if (tree->other.p && ml_cgroup_is_below(*ret, tree->other))
		*ret = ml_str_skip(*ret, tree->other.n);
	else if (!ml_str_is(tree->top, "/") && ml_cgroup_is_below(*ret, tree->top))
		*ret = ml_str_skip(*ret, tree->top.n);
	return 0;
}

int ml_cgroup_open(const struct ml_root *root, struct ml_str mount, struct ml_str group,
		   struct ml_arena *a, struct ml_group_dir *ret)
{
	const char *path = ml_arena_printf(a, "%.*s%.*s", (int)mount.n, mount.p,
					   (int)group.n, group.p);

	return path ? ml_group_open(root, path, ret) : -ENOMEM;
}

uint64_t ml_cgroup_limit(const struct ml_group_dir *dir, const char *name, int *rc)
{
	uint64_t limit = ml_group_number(dir, name, rc);

	return limit >= ML_CGROUP_UNLIMITED ? ML_NONE : limit;
}

/* ---- our own limit ---- */

static uint64_t read_stat(const struct ml_group_dir *dir, const char *key)
{
	char buf[ML_GROUP_TEXT_MAX];
	struct ml_str text, line, word;
	uint64_t value;

	if (ml_group_read(dir, "memory.stat", buf, &text))
		return ML_NONE;
	while (ml_next_line(&text, &line))
		if (ml_next_word(&line, &word) && ml_str_is(word, key) &&
		    ml_next_word(&line, &word) && ml_num_u64(word, &value))
			return value;
	return ML_NONE;
}

static void take_limit(const struct ml_group_dir *dir,
		       const struct ml_cgroup_files *files, struct ml_str path,
		       struct ml_cgroup_limit *best)
{
	uint64_t limit = ml_cgroup_limit(dir, files->limit, NULL), usage, headroom;

	if (limit == ML_NONE)
		return;
	usage = ml_group_number(dir, files->usage, NULL);
	headroom = ml_sub_sat(limit, usage);
	if (best->limit == ML_NONE || limit < best->limit) {
		best->path = path.n ? path : ML_STR("/");
		best->limit = limit;
		best->usage = usage;
		best->working_set =
			ml_sub_sat(usage, read_stat(dir, files->inactive_file));
	}
	if (headroom < best->headroom)
		best->headroom = headroom;
}

/* At the root of the mount, version 1 tells the limit of groups above it, too. */
static void take_hidden_limit(const struct ml_group_dir *dir,
			      const struct ml_cgroup_files *files,
			      struct ml_cgroup_limit *best)
{
	uint64_t limit = files->version == 1 ? read_stat(dir, "hierarchical_memory_limit")
					     : ML_NONE;
	uint64_t headroom;

	if (limit >= ML_CGROUP_UNLIMITED || limit >= best->limit)
		return;
	best->path = (struct ml_str){ 0 };
	best->limit = limit;
	best->usage = ml_group_number(dir, files->usage, NULL);
	best->working_set = ml_sub_sat(best->usage, read_stat(dir, files->inactive_file));
	headroom = ml_sub_sat(limit, best->usage);
	if (headroom < best->headroom)
		best->headroom = headroom;
}

/* From our group up to the root of the mount: the smallest limit and the least
 * headroom. */
static int walk_up(const struct ml_root *root, const struct ml_cgroup_own *own,
		   struct ml_arena *a, struct ml_cgroup_limit *best)
{
	struct ml_str path = own->path;

	for (;;) {
		struct ml_group_dir dir;
		int rc = ml_cgroup_open(root, own->tree.mount, path, a, &dir);

		if (rc == -ENOMEM)
			return rc;
		if (!rc) {
			take_limit(&dir, own->tree.files, path, best);
			if (!path.n)
				take_hidden_limit(&dir, own->tree.files, best);
			ml_group_close(&dir);
		}
		if (!path.n)
			return 0;
		while (path.n && path.p[--path.n] != '/')
			;
	}
}

static int find_own(const struct ml_root *root, const struct ml_snap *snap,
		    struct ml_arena *a, struct ml_cgroup_own *ret)
{
	const struct ml_parsed *mounts = ml_snap_parsed(snap, ML_FEED_MOUNTS);
	struct place place = { 0 };
	struct ml_str text;
	int rc = ml_root_read(root, "/proc/self/cgroup", a, &text);

	if (!rc && !mounts)
		rc = -(int)snap->feed[ML_FEED_MOUNTS].error;
	if (!rc && (!own_group(text, &place) || !mounts ||
		    !find_mount(&mounts->rows, &place.tree)))
		rc = -ENOENT; /* no memory controller mounted where we can see it */
	ret->tree = place.tree;
	ret->told = place.group;
	ret->path = ml_cgroup_below(&place.tree, place.group);
	return rc;
}

int ml_cgroup_limit_gather(const struct ml_root *root, struct ml_arena *a,
			   struct ml_feed_data *ret)
{
	struct ml_cgroup_limit best, *row;
	struct ml_cgroup_own *own = ml_arena_calloc(a, 1, sizeof(*own));
	int rc = own ? find_own(root, ret->snap, a, own) : -ENOMEM;

	memset(&best, 0xff, sizeof(best)); /* ML_NONE */
	ret->parsed.rows = ML_ROWS(struct ml_cgroup_limit);
	if (rc == -ENOMEM)
		return rc;
	ret->error = -rc;
	ret->status = ml_status_of(-rc);
	if (rc)
		return 0;
	ret->parsed.head = own;
	best.version = own->tree.files->version;
	rc = walk_up(root, own, a, &best);
	if (rc || best.limit == ML_NONE)
		return rc;
	row = ml_rows_add(&ret->parsed.rows, a);
	if (!row)
		return -ENOMEM;
	*row = best;
	return 0;
}
