/* SPDX-License-Identifier: MIT */
/* cache_ledger: adds up the page cache of files as they are found, and keeps the largest
 * - each file once. */
#include "model/cache_ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "probe/page_cache.h"

/* _IOR(0x12, 114, size_t) of linux/fs.h, which does not go with all headers of the C
 * library. */
#define DISK_BYTES _IOR(0x12, 114, size_t)

void ml_cache_sums_add(struct ml_cache_sums *to, const struct ml_cache_sums *from)
{
	to->files += from->files;
	to->size = ml_add(to->size, from->size);
	to->cached = ml_add(to->cached, from->cached);
	to->dirty = ml_add(to->dirty, from->dirty);
	to->writeback = ml_add(to->writeback, from->writeback);
	to->evicted = ml_add(to->evicted, from->evicted);
	to->recently_evicted = ml_add(to->recently_evicted, from->recently_evicted);
}

/* ---- the largest ---- */

/* Whether `a` is left out before `b`; what is not told is least. */
static bool is_less(const struct ml_cache_file *a, const struct ml_cache_file *b)
{
	uint64_t x = ml_or0(a->s.cached), y = ml_or0(b->s.cached);

	return x != y ? x < y : ml_or0(a->s.size) < ml_or0(b->s.size);
}

static void swap(struct ml_cache_file *a, struct ml_cache_file *b)
{
	struct ml_cache_file c = *a;

	*a = *b;
	*b = c;
}

static void sift_up(struct ml_cache_file *at, size_t i)
{
	for (; i && is_less(&at[i], &at[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&at[i], &at[(i - 1) / 2]);
}

static void sift_down(struct ml_cache_file *at, size_t n)
{
	size_t i = 0, least;

	for (;; i = least) {
		size_t left = 2 * i + 1, right = left + 1;

		least = left < n && is_less(&at[left], &at[i]) ? left : i;
		if (right < n && is_less(&at[right], &at[least]))
			least = right;
		if (least == i)
			return;
		swap(&at[i], &at[least]);
	}
}

static int grow_kept(struct ml_cache_ledger *l)
{
	size_t cap = l->cap ? l->cap * 2 : 64;
	struct ml_cache_file *kept = realloc(l->kept, cap * sizeof(*kept));

	if (!kept)
		return -ENOMEM;
	l->kept = kept;
	l->cap = cap;
	return 0;
}

static void leave_out(struct ml_cache_ledger *l, const struct ml_cache_file *file)
{
	l->head->omitted++;
	l->head->omitted_cached += ml_or0(file->s.cached);
}

/* The path is copied only where the row stays. */
static int keep(struct ml_cache_ledger *l, const struct ml_cache_file *file)
{
	bool full = l->nkept == ML_CACHE_LISTED;
	char *path;

	if (full && !is_less(&l->kept[0], file)) {
		leave_out(l, file);
		return 0;
	}
	path = strndup(file->path.p, file->path.n);
	if (!path || (!full && l->nkept == l->cap && grow_kept(l))) {
		free(path);
		return -ENOMEM;
	}
	if (full) {
		leave_out(l, &l->kept[0]);
		free((char *)(uintptr_t)l->kept[0].path.p);
	}
	l->kept[full ? 0 : l->nkept] = *file;
	l->kept[full ? 0 : l->nkept].path.p = path;
	if (full)
		sift_down(l->kept, l->nkept);
	else
		sift_up(l->kept, l->nkept++);
	return 0;
}

static int list_asked(struct ml_cache_ledger *l, const struct ml_cache_file *file)
{
	struct ml_cache_file *row = ml_rows_add(&l->asked, l->arena);

	if (!row)
		return -ENOMEM;
	*row = *file;
	row->path.p = ml_arena_strndup(l->arena, file->path.p, file->path.n);
	return row->path.p ? 0 : -ENOMEM;
}

/* ---- one file ---- */

static uint64_t size_of(const struct ml_cache_found *file)
{
	uint64_t bytes = 0;

	if (!S_ISBLK(file->st->st_mode))
		return (uint64_t)file->st->st_size;
	return file->fd < 0 || ioctl(file->fd, DISK_BYTES, &bytes) ? ML_NONE : bytes;
}

static enum ml_cache_kind kind_of(const struct ml_cache_found *file)
{
	return S_ISBLK(file->st->st_mode) ? ML_CACHE_DISKS : file->fs.kind;
}

static const char *why_not(int rc, struct ml_cache_head *head)
{
	if (rc == -EPERM) {
		head->untold++;
		return "neither ours nor writable";
	}
	head->unreadable++;
	return strerror(-rc);
}

/* An empty file has no pages, whoever may look. */
static int ask(const struct ml_cache_found *file, uint64_t size,
	       struct ml_page_cache *ret)
{
	*ret = (struct ml_page_cache){ 0 };
	if (!size && S_ISREG(file->st->st_mode))
		return 0;
	if (file->fd < 0)
		return file->fd == -EPERM ? -EACCES : file->fd;
	return ml_page_cache(file->fd, size == ML_NONE ? 0 : size, ret);
}

static struct ml_cache_file row_of(const struct ml_cache_found *file)
{
	bool disk = S_ISBLK(file->st->st_mode);
	dev_t device = disk ? file->st->st_rdev : file->st->st_dev;
	struct ml_str type = { 0 };

	if (!disk)
		type = file->fs.type;
	return (struct ml_cache_file){
		.path = file->path,
		.kind = disk ? ML_STR("disk") : ML_STR("file"),
		.major = major(device),
		.minor = minor(device),
		.inode = file->st->st_ino,
		.links = file->st->st_nlink,
		.filesystem = type,
		.owners = file->owners,
		.pids = file->pids,
	};
}

static void fill_unknown(struct ml_cache_file *row)
{
	row->s = (struct ml_cache_sums){
		.size = row->s.size,
		.cached = ML_NONE,
		.dirty = ML_NONE,
		.writeback = ML_NONE,
		.evicted = ML_NONE,
		.recently_evicted = ML_NONE,
	};
}

static void fill_known(struct ml_cache_file *row, const struct ml_page_cache *cache)
{
	row->s = (struct ml_cache_sums){
		.files = 1,
		.size = row->s.size,
		.cached = cache->cached,
		.dirty = cache->dirty,
		.writeback = cache->writeback,
		.evicted = cache->evicted,
		.recently_evicted = cache->recently_evicted,
	};
	row->how = ml_str_of(cache->how);
}

int ml_cache_ledger_is_new(struct ml_cache_ledger *l, const struct stat *st)
{
	int rc = ml_inode_set_add(&l->seen, S_ISBLK(st->st_mode) ? 0 : st->st_dev,
				  S_ISBLK(st->st_mode) ? st->st_rdev : st->st_ino);

	return rc < 0 ? rc : !rc;
}

int ml_cache_ledger_add(struct ml_cache_ledger *l, const struct ml_cache_found *file,
			struct ml_cache_sums *ret, bool *ret_known)
{
	struct ml_cache_file row = row_of(file);
	struct ml_page_cache cache;
	int rc;

	row.s.size = size_of(file);
	rc = ask(file, row.s.size, &cache);
	if (rc == -ENOMEM || rc == -EMFILE || rc == -ENFILE)
		return rc;
	*ret_known = !rc;
	if (rc) {
		fill_unknown(&row);
		row.why = ml_str_of(why_not(rc, l->head));
		*ret = (struct ml_cache_sums){ 0 };
	} else {
		fill_known(&row, &cache);
		l->head->by_mincore |= ml_str_is(row.how, "mincore");
		*ret = row.s;
		ml_cache_sums_add(&l->head->all, ret);
		ml_cache_sums_add(&l->head->of[kind_of(file)], ret);
	}
	if (file->asked)
		return list_asked(l, &row);
	return rc ? 0 : keep(l, &row);
}

bool ml_cache_ledger_is_late(struct ml_cache_ledger *l)
{
	if (l->deadline != ML_NONE && ml_clock_monotonic_ns() >= l->deadline)
		l->head->late = true;
	return l->head->late;
}

/* ---- the end ---- */

static int by_cached(const void *a, const void *b)
{
	const struct ml_cache_file *x = a, *y = b;
	bool known = x->s.cached != ML_NONE;

	if (known != (y->s.cached != ML_NONE))
		return known ? -1 : 1;
	if (is_less(y, x))
		return -1;
	return is_less(x, y) ? 1 : ml_str_cmp(x->path, y->path);
}

int ml_cache_ledger_rows(struct ml_cache_ledger *l, struct ml_rows *ret)
{
	*ret = ML_ROWS(struct ml_cache_file);
	if (ml_rows_reserve(ret, l->arena, l->asked.n + l->nkept))
		return -ENOMEM;
	for (size_t i = 0; i < l->asked.n + l->nkept; i++) {
		bool asked = i < l->asked.n;
		struct ml_cache_file *row = ml_rows_add(ret, l->arena);

		if (!row)
			return -ENOMEM;
		*row = asked ? *(struct ml_cache_file *)ml_rows_at(&l->asked, i)
			     : l->kept[i - l->asked.n];
		row->path.p = ml_arena_strndup(l->arena, row->path.p, row->path.n);
		if (!row->path.p)
			return -ENOMEM;
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_cached);
	return 0;
}

void ml_cache_ledger_deinit(struct ml_cache_ledger *l)
{
	for (size_t i = 0; i < l->nkept; i++)
		free((char *)(uintptr_t)l->kept[i].path.p);
	free(l->kept);
	ml_inode_set_deinit(&l->seen);
}
