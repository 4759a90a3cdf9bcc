/* SPDX-License-Identifier: MIT */
/* diff_shm: what changed of shared memory, object by object. */
#include <errno.h>

#include "model/shm.h"
#include "report/diff.h"

struct shm_row {
	struct ml_change c;
	uint64_t kind, major, minor, inode, space;
	struct ml_str kind_name, name, comm;
	uint64_t pid, owners;
};

static const struct ml_col shm_cols[] = {
	ML_CHANGE_COLS(struct shm_row, ML_UNIT_BYTES, "what is allocated to the object"),
	ML_LABEL(struct shm_row, kind_name, "kind", "KIND",
		 "tmpfs, posix, deleted, sysv, memfd, anonymous, ..."),
	ML_COUNT(struct shm_row, owners, "owners", "OWNERS",
		 "processes that have it, or had it last"),
	ML_LABEL(struct shm_row, pid, "pid", "PID", "the one that maps most of it"),
	ML_LABEL(struct shm_row, comm, "comm", "COMMAND", "its name"),
	ML_LABEL(struct shm_row, inode, "inode", "INODE", "inode; SysV: the id",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct shm_row, name, "name", "NAME",
		 "path, or what the kernel calls it", .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_shm_table = {
	.id = "shm",
	.title = "shared memory",
	.help = "objects of shared memory that changed",
	.source = "/proc/PID/fd, /proc/PID/maps, /proc/sysvipc/shm",
	ML_TABLE_COLS(shm_cols),
	.row_size = sizeof(struct shm_row),
	.flags = ML_TABLE_DEFAULT,
};

static const struct ml_shm *ledger(const struct ml_snap *snap)
{
	return snap ? snap->feed[ML_FEED_SHM].parsed.head : NULL;
}

/* Whether all files of a file system were kept: of others one may be missing because
 * others outgrew it. */
static bool is_whole(const struct ml_shm *shm, const struct ml_shm_object *file)
{
	const struct ml_shm_object *o;
	size_t n = 0;

	if (shm)
		ml_for_each_row(o, &shm->objects)
			n += o->major == file->major && o->minor == file->minor &&
			     !o->holders;
	return n < ML_SHM_KEPT_MAX;
}

static bool is_compared(const struct ml_build *b, const struct ml_shm_object *o)
{
	bool listed = o->kind == ML_SHM_TMPFS || o->kind == ML_SHM_POSIX;

	if (o->bytes == ML_NONE)
		return false;
	return !listed || o->holders ||
	       (is_whole(ledger(b->prev), o) && is_whole(ledger(b->cur), o));
}

static int collect_shm(struct ml_build *b, const struct ml_snap *snap,
		       struct ml_rows *ret)
{
	const struct ml_shm *shm = ledger(snap);
	const struct ml_shm_object *o;

	if (!shm)
		return 0;
	ml_for_each_row(o, &shm->objects) {
		const struct ml_shm_holder *first =
			o->holders ? ml_rows_at(&shm->holders, o->first_holder) : NULL;
		struct shm_row *row =
			is_compared(b, o) ? ml_rows_add(ret, b->arena) : NULL;

		if (!row && is_compared(b, o))
			return -ENOMEM;
		if (!row)
			continue;
		*row = (struct shm_row){
			.kind = o->kind,
			.major = o->segment ? 0 : o->major, /* known while it is mapped */
			.minor = o->segment ? 0 : o->minor,
			.inode = o->inode,
			.space = o->segment ? 0 : o->space,
			.kind_name =
				ml_str_of(ml_shm_kind_name((enum ml_shm_kind)o->kind)),
			.name = o->name,
			.pid = first ? first->pid : ML_NONE,
			.comm = first ? first->comm : (struct ml_str){ 0 },
			.owners = o->holders,
		};
		row->c.after = ml_diff_size(o->bytes);
	}
	return 0;
}

/* What was deleted meanwhile is the same file. */
static uint64_t class_of(const struct shm_row *row)
{
	return row->kind == ML_SHM_POSIX || row->kind == ML_SHM_DELETED ? ML_SHM_TMPFS
									: row->kind;
}

static int by_identity(const void *a, const void *b)
{
	const struct shm_row *x = a, *y = b;
	const uint64_t left[] = { class_of(x), x->major, x->minor, x->inode, x->space };
	const uint64_t right[] = { class_of(y), y->major, y->minor, y->inode, y->space };

	for (size_t i = 0; i < ML_ARRAY_SIZE(left); i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

static const struct ml_level shm_level = {
	.need = ML_FEED(SHM),
	.row_size = sizeof(struct shm_row),
	.one_boot = true,
	.collect = collect_shm,
	.cmp = by_identity,
};

int ml_diff_build_shm(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &shm_level, ret);
}
