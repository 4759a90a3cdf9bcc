/* SPDX-License-Identifier: MIT */
/* shm: what shared memory there is, and whether that is all the kernel counts. */
#include "report/shm.h"

#include <errno.h>
#include <stdlib.h>

/* ---- summary ---- */

struct summary_row {
	struct ml_str key, name;
	int64_t bytes; /* INT64_MIN: unknown */
	double share;
	uint64_t objects;
	struct ml_str note;
};

static const struct ml_col summary_cols[] = {
	ML_LABEL(struct summary_row, key, "key", "KEY", "stable name of the row",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct summary_row, name, "name", "MEMORY", "what kind it is"),
	ML_BYTES(struct summary_row, bytes, "bytes", "SIZE",
		 "what is allocated, in RAM or in swap; a remainder can be below 0"),
	ML_RATIO(struct summary_row, share, "share", "SHARE", "part of Shmem",
		 .flags = ML_COL_BAR),
	ML_COUNT(struct summary_row, objects, "objects", "OBJECTS",
		 "files, segments and mappings; of a tmpfs its files and folders"),
	ML_LABEL(struct summary_row, note, "note", "", "what to know about it",
		 .flags = ML_COL_WIDE),
};

static const struct ml_table summary_table = {
	.id = "summary",
	.help = "shared memory by kind, and how far the sum is from what the kernel counts",
	.source = "statfs(2), /proc/PID/fd, /proc/PID/maps, /proc/sysvipc/shm",
	ML_TABLE_COLS(summary_cols),
	.row_size = sizeof(struct summary_row),
	.flags = ML_TABLE_DEFAULT,
};

struct sums {
	uint64_t bytes[ML_SHM_KINDS]; /* ML_NONE: some of it is not known */
	uint64_t objects[ML_SHM_KINDS];
	uint64_t orphans, orphaned; /* SysV segments that nobody has attached */
	uint64_t swapped;           /* ML_NONE: of some not told, while there is swap */
	uint64_t total;
};

static const struct ml_shm *ledger(const struct ml_build *b)
{
	return b->cur->feed[ML_FEED_SHM].parsed.head;
}

/* A copy without our list knows the segments alone. */
static bool is_told(const struct ml_shm *shm)
{
	return shm && shm->processes != ML_NONE;
}

static enum ml_shm_kind kind_of_mount(const struct ml_shm_mount *m)
{
	if (ml_str_is(m->type, "hugetlbfs"))
		return ML_SHM_HUGETLB;
	return ml_str_is(m->point, "/dev/shm") ? ML_SHM_POSIX : ML_SHM_TMPFS;
}

/* Files without a name, which are counted by their file system as well. */
struct deleted {
	uint64_t major, minor, bytes, files;
};

static int by_device(const void *a, const void *b)
{
	const struct deleted *x = a, *y = b;

	if (x->major != y->major)
		return x->major < y->major ? -1 : 1;
	return (x->minor > y->minor) - (x->minor < y->minor);
}

/* One row for each file system: there may be many of these, and many files. */
static int list_deleted(struct ml_build *b, const struct ml_shm *shm, struct ml_rows *ret)
{
	const struct ml_shm_object *o;
	struct deleted *row, *last = NULL;
	size_t n = 0;

	ml_for_each_row(o, &shm->objects) {
		if (o->kind != ML_SHM_DELETED)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		*row = (struct deleted){ o->major, o->minor, ml_or0(o->bytes), 1 };
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_device);
	ml_for_each_row(row, ret) {
		if (last && !by_device(last, row)) {
			last->bytes = ml_add(last->bytes, row->bytes);
			last->files++;
			continue;
		}
		last = ml_rows_at(ret, n++);
		*last = *row;
	}
	ret->n = n;
	return 0;
}

static struct deleted deleted_on(const struct ml_rows *deleted,
				 const struct ml_shm_mount *m)
{
	const struct deleted key = { m->major, m->minor, 0, 0 }, *found = NULL;

	if (deleted->n)
		found = bsearch(&key, deleted->at, deleted->n, deleted->size, by_device);
	return found ? *found : key;
}

/* One that could not be asked is told in a note. */
static int add_mounts(struct ml_build *b, const struct ml_shm *shm, struct sums *s)
{
	struct ml_rows deleted = ML_ROWS(struct deleted);
	const struct ml_shm_mount *m;

	if (list_deleted(b, shm, &deleted))
		return -ENOMEM;
	ml_for_each_row(m, &shm->mounts) {
		enum ml_shm_kind kind = kind_of_mount(m);
		uint64_t used = ml_or0(ml_shm_mount_used(m));
		uint64_t files = m->files == ML_NONE ? m->listed : m->files;
		const struct deleted gone = deleted_on(&deleted, m);

		if (kind == ML_SHM_HUGETLB)
			continue;
		if (m->used != ML_NONE)
			used = ml_sub_sat(used, gone.bytes);
		if (m->files != ML_NONE)
			files = ml_sub_sat(files, gone.files);
		s->bytes[kind] = ml_add(s->bytes[kind], used);
		s->objects[kind] = ml_add(s->objects[kind], files);
	}
	return 0;
}

static bool is_orphan(const struct ml_shm_object *o)
{
	return o->segment && o->segment->row->attached == 0;
}

static void add_objects(const struct ml_shm *shm, struct sums *s)
{
	const struct ml_shm_object *o;

	ml_for_each_row(o, &shm->objects) {
		if (o->kind == ML_SHM_TMPFS || o->kind == ML_SHM_POSIX)
			continue;
		s->bytes[o->kind] = ml_add(s->bytes[o->kind], o->bytes);
		s->objects[o->kind]++;
		if (is_orphan(o)) {
			s->orphans++;
			s->orphaned = ml_add(s->orphaned, o->bytes);
		}
		if (o->kind < ML_SHM_KINDS_IN)
			s->swapped = ml_add(s->swapped, ml_or0(o->swapped));
	}
}

static int add_up(struct ml_build *b, const struct ml_shm *shm, struct sums *s)
{
	uint64_t swap = ml_sub_sat(ml_snap_mem(b->cur, "SwapTotal"),
				   ml_snap_mem(b->cur, "SwapFree"));

	bool segments = ml_snap_parsed(b->cur, ML_FEED_SYSV_SHM);

	*s = (struct sums){ 0 };
	if (add_mounts(b, shm, s))
		return -ENOMEM;
	add_objects(shm, s);
	for (int kind = 0; kind < ML_SHM_KINDS_IN; kind++) {
		if (!is_told(shm) && (kind != ML_SHM_SYSV || !segments))
			s->bytes[kind] = s->objects[kind] = ML_NONE;
		s->total = ml_add(s->total, s->bytes[kind]);
	}
	if (swap == ML_NONE || !is_told(shm))
		s->swapped = ML_NONE;
	return 0;
}

static int64_t as_signed(uint64_t v)
{
	return v == ML_NONE ? INT64_MIN : v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

static int put(struct ml_build *b, struct ml_rows *ret, const char *key, const char *name,
	       int64_t bytes, uint64_t objects, const char *note)
{
	struct summary_row *row = ml_rows_add(ret, b->arena);
	uint64_t shmem = ml_snap_mem(b->cur, "Shmem");

	if (!row || !note)
		return -ENOMEM;
	*row = (struct summary_row){
		.key = ml_str_of(key),
		.name = ml_str_of(name),
		.bytes = bytes,
		.share = bytes < 0 ? ml_f64(ML_NONE) : ml_ratio((uint64_t)bytes, shmem),
		.objects = objects,
		.note = ml_str_of(*note ? note : NULL),
	};
	return 0;
}

static const struct {
	enum ml_shm_kind kind;
	const char *name;
	const char *note;
} inside[] = {
	{ ML_SHM_TMPFS, "tmpfs", "files, on all mounts but /dev/shm" },
	{ ML_SHM_POSIX, "POSIX", "files in /dev/shm" },
	{ ML_SHM_SYSV, "SysV", "shmget(2)" },
	{ ML_SHM_MEMFD, "memfd", "memfd_create(2), mapped or only open" },
	{ ML_SHM_DELETED, "deleted", "tmpfs files kept by who has them open or mapped" },
	{ ML_SHM_ANONYMOUS, "anonymous", "mmap(2), shared between relatives" },
	{ ML_SHM_GEM, "GEM", "objects of GPU drivers that are mapped" },
};

static int put_kind(struct ml_build *b, const struct sums *s, size_t i,
		    struct ml_rows *ret)
{
	enum ml_shm_kind kind = inside[i].kind;
	const char *note = inside[i].note;

	if (kind == ML_SHM_GEM && (!s->objects[kind] || s->objects[kind] == ML_NONE))
		return 0;
	if (kind == ML_SHM_SYSV && s->orphans)
		note = ml_arena_printf(b->arena, "%llu attached by nobody, %llu KiB",
				       (unsigned long long)s->orphans,
				       (unsigned long long)(ml_or0(s->orphaned) / 1024));
	return put(b, ret, ml_shm_kind_name(kind), inside[i].name,
		   as_signed(s->bytes[kind]), s->objects[kind], note);
}

static int64_t remainder_of(const struct sums *s, uint64_t shmem)
{
	uint64_t here = ml_sub_sat(s->total, s->swapped);

	if (here == ML_NONE || shmem == ML_NONE)
		return INT64_MIN;
	return as_signed(shmem) - as_signed(here);
}

static const char *remainder_note(const struct ml_shm *shm, int64_t remainder)
{
	if (remainder == INT64_MIN)
		return "";
	if (remainder < 0)
		return "in swap, or changed while it was counted";
	if (shm->refused)
		return "of processes that may not be looked into, GPU objects";
	return "GPU objects, detached mounts, other IPC namespaces";
}

static int build_summary(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_shm *shm = ledger(b);
	uint64_t shmem = ml_snap_mem(b->cur, "Shmem");
	int64_t remainder;
	struct sums s;
	int rc;

	if (!shm)
		return 0;
	rc = add_up(b, shm, &s);
	for (size_t i = 0; i < ML_ARRAY_SIZE(inside) && !rc; i++)
		rc = put_kind(b, &s, i, ret);
	remainder = remainder_of(&s, shmem);
	if (!rc)
		rc = put(b, ret, "total", "together", as_signed(s.total), ML_NONE,
			 "in RAM and in swap");
	if (!rc)
		rc = put(b, ret, "swapped", "swapped", as_signed(s.swapped), ML_NONE,
			 "of it in swap, as far as that is told");
	if (!rc)
		rc = put(b, ret, "shmem", "Shmem", as_signed(shmem), ML_NONE,
			 "what the kernel counts in RAM");
	return rc ? rc
		  : put(b, ret, "remainder", "remainder", remainder, ML_NONE,
			remainder_note(shm, remainder));
}

/* ---- what stands beside it ---- */

static const struct ml_table outside_table = {
	.id = "outside",
	.title = "Not in Shmem",
	.help = "shared memory that the kernel counts elsewhere",
	.source = "/proc/PID/fd, /proc/PID/maps, /proc/PID/fdinfo",
	ML_TABLE_COLS(summary_cols),
	.row_size = sizeof(struct summary_row),
	.flags = ML_TABLE_DEFAULT,
};

static const struct {
	enum ml_shm_kind kind;
	const char *name;
	const char *note;
} outside[] = {
	{ ML_SHM_HUGETLB, "hugetlb", "of the pools of huge pages" },
	{ ML_SHM_SECRETMEM, "secretmem", "memfd_secret(2): locked, in Cached" },
	{ ML_SHM_GPU, "GPU",
	  "system memory of clients by fdinfo; may be in Shmem as GEM" },
};

static int build_outside(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_shm *shm = ledger(b);
	struct sums s;

	if (!shm)
		return 0;
	add_up(b, shm, &s);
	for (size_t i = 0; i < ML_ARRAY_SIZE(outside); i++) {
		enum ml_shm_kind kind = outside[i].kind;
		struct summary_row *row;

		if (!s.objects[kind])
			continue;
		if (put(b, ret, ml_shm_kind_name(kind), outside[i].name,
			as_signed(s.bytes[kind]), s.objects[kind], outside[i].note))
			return -ENOMEM;
		row = ml_rows_at(ret, ret->n - 1);
		row->share = ml_f64(ML_NONE);
	}
	return 0;
}

/* ---- mounts ---- */

struct mount_row {
	struct ml_str point, type, device;
	uint64_t size, used, free, files, files_max, listed, space, spaces;
	double full;
	struct ml_str where;
};

static const struct ml_col mount_cols[] = {
	ML_BYTES(struct mount_row, used, "used", "USED",
		 "allocated, in RAM or in swap; deleted files that are held included"),
	ML_BYTES(struct mount_row, size, "size", "LIMIT",
		 "what its files may have at most; unknown: no limit"),
	ML_BYTES(struct mount_row, free, "free", "FREE", "up to its limit",
		 .flags = ML_COL_MINOR),
	ML_RATIO(struct mount_row, full, "full", "FULL", "used of the limit"),
	ML_COUNT(struct mount_row, files, "files", "FILES", "inodes in use"),
	ML_COUNT(struct mount_row, files_max, "files_max", "MAX",
		 "inodes there may be at most; unknown: no limit",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(struct mount_row, listed, "listed", "LISTED",
		 "names looked at for large files", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct mount_row, type, "type", "TYPE",
		 "tmpfs, devtmpfs, rootfs, hugetlbfs"),
	ML_LABEL(struct mount_row, device, "device", "DEVICE",
		 "device number, the same wherever it is mounted"),
	ML_COUNT(struct mount_row, spaces, "namespaces", "IN",
		 "mount namespaces that it is in"),
	ML_LABEL(struct mount_row, space, "namespace", "NAMESPACE",
		 "inode of one of them", .flags = ML_COL_HIDDEN),
	ML_LABEL(struct mount_row, where, "where", "WHERE",
		 "here: in our mount namespace; else in others only"),
	ML_LABEL(struct mount_row, point, "point", "MOUNTED ON",
		 "where, in that namespace", .flags = ML_COL_WIDE),
};

static const struct ml_table mounts_table = {
	.id = "mounts",
	.title = "File systems in memory",
	.help = "one row per tmpfs and hugetlbfs, in whichever mount namespace, fullest first",
	.source = "/proc/PID/mountinfo, statfs(2)",
	ML_TABLE_COLS(mount_cols),
	.row_size = sizeof(struct mount_row),
};

static int build_mounts(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_shm *shm = ledger(b);
	const struct ml_shm_mount *m;

	if (!shm)
		return 0;
	ml_for_each_row(m, &shm->mounts) {
		struct mount_row *row = ml_rows_add(ret, b->arena);
		const char *device = ml_arena_printf(b->arena, "%llu:%llu",
						     (unsigned long long)m->major,
						     (unsigned long long)m->minor);

		if (!row || !device)
			return -ENOMEM;
		*row = (struct mount_row){
			.point = m->point,
			.type = m->type,
			.device = ml_str_of(device),
			.size = m->size,
			.used = ml_shm_mount_used(m),
			.free = ml_sub_sat(m->size, m->used),
			.files = m->files,
			.files_max = m->files_max,
			.listed = m->listed,
			.space = m->space,
			.spaces = m->spaces,
			.full = ml_ratio(m->used, m->size),
			.where = m->own ? ML_STR("here") : ML_STR("elsewhere"),
		};
	}
	return 0;
}

/* ---- what was not seen ---- */

static int note_mounts(struct ml_build *b, const struct ml_shm *shm)
{
	const struct ml_shm_mount *m;
	unsigned long long unasked = 0;

	ml_for_each_row(m, &shm->mounts) {
		if (m->cut && m->listed &&
		    ml_note(b,
			    "%.*s holds more than the %llu names looked at: a large "
			    "file of it may be missing",
			    (int)m->point.n, m->point.p, (unsigned long long)m->listed))
			return -ENOMEM;
		unasked += kind_of_mount(m) != ML_SHM_HUGETLB && m->size == ML_NONE &&
			   !m->listed;
	}
	return unasked ? ml_note(b,
				 "%llu mount%s could not be asked: covered by another "
				 "mount, or empty without a limit",
				 unasked, unasked == 1 ? "" : "s")
		       : 0;
}

static int finish(struct ml_build *b)
{
	const struct ml_shm *shm = ledger(b);
	int rc = 0;

	if (!is_told(shm))
		return ml_note(b, "the copy does not tell who holds shared memory: "
				  "SysV segments and Shmem are all there is");
	if (shm->refused)
		rc = ml_note(b,
			     "%llu process%s may not be looked into: what only they "
			     "hold is missing",
			     (unsigned long long)shm->refused,
			     shm->refused == 1 ? "" : "es");
	return rc ? rc : note_mounts(b, shm);
}

#define FEEDS (ML_FEED(SHM) | ML_FEED(SYSV_SHM))

static const struct ml_part parts[] = {
	{ &summary_table, build_summary, ML_FEED(MEMINFO), FEEDS },
	{ &outside_table, build_outside, 0, FEEDS },
	{ &ml_shm_largest_table, ml_shm_build_largest, 0, FEEDS },
	{ &mounts_table, build_mounts, 0, FEEDS },
	{ &ml_shm_objects_table, ml_shm_build_objects, 0, FEEDS },
	{ &ml_shm_owners_table, ml_shm_build_owners, 0, FEEDS },
};

const struct ml_report ml_report_shm = {
	.id = "shm",
	.title = "shared memory: what there is, and who holds it",
	ML_REPORT_PARTS(parts),
	.finish = finish,
};
