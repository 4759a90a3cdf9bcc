/* SPDX-License-Identifier: MIT */
/* mount_spaces: the mounts of every mount namespace that a process is in. */
#include "model/mount_spaces.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "source/walk.h"

struct census {
	const struct ml_root *root;
	struct ml_arena *arena;
	struct ml_mount_spaces *ret;
};

/* "mnt:[4026531841]" */
static uint64_t namespace_of(const char *path)
{
	char text[64];
	ssize_t n = readlink(path, text, sizeof(text));
	struct ml_str s = { text, n > 0 ? (size_t)n : 0 }, kind;
	uint64_t id;

	if (!ml_split(&s, '[', &kind) || !ml_str_ends(s, "]"))
		return ML_NONE;
	s.n--;
	return ml_num_u64(s, &id) ? id : ML_NONE;
}

static struct ml_mount_space *find(const struct ml_mount_spaces *spaces, uint64_t id)
{
	struct ml_mount_space *space;

	ml_for_each_row(space, &spaces->rows)
		if (space->id == id)
			return space;
	return NULL;
}

/* A process that has gone leaves its namespace to the next one met. */
static int add(struct census *c, uint64_t id, uint64_t pid, const char *path)
{
	struct ml_parsed parsed = { 0 };
	struct ml_mount_space *space;
	struct ml_str text;
	int rc = ml_root_read(c->root, path, c->arena, &text);

	if (rc)
		return rc == -ENOMEM || !pid ? rc : 0;
	if (!text.n)
		return 0;
	if (ml_parse_mountinfo(text, c->arena, &parsed))
		return -ENOMEM;
	space = ml_rows_add(&c->ret->rows, c->arena);
	if (!space)
		return -ENOMEM;
	*space = (struct ml_mount_space){ id, pid, parsed.rows };
	return 0;
}

static int met_pid(uint64_t pid, void *data)
{
	struct census *c = data;
	char path[64];
	uint64_t id;

	snprintf(path, sizeof(path), "/proc/%llu/ns/mnt", (unsigned long long)pid);
	id = namespace_of(path);
	if (id == ML_NONE) {
		if (errno == EACCES || errno == EPERM)
			c->ret->refused++;
		return 0;
	}
	if (find(c->ret, id))
		return 0;
	snprintf(path, sizeof(path), "/proc/%llu/mountinfo", (unsigned long long)pid);
	return add(c, id, pid, path);
}

static int by_id(const void *a, const void *b)
{
	const struct ml_mount_row *x = *(const struct ml_mount_row *const *)a;
	const struct ml_mount_row *y = *(const struct ml_mount_row *const *)b;

	return (x->id > y->id) - (x->id < y->id);
}

static int by_device(const void *a, const void *b)
{
	const struct ml_mount_row *x = *(const struct ml_mount_row *const *)a;
	const struct ml_mount_row *y = *(const struct ml_mount_row *const *)b;

	if (x->major != y->major)
		return x->major < y->major ? -1 : 1;
	return (x->minor > y->minor) - (x->minor < y->minor);
}

static int index_mounts(struct ml_mount_spaces *ret, struct ml_arena *a)
{
	const struct ml_mount_space *space;
	const struct ml_mount_row *mount;
	size_t n = 0;

	ml_for_each_row(space, &ret->rows)
		n += space->mounts.n;
	ret->by_id = ml_arena_calloc(a, n + 1, sizeof(struct ml_mount_row *));
	ret->by_device = ml_arena_calloc(a, n + 1, sizeof(struct ml_mount_row *));
	if (!ret->by_id || !ret->by_device)
		return -ENOMEM;
	ml_for_each_row(space, &ret->rows)
		ml_for_each_row(mount, &space->mounts) {
			ret->by_id[ret->n] = mount;
			ret->by_device[ret->n++] = mount;
		}
	qsort(ret->by_id, ret->n, sizeof(*ret->by_id), by_id);
	qsort(ret->by_device, ret->n, sizeof(*ret->by_device), by_device);
	return 0;
}

static int read_spaces(const struct ml_root *root, bool all, struct ml_arena *a,
		       struct ml_mount_spaces *ret)
{
	struct census c = { root, a, ret };
	uint64_t own = root->live ? namespace_of("/proc/self/ns/mnt") : ML_NONE;
	int rc;

	*ret = (struct ml_mount_spaces){ .rows = ML_ROWS(struct ml_mount_space) };
	rc = add(&c, own, 0, "/proc/self/mountinfo");
	if (!rc && all && root->live)
		rc = ml_walk_pids(root, met_pid, &c);
	return rc ? rc : index_mounts(ret, a);
}

int ml_mount_spaces_read(const struct ml_root *root, struct ml_arena *a,
			 struct ml_mount_spaces *ret)
{
	return read_spaces(root, true, a, ret);
}

int ml_mount_spaces_own(const struct ml_root *root, struct ml_arena *a,
			struct ml_mount_spaces *ret)
{
	return read_spaces(root, false, a, ret);
}

const struct ml_mount_row *ml_mount_spaces_by_id(const struct ml_mount_spaces *spaces,
						 uint64_t id)
{
	const struct ml_mount_row key = { .id = id }, *at = &key, **found;

	found = bsearch(&at, spaces->by_id, spaces->n, sizeof(at), by_id);
	return found ? *found : NULL;
}

const struct ml_mount_row *ml_mount_spaces_by_device(const struct ml_mount_spaces *spaces,
						     uint64_t major, uint64_t minor)
{
	const struct ml_mount_row key = { .major = major, .minor = minor };
	const struct ml_mount_row *at = &key, **found;

	found = bsearch(&at, spaces->by_device, spaces->n, sizeof(at), by_device);
	return found ? *found : NULL;
}

bool ml_mount_is_above(const struct ml_mount_row *mount, struct ml_str path)
{
	struct ml_str point = mount->point;

	if (ml_str_is(point, "/"))
		return ml_str_starts(path, "/");
	return path.n >= point.n && memcmp(path.p, point.p, point.n) == 0 &&
	       (path.n == point.n || path.p[point.n] == '/');
}

bool ml_mount_is_tmpfs(const struct ml_mount_row *mount)
{
	return ml_str_is(mount->type, "tmpfs") || ml_str_is(mount->type, "devtmpfs");
}
