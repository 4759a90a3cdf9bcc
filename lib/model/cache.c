/* SPDX-License-Identifier: MIT */
/* cache: the page cache of files - of paths, or of what processes have open or mapped. */
#include "model/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "model/cache_tasks.h"
#include "model/cache_tree.h"
#include "model/snap.h"

/* ---- what was named ---- */

/* A path that was named and cannot be looked at. */
static int refuse(struct ml_feed_data *ret, struct ml_arena *a, const char *path,
		  int error)
{
	struct ml_source *row;

	ret->more.size = sizeof(*row);
	row = ml_rows_add(&ret->more, a);
	if (!row)
		return -ENOMEM;
	*row = (struct ml_source){
		.path = ml_arena_printf(a, "%s", path),
		.status = ml_status_of(error),
		.error = error,
		.capability = error == EACCES  ? "CAP_DAC_READ_SEARCH"
			      : error == EPERM ? "CAP_FOWNER"
					       : NULL,
		.needed = true,
	};
	return row->path ? 0 : -ENOMEM;
}

struct named {
	struct ml_cache_ledger *ledger;
	struct ml_cache_tree tree;
	char **real; /* [npaths] absolute paths; NULL: there is none */
};

/* Whether one lies at or below the other. */
static bool overlap(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	if (n > m)
		return overlap(b, a);
	return memcmp(a, b, n) == 0 && (b[n] == '/' || !b[n] || (n && a[n - 1] == '/'));
}

static bool any_overlap(char *const *real, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (real[i] && real[j] && overlap(real[i], real[j]))
				return true;
	return false;
}

static int add_named_file(struct named *n, const char *path, const char *real,
			  const struct stat *st, struct ml_feed_data *ret)
{
	const struct ml_cache_mount *mount =
		ml_cache_mount_of(n->tree.mounts, ml_str_of(real));
	struct ml_cache_found found = {
		.path = ml_str_of(path),
		.st = st,
		.asked = true,
		.owners = ML_NONE,
	};
	struct ml_cache_sums unused;
	bool known;
	int rc = ml_cache_ledger_is_new(n->ledger, st);

	if (rc <= 0)
		return rc;
	if (mount)
		found.fs = mount->fs;
	found.fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (found.fd < 0)
		found.fd = -errno;
	rc = ml_cache_ledger_add(n->ledger, &found, &unused, &known);
	if (found.fd >= 0)
		close(found.fd);
	return rc || known ? rc
			   : refuse(ret, n->ledger->arena, path,
				    found.fd < 0 ? -found.fd : EPERM);
}

/* Links are followed: what was named is meant. */
static int add_path(struct named *n, const char *path, const char *real,
		    struct ml_feed_data *ret)
{
	struct stat st;
	int rc;

	if (!real || stat(path, &st))
		return refuse(ret, n->ledger->arena, path, errno);
	if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode))
		return add_named_file(n, path, real, &st, ret);
	if (!S_ISDIR(st.st_mode))
		return refuse(ret, n->ledger->arena, path, EINVAL);
	rc = ml_cache_tree_walk(&n->tree, path, real);
	return rc && rc != -ENOMEM ? refuse(ret, n->ledger->arena, path, -rc) : rc;
}

static int add_paths(struct ml_cache_ledger *ledger, const struct ml_cache_mounts *mounts,
		     struct ml_feed_data *ret)
{
	const struct ml_want *want = ret->want;
	struct named n = {
		.ledger = ledger,
		.tree = { ledger, mounts, want->depth, false },
		.real = calloc(want->npaths + 1, sizeof(char *)),
	};
	int rc = n.real ? 0 : -ENOMEM;

	for (size_t i = 0; i < want->npaths && !rc; i++)
		n.real[i] = realpath(want->paths[i], NULL);
	if (!rc)
		n.tree.overlaps = any_overlap(n.real, want->npaths);
	for (size_t i = 0; i < want->npaths && !rc; i++) {
		if (!n.real[i]) /* again, for its reason */
			n.real[i] = realpath(want->paths[i], NULL);
		rc = add_path(&n, want->paths[i], n.real[i], ret);
	}
	for (size_t i = 0; n.real && i < want->npaths; i++)
		free(n.real[i]);
	free(n.real);
	return rc ? rc : ml_cache_tree_sort(&ledger->head->folders, ledger->arena);
}

/* ---- the feed ---- */

/* A copy has files, and none of them in memory. */
static int copy_has_none(struct ml_arena *a, struct ml_feed_data *ret)
{
	struct ml_source *row;

	ret->status = ML_ABSENT;
	ret->more.size = sizeof(*row);
	row = ml_rows_add(&ret->more, a);
	if (!row)
		return -ENOMEM;
	*row = (struct ml_source){
		.path = "page cache of files",
		.status = ML_ABSENT,
		.capability = "the running machine",
		.needed = true,
	};
	return 0;
}

static int gather(const struct ml_root *root, struct ml_cache_ledger *ledger,
		  struct ml_feed_data *ret)
{
	static const struct ml_rows none;
	const struct ml_parsed *mountinfo = ml_snap_parsed(ret->snap, ML_FEED_MOUNTS);
	const struct ml_want *want = ret->want;
	struct ml_cache_mounts mounts;
	int rc = ml_cache_mounts_init(mountinfo ? &mountinfo->rows : &none, ledger->arena,
				      &mounts);

	if (!rc && want->npaths)
		rc = add_paths(ledger, &mounts, ret);
	if (!rc && (!want->npaths || want->npids || want->group))
		rc = ml_cache_tasks(root, ledger, ret);
	return rc ? rc : ml_cache_ledger_rows(ledger, &ret->parsed.rows);
}

int ml_cache_gather(const struct ml_root *root, struct ml_arena *a,
		    struct ml_feed_data *ret)
{
	struct ml_cache_head *head = ml_arena_calloc(a, 1, sizeof(*head));
	double budget = ret->want->budget;
	struct ml_cache_ledger ledger = {
		.arena = a,
		.head = head,
		.asked = ML_ROWS(struct ml_cache_file),
		.deadline = budget > 0
				    ? ml_clock_monotonic_ns() + (uint64_t)(budget * 1e9)
				    : ML_NONE,
	};
	int rc;

	ret->parsed.rows = ML_ROWS(struct ml_cache_file);
	if (!head)
		return -ENOMEM;
	if (!root->live)
		return copy_has_none(a, ret);
	head->folders = ML_ROWS(struct ml_cache_folder);
	head->candidates = ML_NONE;
	ret->parsed.head = head;
	rc = gather(root, &ledger, ret);
	ml_cache_ledger_deinit(&ledger);
	return ml_feed_end(ret, rc);
}
