/* SPDX-License-Identifier: MIT */
/* cache_mounts: which file system a path lies on, and whether a walk may go there. */
#include "model/cache_mounts.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"

/* Their files are made as they are read: some act then (trace_pipe takes what it
 * shows). */
static bool is_kernel_type(struct ml_str type)
{
	static const char *const types[] = {
		"proc",	    "sysfs",	"debugfs",     "tracefs",      "cgroup",
		"cgroup2",  "securityfs", "configfs",	 "pstore",	 "efivarfs",
		"bpf",	    "devpts",	"mqueue",      "binfmt_misc",  "fusectl",
		"nsfs",	    "selinuxfs", "smackfs",	 "rpc_pipefs",	 "nfsd",
		"binder",   "resctrl",	"hugetlbfs",   "functionfs",   "ffs",
		"spufs",    "openpromfs", "xenfs",	 "usbfs",	 "cpuset",
	};

	for (size_t i = 0; i < ML_ARRAY_SIZE(types); i++)
		if (ml_str_is(type, types[i]))
			return true;
	return false;
}

struct ml_cache_fs ml_cache_fs_of(const struct ml_mount_row *mount)
{
	bool shmem =
		ml_str_is(mount->type, "tmpfs") || ml_str_is(mount->type, "devtmpfs");

	return (struct ml_cache_fs){
		.type = mount->type,
		.kind = shmem ? ML_CACHE_SHMEM : ML_CACHE_FILES,
		.may_hang = ml_mount_may_hang(mount),
		.is_kernel = is_kernel_type(mount->type),
	};
}

/* Of those at one place the first: it covers the others. */
static void drop_covered(struct ml_rows *rows)
{
	struct ml_cache_mount *at = (struct ml_cache_mount *)rows->at;
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (!n || !ml_str_eq(at[n - 1].point, at[i].point))
			at[n++] = at[i];
	rows->n = n;
}

static int by_device(const void *a, const void *b)
{
	const struct ml_cache_mount *const *x = a, *const *y = b;

	if ((*x)->major != (*y)->major)
		return (*x)->major < (*y)->major ? -1 : 1;
	return ((*x)->minor > (*y)->minor) - ((*x)->minor < (*y)->minor);
}

/* An overlay shows the files of others, with other numbers: no more can be told of it. */
static int find_shared(struct ml_rows *rows)
{
	_cleanup_free_ struct ml_cache_mount **sorted =
		calloc(rows->n + 1, sizeof(struct ml_cache_mount *));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < rows->n; i++)
		sorted[i] = ml_rows_at(rows, i);
	qsort(sorted, rows->n, sizeof(*sorted), by_device);
	for (size_t i = 1; i < rows->n; i++)
		if (!by_device(&sorted[i - 1], &sorted[i]))
			sorted[i - 1]->fs.is_shared = sorted[i]->fs.is_shared = true;
	return 0;
}

/* Of those at one place the one that was mounted last stands first. */
static int by_point(const void *a, const void *b)
{
	const struct ml_cache_mount *x = a, *y = b;
	int c = ml_str_cmp(x->point, y->point);

	return c ? c : (x->nth < y->nth) - (x->nth > y->nth);
}

int ml_cache_mounts_init(const struct ml_rows *mountinfo, struct ml_arena *a,
			 struct ml_cache_mounts *ret)
{
	const struct ml_mount_row *from;
	uint64_t n = 0;

	ret->rows = ML_ROWS(struct ml_cache_mount);
	if (ml_rows_reserve(&ret->rows, a, mountinfo->n))
		return -ENOMEM;
	ml_for_each_row(from, mountinfo) {
		struct ml_cache_mount *to = ml_rows_add(&ret->rows, a);

		if (!to)
			return -ENOMEM;
		*to = (struct ml_cache_mount){ from->point, from->major, from->minor, n++,
					       ml_cache_fs_of(from) };
	}
	if (n)
		qsort(ret->rows.at, n, ret->rows.size, by_point);
	if (find_shared(&ret->rows))
		return -ENOMEM;
	drop_covered(&ret->rows);
	return 0;
}

static int point_cmp(const void *key, const void *row)
{
	return ml_str_cmp(*(const struct ml_str *)key,
			  ((const struct ml_cache_mount *)row)->point);
}

const struct ml_cache_mount *ml_cache_mount_at(const struct ml_cache_mounts *mounts,
					       struct ml_str point)
{
	const struct ml_rows *rows = &mounts->rows;

	return rows->n ? bsearch(&point, rows->at, rows->n, rows->size, point_cmp) : NULL;
}

/* The folder that holds it; "/" is its own. */
static struct ml_str parent_of(struct ml_str path)
{
	while (path.n > 1 && path.p[path.n - 1] != '/')
		path.n--;
	if (path.n > 1)
		path.n--;
	return path;
}

const struct ml_cache_mount *ml_cache_mount_of(const struct ml_cache_mounts *mounts,
					       struct ml_str path)
{
	const struct ml_cache_mount *found = ml_cache_mount_at(mounts, path);

	while (!found && path.n > 1) {
		path = parent_of(path);
		found = ml_cache_mount_at(mounts, path);
	}
	return found;
}
