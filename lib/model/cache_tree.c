/* SPDX-License-Identifier: MIT */
/* cache_tree: the page cache of the files below a folder, with sums for its folders. */
#include "model/cache_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "source/file_tree.h"

/* The end of a walk that is no error: the time is up. */
#define STOP 2

/* A folder that is being walked. */
struct frame {
	struct ml_cache_sums s;
	uint64_t unknown;
	size_t row; /* SIZE_MAX: none is shown */
	struct ml_cache_fs fs;
};

struct walk {
	const struct ml_cache_tree *tree;
	struct ml_cache_ledger *ledger;
	const char *real;
	size_t path_n;   /* of the named folder, as the walk spells it */
	struct ml_buf absolute;
	struct ml_cache_fs fs; /* of the folder that is entered next */
	struct frame *frames;
	size_t n;
	int error; /* of the named folder */
};

/* ---- folders ---- */

static struct ml_str absolute_of(struct walk *w, struct ml_str path)
{
	ml_buf_clear(&w->absolute);
	if (strcmp(w->real, "/") != 0)
		ml_buf_add(&w->absolute, w->real, strlen(w->real));
	if (path.n > w->path_n && path.p[w->path_n] != '/') /* below "/" or "dir/" */
		ml_buf_add(&w->absolute, "/", 1);
	ml_buf_str(&w->absolute, ml_str_skip(path, w->path_n));
	return ml_buf_text(&w->absolute);
}

static int leave_out(struct walk *w, struct ml_str point)
{
	struct ml_cache_head *head = w->ledger->head;

	if (!head->left_out++) {
		head->left_out_at.p =
			ml_arena_strndup(w->ledger->arena, point.p, point.n);
		head->left_out_at.n = head->left_out_at.p ? point.n : 0;
	}
	return ML_FILE_TREE_SKIP;
}

static int enter(const struct ml_file_tree_at *at, void *data)
{
	struct walk *w = data;
	struct ml_str point = absolute_of(w, at->path);
	const struct ml_cache_mount *mount;

	if (w->absolute.failed)
		return -ENOMEM;
	if (ml_cache_ledger_is_late(w->ledger))
		return STOP;
	mount = ml_cache_mount_at(w->tree->mounts, point);
	w->fs = mount ? mount->fs : w->frames[w->n - 1].fs;
	if (mount && mount->fs.may_hang)
		return leave_out(w, point);
	return mount && mount->fs.is_kernel ? ML_FILE_TREE_SKIP : 0;
}

static struct ml_cache_folder *row_at(const struct walk *w, size_t row)
{
	return ml_rows_at(&w->ledger->head->folders, row);
}

/* The named folder is called by its whole path, others by their name. */
static int add_row(struct walk *w, const struct ml_file_tree_at *at)
{
	struct ml_rows *folders = &w->ledger->head->folders;
	struct ml_cache_folder *row = ml_rows_add(folders, w->ledger->arena);

	if (!row)
		return -ENOMEM;
	row->path.p = ml_arena_strndup(w->ledger->arena, at->path.p, at->path.n);
	if (!row->path.p)
		return -ENOMEM;
	row->path.n = at->path.n;
	row->name = row->path;
	if (w->n) {
		row->name = ml_str_skip(row->path, row->path.n - strlen(at->name));
		row->parent = row_at(w, w->frames[w->n - 1].row)->path;
	}
	w->frames[w->n].row = folders->n - 1;
	return 0;
}

static int opened(const struct ml_file_tree_at *at, void *data)
{
	struct walk *w = data;

	w->frames[w->n] = (struct frame){ .row = SIZE_MAX, .fs = w->fs };
	if (w->n <= w->tree->depth && add_row(w, at))
		return -ENOMEM;
	if (!w->n)
		w->path_n = at->path.n;
	w->n++;
	return 0;
}

static void end_frame(struct walk *w)
{
	const struct frame *f = &w->frames[--w->n];

	if (f->row != SIZE_MAX) {
		row_at(w, f->row)->s = f->s;
		row_at(w, f->row)->unknown = f->unknown;
	}
	if (w->n) {
		ml_cache_sums_add(&w->frames[w->n - 1].s, &f->s);
		w->frames[w->n - 1].unknown += f->unknown;
	}
}

static int leave(void *data)
{
	end_frame(data);
	return 0;
}

/* ---- files ---- */

static bool may_recur(const struct walk *w, const struct ml_file_tree_at *at)
{
	return at->st->st_nlink > 1 || w->tree->overlaps ||
	       w->frames[w->n - 1].fs.is_shared;
}

static int met_file(const struct ml_file_tree_at *at, void *data)
{
	struct walk *w = data;
	struct frame *f = &w->frames[w->n - 1];
	struct ml_cache_found found = { at->path, -1, at->st, f->fs, .owners = ML_NONE };
	struct ml_cache_sums sums = { 0 };
	bool known = true;
	int rc;

	if (ml_cache_ledger_is_late(w->ledger))
		return STOP;
	rc = may_recur(w, at) ? ml_cache_ledger_is_new(w->ledger, at->st) : 1;
	if (rc <= 0)
		return rc;
	if (at->st->st_size) {
		found.fd =
			openat(at->dir, at->name,
			       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		if (found.fd < 0 && errno == ENOENT)
			return 0;
		if (found.fd < 0)
			found.fd = -errno;
	}
	rc = ml_cache_ledger_add(w->ledger, &found, &sums, &known);
	if (found.fd >= 0)
		close(found.fd);
	ml_cache_sums_add(&f->s, &sums);
	f->unknown += !known;
	return rc;
}

static int refused(const struct ml_file_tree_at *at, void *data)
{
	struct walk *w = data;
	struct ml_cache_head *head = w->ledger->head;

	if (at->error == ENOMEM || at->error == EMFILE || at->error == ENFILE)
		return -at->error;
	if (at->dir == AT_FDCWD)
		w->error = at->error;
	else if (!at->is_folder)
		head->unreadable++;
	else if (w->n == ML_FILE_TREE_DEPTH)
		head->deep_folders++;
	else if (at->error != ENOENT)
		head->closed_folders++;
	return 0;
}

static const struct ml_file_tree calls = {
	.enter = enter,
	.opened = opened,
	.file = met_file,
	.refused = refused,
	.leave = leave,
};

int ml_cache_tree_walk(const struct ml_cache_tree *tree, const char *path,
		       const char *real)
{
	_cleanup_free_ struct frame *frames = calloc(ML_FILE_TREE_DEPTH, sizeof(*frames));
	const struct ml_cache_mount *mount =
		ml_cache_mount_of(tree->mounts, ml_str_of(real));
	struct walk w = {
		.tree = tree,
		.ledger = tree->ledger,
		.real = real,
		.frames = frames,
	};
	int rc;

	if (!frames)
		return -ENOMEM;
	if (mount)
		w.fs = mount->fs;
	rc = ml_file_tree_walk(path, &calls, &w);
	while (w.n)
		end_frame(&w);
	ml_buf_deinit(&w.absolute);
	return rc == STOP ? 0 : rc ? rc : -w.error;
}

/* ---- order ---- */

/* Where a folder stands, to be put in order. */
struct place {
	const struct ml_cache_folder *row;
	size_t nth, parent; /* SIZE_MAX: a named folder */
};

static int by_parent(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	uint64_t p = ml_or0(x->row->s.cached), q = ml_or0(y->row->s.cached);

	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	return (x->nth > y->nth) - (x->nth < y->nth);
}

/* As they were met, each stands behind the folder that holds it: the last one above it
 * whose path is its parent's. */
static void find_parents(const struct ml_rows *folders, struct place *places)
{
	size_t above[ML_FILE_TREE_DEPTH + 1];
	size_t n = 0;

	for (size_t i = 0; i < folders->n; i++) {
		const struct ml_cache_folder *row = ml_rows_at(folders, i);

		while (n && (!row->parent.p ||
			     places[above[n - 1]].row->path.p != row->parent.p))
			n--;
		places[i] = (struct place){ row, i, n ? above[n - 1] : SIZE_MAX };
		above[n++] = i;
	}
}

/* The children of `parent` lie together among the sorted. */
static size_t first_child(const struct place *places, size_t n, size_t parent)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (places[mid].parent < parent)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void put_in_order(const struct place *places, size_t n,
			 struct ml_cache_folder *ret)
{
	size_t at[ML_FILE_TREE_DEPTH + 1], parent[ML_FILE_TREE_DEPTH + 1];
	size_t depth = 0;

	parent[0] = SIZE_MAX;
	at[0] = first_child(places, n, SIZE_MAX);
	for (;;) {
		size_t i = at[depth];

		if (i < n && places[i].parent == parent[depth]) {
			at[depth]++;
			*ret++ = *places[i].row;
			parent[++depth] = places[i].nth;
			at[depth] = first_child(places, n, places[i].nth);
		} else if (!depth--) {
			return;
		}
	}
}

int ml_cache_tree_sort(struct ml_rows *folders, struct ml_arena *a)
{
	_cleanup_free_ struct place *places = calloc(folders->n + 1, sizeof(*places));
	struct ml_rows sorted = ML_ROWS(struct ml_cache_folder);

	if (!places || ml_rows_reserve(&sorted, a, folders->n))
		return -ENOMEM;
	find_parents(folders, places);
	if (!folders->n)
		return 0;
	qsort(places, folders->n, sizeof(*places), by_parent);
	put_in_order(places, folders->n, (struct ml_cache_folder *)sorted.at);
	sorted.n = folders->n;
	*folders = sorted;
	return 0;
}
