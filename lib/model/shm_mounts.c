/* SPDX-License-Identifier: MIT */
/* shm_mounts: the file systems that are in memory - how full, and their largest files. */
#include "model/shm_mounts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/num.h"
#include "probe/page_cache.h"

#define STATX_FLAGS (AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW)
/* Names looked at in one file system, and the time for all of them: a million small files
 * must not keep who asks for the large ones. */
#define LISTED_MAX 100000
#define LIST_NS_MAX 1000000000ull
#define DEPTH_MAX 32

struct list {
	struct ml_arena *arena;
	struct ml_shm *ret;
	uint64_t start_ns;
	enum ml_shm_ask ask;
	/* while one file system is walked */
	const struct ml_mount_space *space;
	const struct ml_mount_row *row;
	struct ml_shm_mount *mount;
	bool parent;         /* other mounts lie within it */
	struct ml_rows kept; /* of struct ml_shm_object */
	struct ml_buf path;
};

bool ml_shm_is_mount(const struct ml_mount_row *mount)
{
	return ml_mount_is_tmpfs(mount) || ml_str_is(mount->type, "hugetlbfs") ||
	       ml_str_is(mount->type, "rootfs");
}

/* ---- the files ---- */

static bool is_mount_point(const struct list *l, struct ml_str path)
{
	const struct ml_mount_row *m;

	if (l->parent)
		ml_for_each_row(m, &l->space->mounts)
			if (ml_str_eq(m->point, path))
				return true;
	return false;
}

static int smallest_first(const void *a, const void *b)
{
	const struct ml_shm_object *x = a, *y = b;

	return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

static bool is_kept(const struct list *l, uint64_t inode)
{
	const struct ml_shm_object *o;

	ml_for_each_row(o, &l->kept)
		if (o->inode == inode)
			return true;
	return false;
}

static int keep(struct list *l, const struct statx *st)
{
	uint64_t bytes = st->stx_blocks * 512;
	struct ml_shm_object *o = NULL;

	if (!bytes || (st->stx_nlink > 1 && is_kept(l, st->stx_ino)))
		return 0;
	if (l->kept.n < ML_SHM_KEPT_MAX)
		o = ml_rows_add(&l->kept, l->arena);
	else if (((struct ml_shm_object *)ml_rows_at(&l->kept, 0))->bytes < bytes)
		o = ml_rows_at(&l->kept, 0);
	if (!o)
		return l->kept.n < ML_SHM_KEPT_MAX ? -ENOMEM : 0;
	*o = (struct ml_shm_object){
		.major = st->stx_dev_major,
		.minor = st->stx_dev_minor,
		.inode = st->stx_ino,
		.name = { ml_arena_strndup(l->arena, l->path.p, l->path.n), l->path.n },
		.size = st->stx_size,
		.bytes = bytes,
		.swapped = ML_NONE,
	};
	if (l->kept.n == ML_SHM_KEPT_MAX)
		qsort(l->kept.at, l->kept.n, l->kept.size, smallest_first);
	return o->name.p ? 0 : -ENOMEM;
}

static int walk_folder(struct list *l, int fd, unsigned depth);

static int walk_below(struct list *l, int dir, const char *name, unsigned depth)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? 0 : walk_folder(l, fd, depth);
}

/* Each name has its share; one that was removed since it was found has none. */
static uint64_t share_of(const struct statx *st)
{
	return st->stx_nlink ? st->stx_blocks * 512 / st->stx_nlink : 0;
}

static int met_name(struct list *l, int dir, const char *name, unsigned depth)
{
	size_t n = l->path.n;
	struct statx st;
	int rc = 0;

	if (n && l->path.p[n - 1] != '/')
		ml_buf_add(&l->path, "/", 1);
	ml_buf_str(&l->path, ml_str_of(name));
	if (l->path.failed)
		return -ENOMEM;
	l->mount->listed++;
	if (!is_mount_point(l, ml_buf_text(&l->path)) &&
	    !statx(dir, name, STATX_FLAGS, STATX_BASIC_STATS, &st) &&
	    st.stx_dev_minor == l->mount->minor && st.stx_dev_major == l->mount->major) {
		if (S_ISDIR(st.stx_mode)) {
			rc = walk_below(l, dir, name, depth + 1);
		} else if (S_ISREG(st.stx_mode)) {
			l->mount->listed_bytes += share_of(&st);
			rc = keep(l, &st);
		}
	}
	l->path.n = n;
	return rc;
}

static bool is_over(const struct list *l, unsigned depth)
{
	return depth > DEPTH_MAX || l->mount->listed >= LISTED_MAX ||
	       ml_clock_monotonic_ns() - l->start_ns > LIST_NS_MAX;
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* Takes the descriptor. */
static int walk_folder(struct list *l, int fd, unsigned depth)
{
	_cleanup_(closedirp) DIR *dir = fdopendir(fd);
	const struct dirent *entry;
	int rc = 0;

	if (!dir) {
		close(fd);
		return -ENOMEM;
	}
	while (!rc && (entry = readdir(dir))) {
		struct ml_str name = ml_str_of(entry->d_name);

		if (ml_str_is(name, ".") || ml_str_is(name, ".."))
			continue;
		if (is_over(l, depth)) {
			l->mount->cut = 1;
			break;
		}
		rc = met_name(l, fd, entry->d_name, depth);
	}
	return rc;
}

static bool has_mounts_within(const struct list *l)
{
	const struct ml_mount_row *m;

	ml_for_each_row(m, &l->space->mounts)
		if (m != l->row && ml_mount_is_above(l->row, m->point))
			return true;
	return false;
}

uint64_t ml_shm_swapped(int fd, uint64_t size, uint64_t bytes)
{
	_cleanup_close_ int own = fd;
	struct ml_page_cache pages;

	if (own < 0 || ml_page_cache(own, size, &pages))
		return ML_NONE;
	return ml_sub_sat(bytes, pages.cached);
}

/* By its name below the mount, where another file may be by now. */
static uint64_t ask_swapped(const struct list *l, int dir, const struct ml_shm_object *o)
{
	size_t point = ml_str_is(l->row->point, "/") ? 0 : l->row->point.n;
	int fd = openat(dir, o->name.p + point + 1,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) || st.st_ino != o->inode)) {
		close(fd);
		fd = -1;
	}
	return ml_shm_swapped(fd, o->size, o->bytes);
}

static enum ml_shm_kind kind_of(const struct ml_mount_row *row, struct ml_str name)
{
	if (ml_str_is(row->type, "hugetlbfs"))
		return ML_SHM_HUGETLB;
	return ml_str_starts(name, "/dev/shm/") ? ML_SHM_POSIX : ML_SHM_TMPFS;
}

static int list_files(struct list *l, int fd)
{
	const struct ml_shm_object *kept;
	int below = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (below < 0) {
		l->mount->cut = 1;
		return 0;
	}
	l->kept = ML_ROWS(struct ml_shm_object);
	l->parent = has_mounts_within(l);
	ml_buf_clear(&l->path);
	ml_buf_str(&l->path, l->row->point);
	rc = walk_folder(l, below, 0);
	ml_for_each_row(kept, &l->kept) {
		struct ml_shm_object *o =
			rc ? NULL : ml_rows_add(&l->ret->objects, l->arena);

		if (!o)
			return -ENOMEM;
		*o = *kept;
		o->kind = kind_of(l->row, o->name);
		o->swapped = l->ask == ML_SHM_ASK_SWAP && o->kind < ML_SHM_KINDS_IN
				     ? ask_swapped(l, fd, o)
				     : 0;
	}
	return rc;
}

/* ---- the file systems ---- */

/* A path through a mount that may hang is not gone. */
static bool may_hang(const struct ml_mount_space *space, struct ml_str point)
{
	const struct ml_mount_row *m;

	ml_for_each_row(m, &space->mounts)
		if (ml_mount_may_hang(m) && ml_mount_is_above(m, point))
			return true;
	return false;
}

static int open_point(struct ml_arena *a, const struct ml_mount_space *space,
		      const struct ml_mount_row *row)
{
	const char *path = space->pid ? ml_arena_printf(a, "/proc/%llu/root%.*s",
							(unsigned long long)space->pid,
							(int)row->point.n, row->point.p)
				      : ml_arena_strndup(a, row->point.p, row->point.n);
	int fd;

	if (!path)
		return -ENOMEM;
	if (may_hang(space, row->point))
		return -ELOOP;
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Another mount may cover the point. */
static bool is_mount(int fd, const struct ml_mount_row *row)
{
	struct statx st;

	return !statx(fd, "", STATX_FLAGS | AT_EMPTY_PATH, STATX_BASIC_STATS, &st) &&
	       st.stx_dev_major == row->major && st.stx_dev_minor == row->minor;
}

static uint64_t blocks(uint64_t n, const struct statfs *fs)
{
	return ml_mul(n, (uint64_t)fs->f_bsize);
}

/* Without a limit the kernel counts neither blocks nor inodes (mm/shmem.c,
 * shmem_statfs). */
static void take_sizes(const struct statfs *fs, struct ml_shm_mount *ret)
{
	if (fs->f_blocks && fs->f_blocks != (fsblkcnt_t)-1) {
		ret->size = blocks(fs->f_blocks, fs);
		ret->used = blocks(fs->f_blocks - fs->f_bfree, fs);
	}
	if (fs->f_files && fs->f_files != (fsfilcnt_t)-1) {
		ret->files_max = fs->f_files;
		ret->files = fs->f_files - fs->f_ffree;
	}
}

/* 1: asked; 0: another of its mounts may be better. */
static int ask_mount(struct list *l)
{
	_cleanup_close_ int fd = open_point(l->arena, l->space, l->row);
	struct statfs fs;

	if (fd < 0)
		return fd == -ENOMEM ? fd : 0;
	if (!is_mount(fd, l->row) || fstatfs(fd, &fs))
		return 0;
	if (ml_str_is(l->row->type, "rootfs") && fs.f_type != TMPFS_MAGIC)
		return 0;
	take_sizes(&fs, l->mount);
	l->mount->point = l->row->point;
	l->mount->space = l->space->id;
	if (fs.f_type != TMPFS_MAGIC && fs.f_type != HUGETLBFS_MAGIC)
		return 1;
	if (ml_str_is(l->row->root, "/") && l->ask != ML_SHM_ASK_NONE)
		return list_files(l, fd) ? -ENOMEM : 1;
	l->mount->cut = 1;
	return 1;
}

static struct ml_shm_mount *find(const struct list *l, const struct ml_mount_row *row)
{
	struct ml_shm_mount *m;

	ml_for_each_row(m, &l->ret->mounts)
		if (m->minor == row->minor && m->major == row->major)
			return m;
	return NULL;
}

static struct ml_shm_mount *add(struct list *l)
{
	struct ml_shm_mount *m = ml_rows_add(&l->ret->mounts, l->arena);

	if (m)
		*m = (struct ml_shm_mount){
			.major = l->row->major,
			.minor = l->row->minor,
			.type = l->row->type,
			.point = l->row->point,
			.space = l->space->id,
			.size = ML_NONE,
			.used = ML_NONE,
			.files_max = ML_NONE,
			.files = ML_NONE,
			.own = !l->space->pid,
		};
	return m;
}

/* Where it was first met it may be covered, or be a folder of it alone. */
static int met_mount(struct list *l, const struct ml_mount_space *space,
		     const struct ml_mount_row *row, bool *counted)
{
	int rc;

	l->space = space;
	l->row = row;
	l->mount = find(l, row);
	if (!l->mount)
		l->mount = add(l);
	if (!l->mount)
		return -ENOMEM;
	if (!*counted)
		l->mount->spaces++;
	*counted = true;
	if (l->mount->size != ML_NONE || l->mount->listed)
		return 0;
	rc = ask_mount(l);
	return rc < 0 ? rc : 0;
}

/* The first mounts of each file system, those of its root before others. */
static int list_space(struct list *l, const struct ml_mount_space *space)
{
	const struct ml_mount_row *m, *other;
	int rc = 0;

	for (int whole = 1; whole >= 0 && !rc; whole--)
		ml_for_each_row(m, &space->mounts) {
			bool counted = false;

			if (rc || !ml_shm_is_mount(m) ||
			    ml_str_is(m->root, "/") != (bool)whole)
				continue;
			ml_for_each_row(other, &space->mounts)
				if (other->minor == m->minor &&
				    other->major == m->major &&
				    (ml_str_is(other->root, "/") > (bool)whole ||
				     (ml_str_is(other->root, "/") == (bool)whole &&
				      other < m)))
					counted = true;
			rc = met_mount(l, space, m, &counted);
		}
	return rc;
}

int ml_shm_list_mounts(const struct ml_mount_spaces *spaces, enum ml_shm_ask ask,
		       struct ml_arena *a, struct ml_shm *ret)
{
	struct list l = {
		.arena = a,
		.ret = ret,
		.start_ns = ml_clock_monotonic_ns(),
		.ask = ask,
	};
	const struct ml_mount_space *space;
	int rc = 0;

	ml_for_each_row(space, &spaces->rows)
		if (!rc)
			rc = list_space(&l, space);
	ml_buf_deinit(&l.path);
	return rc;
}
