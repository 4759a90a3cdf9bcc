/* SPDX-License-Identifier: MIT */
/* shm: the ledger of shared memory - what there is of each kind, and who holds it. */
#include "model/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "model/files.h"
#include "model/shm_gpu.h"
#include "model/shm_mounts.h"
#include "model/shm_text.h"
#include "model/snap.h"

#define DELETED " (deleted)"

/* Files of the kernel's own mounts, which no name leads to: their names are the kernel's
 * and end with " (deleted)", but for secretmem before 6.x. */
static const struct {
	const char *prefix;
	enum ml_shm_kind kind;
} internal[] = {
	{ "/memfd:", ML_SHM_MEMFD },
	{ "/SYSV", ML_SHM_SYSV },
	{ "/dev/zero", ML_SHM_ANONYMOUS },
	{ "/drm mm object", ML_SHM_GEM },
	{ "/i915", ML_SHM_GEM },
	{ "/anon_hugepage", ML_SHM_HUGETLB },
	{ "/secretmem", ML_SHM_SECRETMEM },
};

static const char *const kind_names[ML_SHM_KINDS] = {
	[ML_SHM_TMPFS] = "tmpfs",
	[ML_SHM_POSIX] = "posix",
	[ML_SHM_DELETED] = "deleted",
	[ML_SHM_SYSV] = "sysv",
	[ML_SHM_MEMFD] = "memfd",
	[ML_SHM_ANONYMOUS] = "anonymous",
	[ML_SHM_GEM] = "gem",
	[ML_SHM_HUGETLB] = "hugetlb",
	[ML_SHM_SECRETMEM] = "secretmem",
	[ML_SHM_GPU] = "gpu",
};

const char *ml_shm_kind_name(enum ml_shm_kind kind)
{
	return kind_names[kind];
}

struct census {
	struct ml_mount_spaces spaces;
	struct ml_rows points; /* of struct ml_str: where file systems in memory are */
	struct ml_files files;
	struct ml_arena *arena;
	struct ml_shm *ret;
	struct ml_shm_gpus gpus;
	uint64_t own_ipc;
	bool swap; /* some is in use */
	/* the last device of the kernel's own mounts, and whether its pages are huge */
	uint64_t major, minor;
	bool huge;
};

/* ---- which files ---- */

/* ML_SHM_KINDS: none of them. */
static enum ml_shm_kind internal_kind(struct ml_str name)
{
	for (size_t i = 0; i < ML_ARRAY_SIZE(internal); i++)
		if (ml_str_starts(name, internal[i].prefix))
			return internal[i].kind;
	return ML_SHM_KINDS;
}

static bool is_below(struct ml_str point, struct ml_str name)
{
	return name.n > point.n && memcmp(name.p, point.p, point.n) == 0 &&
	       (name.p[point.n] == '/' || point.n == 1);
}

static bool wants_name(struct ml_str name, void *data)
{
	const struct census *c = data;
	const struct ml_str *point;

	if (!ml_str_starts(name, "/"))
		return false;
	if (internal_kind(name) != ML_SHM_KINDS &&
	    (ml_str_ends(name, DELETED) || ml_str_starts(name, "/secretmem")))
		return true;
	if (ml_shm_is_gpu(name))
		return false;
	ml_for_each_row(point, &c->points)
		if (is_below(*point, name))
			return true;
	return false;
}

static bool wants_mount(const struct ml_mount_row *mount, struct ml_str name, void *data)
{
	(void)data;
	return mount ? ml_shm_is_mount(mount) : internal_kind(name) != ML_SHM_KINDS;
}

static int met_other(const struct ml_process *process, int fd, struct ml_str name,
		     void *data)
{
	struct census *c = data;

	return ml_shm_is_gpu(name) ? ml_shm_met_gpu(&c->gpus, c->arena, process, fd) : 0;
}

static int add_point(struct census *c, struct ml_str point)
{
	struct ml_str *row;

	ml_for_each_row(row, &c->points)
		if (ml_str_eq(*row, point))
			return 0;
	row = ml_rows_add(&c->points, c->arena);
	if (!row)
		return -ENOMEM;
	*row = point;
	return 0;
}

/* A file system of the root folder is one only if the kernel says it is in memory. */
static int list_points(struct census *c)
{
	const struct ml_shm_mount *mount;

	for (size_t i = 0; i < c->spaces.n; i++) {
		const struct ml_mount_row *m = c->spaces.by_id[i];

		if (!ml_shm_is_mount(m))
			continue;
		ml_for_each_row(mount, &c->ret->mounts)
			if (mount->major == m->major && mount->minor == m->minor &&
			    add_point(c, m->point))
				return -ENOMEM;
	}
	return 0;
}

/* ---- what kind they are ---- */

static bool is_huge(struct census *c, const struct ml_held_file *f)
{
	char path[96];
	struct statfs fs;

	if (f->major == c->major && f->minor == c->minor)
		return c->huge;
	if (f->fd >= 0)
		snprintf(path, sizeof(path), "/proc/%llu/fd/%d",
			 (unsigned long long)f->pid, f->fd);
	else
		snprintf(path, sizeof(path), "/proc/%llu/map_files/%llx-%llx",
			 (unsigned long long)f->pid, (unsigned long long)f->start,
			 (unsigned long long)f->end);
	if (statfs(path, &fs))
		return false;
	c->major = f->major;
	c->minor = f->minor;
	c->huge = fs.f_type == HUGETLBFS_MAGIC;
	return c->huge;
}

static enum ml_shm_kind kind_of(struct census *c, const struct ml_held_file *f)
{
	enum ml_shm_kind kind = f->mount ? ML_SHM_KINDS : internal_kind(f->name);

	if (kind == ML_SHM_SECRETMEM)
		return kind;
	if (f->mount ? ml_str_is(f->mount->type, "hugetlbfs") : is_huge(c, f))
		return ML_SHM_HUGETLB;
	if (kind != ML_SHM_KINDS)
		return kind;
	if (f->deleted)
		return ML_SHM_DELETED;
	return ml_str_starts(f->name, "/dev/shm/") ? ML_SHM_POSIX : ML_SHM_TMPFS;
}

static bool is_wanted(const struct census *c, const struct ml_held_file *f)
{
	const struct ml_shm_mount *m;

	if (f->mode != ML_NONE && !S_ISREG(f->mode))
		return false;
	if (!f->mount)
		return true;
	ml_for_each_row(m, &c->ret->mounts)
		if (m->major == f->major && m->minor == f->minor)
			return true;
	return false;
}

/* ---- joining ---- */

static int by_file(const void *a, const void *b)
{
	const struct ml_file_holder *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->mapped != y->mapped)
		return x->mapped < y->mapped ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int add_holders(struct census *c, const struct ml_file_holder *h, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ml_shm_holder *row = ml_rows_add(&c->ret->holders, c->arena);

		if (!row)
			return -ENOMEM;
		*row = (struct ml_shm_holder){
			.pid = h[i].pid,
			.descriptors = h[i].descriptors,
			.mapped = h[i].mapped,
		};
	}
	return 0;
}

/* The files of mounts were listed before: most are held by nobody. */
static struct ml_shm_object *find_listed(const struct census *c, size_t nlisted,
					 const struct ml_held_file *f)
{
	for (size_t i = 0; f->mount && i < nlisted; i++) {
		struct ml_shm_object *o = ml_rows_at(&c->ret->objects, i);

		if (o->inode == f->inode && o->minor == f->minor && o->major == f->major)
			return o;
	}
	return NULL;
}

static uint64_t swapped_of(const struct census *c, const struct ml_held_file *f,
			   enum ml_shm_kind kind)
{
	if (!c->swap || kind >= ML_SHM_KINDS_IN || !f->bytes)
		return 0;
	if (f->bytes == ML_NONE)
		return ML_NONE;
	return ml_shm_swapped(ml_held_file_open(f, O_RDONLY), f->size, f->bytes);
}

/* The kernel counts no blocks of secret memory. */
static uint64_t bytes_of(const struct ml_held_file *f, enum ml_shm_kind kind)
{
	return kind == ML_SHM_SECRETMEM ? ML_NONE : f->bytes;
}

static int add_file(struct census *c, const struct ml_held_file *f, size_t nlisted,
		    const struct ml_file_holder *h)
{
	struct ml_shm_object *o = find_listed(c, nlisted, f);
	enum ml_shm_kind kind = kind_of(c, f);

	if (!o)
		o = ml_rows_add(&c->ret->objects, c->arena);
	if (!o)
		return -ENOMEM;
	*o = (struct ml_shm_object){
		.kind = kind,
		.major = f->major,
		.minor = f->minor,
		.inode = f->inode,
		.space = f->space,
		.own_ipc = f->space && f->space == c->own_ipc,
		.name = f->name,
		.size = f->size,
		.bytes = bytes_of(f, kind),
		.swapped = swapped_of(c, f, kind),
		.mapped = f->mapped,
		.descriptors = f->descriptors,
		.holders = f->holders,
		.first_holder = c->ret->holders.n,
	};
	return add_holders(c, h, f->holders);
}

static int join_files(struct census *c)
{
	const struct ml_file_holder *h;
	const struct ml_held_file *f;
	size_t nlisted = c->ret->objects.n;
	int rc = 0;

	if (!c->files.rows.n)
		return 0;
	qsort(c->files.holders.at, c->files.holders.n, c->files.holders.size, by_file);
	h = ml_rows_at(&c->files.holders, 0);
	ml_for_each_row(f, &c->files.rows) {
		if (!rc && is_wanted(c, f))
			rc = add_file(c, f, nlisted, h);
		h += f->holders;
	}
	return rc;
}

static int largest_first(const void *a, const void *b)
{
	const struct ml_shm_object *x = a, *y = b;
	uint64_t m = x->bytes == ML_NONE ? 0 : x->bytes;
	uint64_t n = y->bytes == ML_NONE ? 0 : y->bytes;

	if (m != n)
		return m < n ? 1 : -1;
	if (x->mapped != y->mapped)
		return x->mapped < y->mapped ? 1 : -1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->inode > y->inode) - (x->inode < y->inode);
}

static int fullest_first(const void *a, const void *b)
{
	const struct ml_shm_mount *x = a, *y = b;
	uint64_t m = ml_shm_mount_used(x), n = ml_shm_mount_used(y);

	m = ml_or0(m);
	n = ml_or0(n);
	if (m != n)
		return m < n ? 1 : -1;
	return ml_str_cmp(x->point, y->point);
}

uint64_t ml_shm_mount_used(const struct ml_shm_mount *mount)
{
	if (mount->used != ML_NONE)
		return mount->used;
	return mount->listed && !mount->cut ? mount->listed_bytes : ML_NONE;
}

void ml_shm_sort(struct ml_shm *shm)
{
	if (shm->objects.n)
		qsort(shm->objects.at, shm->objects.n, shm->objects.size, largest_first);
	if (shm->mounts.n)
		qsort(shm->mounts.at, shm->mounts.n, shm->mounts.size, fullest_first);
}

/* An initial root folder that is no tmpfs is none of ours. */
static void drop_unasked_roots(struct ml_shm *shm)
{
	size_t n = 0;

	for (size_t i = 0; i < shm->mounts.n; i++) {
		struct ml_shm_mount *m = ml_rows_at(&shm->mounts, i);

		if (ml_str_is(m->type, "rootfs") && m->size == ML_NONE && !m->listed)
			continue;
		*(struct ml_shm_mount *)ml_rows_at(&shm->mounts, n++) = *m;
	}
	shm->mounts.n = n;
}

int ml_shm_take(const struct ml_root *root, struct ml_arena *a, struct ml_shm *ret)
{
	struct census c = {
		.arena = a,
		.ret = ret,
		.points = ML_ROWS(struct ml_str),
		.major = ML_NONE,
	};
	const struct ml_files_ask ask = {
		.by_name = wants_name,
		.by_mount = wants_mount,
		.other = met_other,
		.data = &c,
	};
	struct sysinfo info;
	struct stat st;
	int rc;

	c.swap = !sysinfo(&info) && info.freeswap < info.totalswap;
	c.own_ipc = stat("/proc/self/ns/ipc", &st) ? 0 : st.st_ino;
	rc = ml_mount_spaces_read(root, a, &c.spaces);
	if (!rc)
		rc = ml_shm_list_mounts(
			&c.spaces, c.swap ? ML_SHM_ASK_SWAP : ML_SHM_ASK_SIZES, a, ret);
	if (rc)
		return rc;
	drop_unasked_roots(ret);
	rc = list_points(&c);
	if (!rc)
		rc = ml_files_walk(root, a, &c.spaces, &ask, &c.files);
	if (!rc)
		rc = join_files(&c);
	if (!rc)
		rc = ml_shm_add_gpus(&c.gpus, a, ret);
	ret->processes = c.files.processes;
	ret->refused = c.files.refused;
	ret->spaces = c.spaces.rows.n;
	ml_shm_sort(ret);
	return rc;
}

/* How full the file systems are, without a look at their files or at processes. */
static int take_mounts(const struct ml_root *root, struct ml_arena *a, struct ml_shm *ret)
{
	struct ml_mount_spaces spaces = { 0 };
	int rc = ml_mount_spaces_read(root, a, &spaces);

	if (!rc)
		rc = ml_shm_list_mounts(&spaces, ML_SHM_ASK_NONE, a, ret);
	drop_unasked_roots(ret);
	ret->spaces = spaces.rows.n;
	return rc;
}

/* ---- names ---- */

/* As they are now; empty for a process that has gone since. 0 or -ENOMEM. */
static int read_comm(const struct ml_processes *processes, uint64_t pid,
		     struct ml_arena *a, struct ml_str *ret)
{
	char text[64];
	ssize_t n = pid == ML_NONE ? -1
				   : ml_processes_read(processes, pid, "comm", text,
						       sizeof(text));

	if (n <= 0)
		return 0;
	ret->n = (size_t)n - (text[n - 1] == '\n');
	ret->p = ml_arena_strndup(a, text, ret->n);
	return ret->p ? 0 : -ENOMEM;
}

/* ---- SysV segments ---- */

static struct ml_shm_object *find_segment(struct ml_shm *shm, uint64_t id)
{
	struct ml_shm_object *o;

	ml_for_each_row(o, &shm->objects)
		if (o->own_ipc == 1 && o->inode == id)
			return o;
	return NULL;
}

static int add_segment(struct ml_shm *shm, struct ml_arena *a,
		       const struct ml_sysv_row *row, struct ml_shm_object **ret)
{
	const char *name = ml_arena_printf(a, "/SYSV%08x", (unsigned)row->key);

	*ret = ml_rows_add(&shm->objects, a);
	if (!*ret || !name)
		return -ENOMEM;
	**ret = (struct ml_shm_object){
		.kind = ML_SHM_SYSV,
		.major = ML_NONE,
		.minor = ML_NONE,
		.inode = row->id,
		.name = ml_str_of(name),
		.own_ipc = 1,
		.bytes = ML_NONE,
	};
	return 0;
}

/* No page of another size is as large: a segment that seems to have more RAM than it is
 * long is of huge pages, whose number some kernels multiply twice (ipc/shm.c,
 * shm_add_rss_swap). */
#define HUGE_EXCESS (64u << 10)

/* The kernel's list tells how much of it is where; what its file tells is the sum. */
static int join_segment(struct ml_shm *shm, struct ml_arena *a,
			const struct ml_processes *processes,
			const struct ml_sysv_row *row)
{
	struct ml_shm_segment *segment = ml_arena_calloc(a, 1, sizeof(*segment));
	struct ml_shm_object *o = find_segment(shm, row->id);
	uint64_t bytes = ml_add(row->rss, row->swap);

	if (!segment || (!o && add_segment(shm, a, row, &o)))
		return -ENOMEM;
	segment->row = row;
	o->segment = segment;
	o->size = row->size;
	if (row->rss > row->size + HUGE_EXCESS && row->rss != ML_NONE)
		o->kind = ML_SHM_HUGETLB;
	if (o->kind == ML_SHM_SYSV && bytes != ML_NONE) {
		o->bytes = bytes;
		o->swapped = row->swap;
	}
	if (read_comm(processes, row->creator, a, &segment->creator_comm))
		return -ENOMEM;
	segment->creator_lives =
		row->creator == ML_NONE ? ML_NONE : segment->creator_comm.n > 0;
	return 0;
}

static int join_segments(struct ml_shm *shm, struct ml_arena *a,
			 const struct ml_processes *processes,
			 const struct ml_parsed *segments)
{
	const struct ml_sysv_row *row;

	if (segments)
		ml_for_each_row(row, &segments->rows)
			if (join_segment(shm, a, processes, row))
				return -ENOMEM;
	return 0;
}

/* ---- the feed ---- */

static int name_holders(struct ml_shm *shm, struct ml_arena *a,
			const struct ml_processes *processes)
{
	struct ml_shm_holder *h;

	ml_for_each_row(h, &shm->holders)
		if (read_comm(processes, h->pid, a, &h->comm))
			return -ENOMEM;
	return 0;
}

static int finish(const struct ml_root *root, struct ml_arena *a, struct ml_shm *shm,
		  const struct ml_snap *snap)
{
	struct ml_processes processes;
	int rc = ml_processes_open(root, &processes);

	if (rc)
		return rc == -ENOMEM ? rc : 0;
	rc = name_holders(shm, a, &processes);
	if (!rc)
		rc = join_segments(shm, a, &processes,
				   snap ? ml_snap_parsed(snap, ML_FEED_SYSV_SHM) : NULL);
	ml_processes_close(&processes);
	ml_shm_sort(shm);
	return rc;
}

static int gather(const struct ml_root *root, struct ml_arena *a, bool files,
		  struct ml_feed_data *ret)
{
	struct ml_shm *shm;
	int rc;

	if (root->live) {
		shm = ml_arena_calloc(a, 1, sizeof(*shm));
		if (!shm)
			return -ENOMEM;
		ml_shm_init(shm);
		rc = files ? ml_shm_take(root, a, shm) : take_mounts(root, a, shm);
		ret->error = rc ? -rc : shm->refused ? EACCES : 0;
		ret->status = ml_status_of(ret->error);
		ret->parsed.head = shm;
		ret->parsed.rows = shm->objects;
	} else {
		rc = ml_feed_file(root, "/" ML_SHM_TEXT, ml_parse_shm_text, a, ret);
		shm = ret->parsed.head;
	}
	if (rc == -ENOMEM)
		return rc;
	if (!shm) { /* a copy that does not tell has its segments all the same */
		shm = ml_arena_calloc(a, 1, sizeof(*shm));
		if (!shm)
			return -ENOMEM;
		ml_shm_init(shm);
		shm->processes = ML_NONE;
		ret->parsed.head = shm;
	}
	return finish(root, a, shm, ret->snap);
}

int ml_shm_gather(const struct ml_root *root, struct ml_arena *a,
		  struct ml_feed_data *ret)
{
	return gather(root, a, true, ret);
}

/* All that is shared, in RAM, in swap or in huge pages, and more: no single thing is
 * larger. Unknown is as large as can be. */
static uint64_t shared_at_most(const struct ml_snap *snap)
{
	uint64_t swapped =
		ml_sub_sat(ml_snap_mem(snap, "SwapTotal"), ml_snap_mem(snap, "SwapFree"));

	return ml_add(ml_add(ml_snap_mem(snap, "Shmem"), swapped),
		      ml_or0(ml_snap_mem(snap, "Hugetlb")));
}

int ml_shm_large_gather(const struct ml_root *root, struct ml_arena *a,
			struct ml_feed_data *ret)
{
	/* what a GPU has need not be in Shmem */
	bool gpu = !access("/dev/dri", F_OK) || !access("/dev/accel", F_OK);
	bool large = shared_at_most(ret->snap) >= ML_SHM_LARGE;
	int rc = gather(root, a, large || (root->live && gpu), ret);
	struct ml_shm *shm = ret->parsed.head;

	if (shm)
		shm->no_gpu = root->live && !gpu;
	return rc;
}

void ml_shm_init(struct ml_shm *shm)
{
	*shm = (struct ml_shm){
		.mounts = ML_ROWS(struct ml_shm_mount),
		.objects = ML_ROWS(struct ml_shm_object),
		.holders = ML_ROWS(struct ml_shm_holder),
	};
}
