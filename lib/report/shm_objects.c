/* SPDX-License-Identifier: MIT */
/* shm_objects: shared memory object by object, and process by process. */
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "report/shm.h"

/* What fits under the summary on one screen. */
#define LARGEST_MAX 8
/* Owners named in one row. */
#define NAMED_MAX 3

struct object_row {
	struct ml_str kind, name, state, device, owners, comm, creator_comm;
	uint64_t bytes, size, swapped, mapped, owner_count, descriptors, pid;
	uint64_t inode, deleted, orphaned, removed;
	uint64_t attached, creator, creator_lives, last, uid, key;
};

#define ROW struct object_row

static const struct ml_col object_cols[] = {
	ML_BYTES(ROW, bytes, "bytes", "SIZE", "allocated, in RAM or in swap",
		 .source = "st_blocks; SysV: rss + swap"),
	ML_BYTES(ROW, size, "size", "LENGTH", "its end, pages never touched included",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(ROW, swapped, "swapped", "SWAP", "of it in swap",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(ROW, mapped, "mapped", "MAPPED",
		 "addresses of all processes that lead to it; 0: only open",
		 .flags = ML_COL_MINOR),
	ML_LABEL(
		ROW, kind, "kind", "KIND",
		"tmpfs, posix, deleted, sysv, memfd, anonymous, gem; hugetlb, secretmem, gpu"),
	ML_LABEL(
		ROW, state, "state", "STATE",
		"orphaned: a SysV segment nobody attached; removed: goes with its last user; "
		"deleted: has no name; unused: nobody has it open or mapped"),
	ML_COUNT(ROW, owner_count, "owners", "OWNERS",
		 "processes that have it open or mapped"),
	ML_COUNT(ROW, descriptors, "descriptors", "FDS", "descriptors in all of them",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, pid, "pid", "PID", "the one that maps most of it"),
	ML_LABEL(ROW, comm, "comm", "COMMAND", "its name"),
	ML_LABEL(ROW, owners, "pids", "PIDS", "owners, those first that map most",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, device, "device", "DEVICE", "device number",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, inode, "inode", "INODE", "inode; SysV: the id of the segment",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, deleted, "deleted", "DELETED", "1: no name leads to it",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, orphaned, "orphaned", "ORPHANED",
		 "1: a SysV segment that nobody has attached", .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, removed, "removed", "REMOVED",
		 "1: a SysV segment that goes with its last user",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(ROW, attached, "attached", "ATTACHED", "SysV: how often it is attached",
		 .source = "nattch", .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, key, "sysv_key", "KEY", "SysV: the key that programs know it by",
		 .source = "key", .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, uid, "uid", "UID", "SysV: owner", .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, creator, "creator", "CREATOR", "SysV: process that made it",
		 .source = "cpid", .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, creator_lives, "creator_lives", "LIVES",
		 "SysV: 1: a process has that pid now; 0: none has",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, creator_comm, "creator_comm", "CREATOR NAME",
		 "SysV: the name of that process", .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, last, "last", "LAST",
		 "SysV: process that attached or detached last", .source = "lpid",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(ROW, name, "name", "NAME", "path, or what the kernel calls it",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_shm_largest_table = {
	.id = "largest",
	.title = "The largest objects",
	.help = "the largest objects of all kinds, for one screen",
	.source = "/proc/PID/fd, /proc/PID/maps, statx(2)",
	ML_TABLE_COLS(object_cols),
	.row_size = sizeof(ROW),
	.flags = ML_TABLE_DEFAULT,
};

const struct ml_table ml_shm_shared_table = {
	.id = "shared",
	.title = "the largest objects of shared memory",
	.help = "the largest objects of Shmem and who holds them; memlens shm has them all",
	.source = "/proc/PID/fd, /proc/PID/maps, statx(2)",
	ML_TABLE_COLS(object_cols),
	.row_size = sizeof(ROW),
};

const struct ml_table ml_shm_objects_table = {
	.id = "objects",
	.title = "Objects",
	.help = "each object by device and inode, largest first, with who holds it",
	.source = "/proc/PID/fd, /proc/PID/maps, statx(2)",
	ML_TABLE_COLS(object_cols),
	.row_size = sizeof(ROW),
};

static const struct ml_shm *ledger(const struct ml_build *b)
{
	return b->cur->feed[ML_FEED_SHM].parsed.head;
}

/* ---- objects ---- */

static bool is_deleted(const struct ml_shm_object *o)
{
	return o->kind == ML_SHM_DELETED;
}

static struct ml_str state_of(const struct ml_shm_object *o)
{
	const struct ml_sysv_row *segment = o->segment ? o->segment->row : NULL;

	if (segment && segment->attached == 0)
		return ML_STR("orphaned");
	if (segment && segment->perms != ML_NONE && segment->perms & ML_SYSV_DEST)
		return ML_STR("removed");
	if (is_deleted(o))
		return ML_STR("deleted");
	if (!o->holders && !segment)
		return ML_STR("unused");
	return ML_STR("held");
}

/* "12 34 56 +7" */
static int list_owners(struct ml_build *b, const struct ml_shm *shm,
		       const struct ml_shm_object *o, struct ml_str *ret)
{
	struct ml_buf out = { 0 };

	for (size_t i = 0; i < o->holders && i < NAMED_MAX; i++) {
		const struct ml_shm_holder *h =
			ml_rows_at(&shm->holders, o->first_holder + i);

		ml_buf_printf(&out, "%s%llu", i ? " " : "", (unsigned long long)h->pid);
	}
	if (o->holders > NAMED_MAX)
		ml_buf_printf(&out, " +%llu",
			      (unsigned long long)(o->holders - NAMED_MAX));
	ret->n = out.n;
	ret->p = out.failed ? NULL
		 : out.n    ? ml_arena_strndup(b->arena, out.p, out.n)
			    : NULL;
	ml_buf_deinit(&out);
	return out.failed || (ret->n && !ret->p) ? -ENOMEM : 0;
}

static void take_segment(const struct ml_shm_segment *segment, ROW *row)
{
	row->attached = row->creator = row->creator_lives = ML_NONE;
	row->last = row->uid = row->key = ML_NONE;
	if (!segment)
		return;
	row->attached = segment->row->attached;
	row->creator = segment->row->creator;
	row->creator_lives = segment->creator_lives;
	row->creator_comm = segment->creator_comm;
	row->last = segment->row->last;
	row->uid = segment->row->uid;
	row->key = (uint32_t)segment->row->key;
	row->orphaned = segment->row->attached == 0;
	row->removed =
		segment->row->perms != ML_NONE && segment->row->perms & ML_SYSV_DEST;
}

static int put_object(struct ml_build *b, const struct ml_shm *shm,
		      const struct ml_shm_object *o, struct ml_rows *ret)
{
	const struct ml_shm_holder *first =
		o->holders ? ml_rows_at(&shm->holders, o->first_holder) : NULL;
	const char *device = o->major == ML_NONE
				     ? ""
				     : ml_arena_printf(b->arena, "%llu:%llu",
						       (unsigned long long)o->major,
						       (unsigned long long)o->minor);
	ROW *row = ml_rows_add(ret, b->arena);

	if (!row || !device)
		return -ENOMEM;
	*row = (ROW){
		.kind = ml_str_of(ml_shm_kind_name((enum ml_shm_kind)o->kind)),
		.name = o->name,
		.state = state_of(o),
		.device = ml_str_of(*device ? device : NULL),
		.bytes = o->bytes,
		.size = o->size,
		.swapped = o->swapped,
		.mapped = o->mapped,
		.owner_count = o->holders,
		.descriptors = o->descriptors,
		.inode = o->inode,
		.deleted = is_deleted(o),
		.pid = first ? first->pid : ML_NONE,
	};
	if (first && first->comm.n)
		row->comm = first->comm;
	take_segment(o->segment, row);
	return list_owners(b, shm, o, &row->owners);
}

static int put_objects(struct ml_build *b, size_t most, struct ml_rows *ret)
{
	const struct ml_shm *shm = ledger(b);
	const struct ml_shm_object *o;

	if (shm)
		ml_for_each_row(o, &shm->objects)
			if (ret->n < most && put_object(b, shm, o, ret))
				return -ENOMEM;
	return 0;
}

int ml_shm_build_largest(struct ml_build *b, struct ml_rows *ret)
{
	return put_objects(b, LARGEST_MAX, ret);
}

int ml_shm_build_objects(struct ml_build *b, struct ml_rows *ret)
{
	return put_objects(b, SIZE_MAX, ret);
}

/* ---- owners ---- */

struct owner_row {
	uint64_t pid;
	struct ml_str comm;
	uint64_t bytes, alone, mapped, descriptors, objects;
};

static const struct ml_col owner_cols[] = {
	ML_LABEL(struct owner_row, pid, "pid", "PID", "process id"),
	ML_BYTES(struct owner_row, bytes, "bytes", "HOLDS",
		 "size of all objects that it has open or mapped, whoever else has them"),
	ML_BYTES(struct owner_row, alone, "alone", "ALONE",
		 "of these, what nobody else has: of memfd and deleted files it would go "
		 "with the process"),
	ML_BYTES(struct owner_row, mapped, "mapped", "MAPPED",
		 "addresses that lead to them"),
	ML_COUNT(struct owner_row, descriptors, "descriptors", "FDS",
		 "descriptors of them"),
	ML_COUNT(struct owner_row, objects, "objects", "OBJECTS", "how many they are"),
	ML_LABEL(struct owner_row, comm, "comm", "COMMAND", "name of the process",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_shm_owners_table = {
	.id = "owners",
	.title = "Owners",
	.help = "one row per process that has any open or mapped, most first",
	.source = "/proc/PID/fd, /proc/PID/maps, statx(2)",
	ML_TABLE_COLS(owner_cols),
	.row_size = sizeof(struct owner_row),
};

/* One process and one object. */
struct share {
	uint64_t pid;
	const struct ml_shm_holder *holder;
	const struct ml_shm_object *object;
};

static int by_pid(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int by_bytes(const void *a, const void *b)
{
	const struct owner_row *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int list_shares(struct ml_build *b, const struct ml_shm *shm, struct ml_rows *ret)
{
	const struct ml_shm_object *o;

	*ret = ML_ROWS(struct share);
	ml_for_each_row(o, &shm->objects)
		for (size_t i = 0; i < o->holders; i++) {
			const struct ml_shm_holder *h =
				ml_rows_at(&shm->holders, o->first_holder + i);
			struct share *share = ml_rows_add(ret, b->arena);

			if (!share)
				return -ENOMEM;
			*share = (struct share){ h->pid, h, o };
		}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_pid);
	return 0;
}

static void add_share(const struct share *share, struct owner_row *row)
{
	const struct ml_shm_object *o = share->object;

	row->objects++;
	row->bytes = ml_add(row->bytes, ml_or0(o->bytes));
	if (o->holders == 1)
		row->alone = ml_add(row->alone, ml_or0(o->bytes));
	row->mapped = ml_add(row->mapped, ml_or0(share->holder->mapped));
	row->descriptors = ml_add(row->descriptors, ml_or0(share->holder->descriptors));
}

int ml_shm_build_owners(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_shm *shm = ledger(b);
	struct owner_row *row = NULL;
	const struct share *share;
	struct ml_rows shares;

	if (!shm)
		return 0;
	if (list_shares(b, shm, &shares))
		return -ENOMEM;
	ml_for_each_row(share, &shares) {
		if (!row || row->pid != share->pid) {
			row = ml_rows_add(ret, b->arena);
			if (!row)
				return -ENOMEM;
			row->pid = share->pid;
			row->comm = share->holder->comm;
		}
		add_share(share, row);
	}
	if (ret->n)
		qsort(ret->at, ret->n, ret->size, by_bytes);
	return 0;
}
