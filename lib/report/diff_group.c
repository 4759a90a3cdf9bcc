/* SPDX-License-Identifier: MIT */
/* diff_group: control groups whose memory changed. */
#include <errno.h>
#include <stddef.h>

#include "model/groups.h"
#include "report/diff.h"

struct group_row {
	struct ml_change c; /* of the usage */
	struct ml_str path;
	struct ml_group_split s;
	uint64_t kills;
	int64_t anon_change, file_change, shmem_change, kernel_change, swap_change;
	int64_t kills_change;
};

#define CHANGE(field, head, help, ...) \
	ML_COL(struct group_row, field##_change, ML_UNIT_BYTES, ML_SEM_GAUGE, \
	       #field "_change", head, "change of " help, ##__VA_ARGS__)

static const struct ml_col group_cols[] = {
	ML_CHANGE_COLS(struct group_row, ML_UNIT_BYTES, "the memory charged to the group"),
	CHANGE(anon, "ANON+", "its anonymous memory", .reads = ML_READ_GROUP_STAT),
	CHANGE(file, "FILE+", "its page cache", .reads = ML_READ_GROUP_STAT),
	CHANGE(shmem, "SHMEM+", "its shared memory", .reads = ML_READ_GROUP_STAT,
	       .flags = ML_COL_MINOR),
	CHANGE(kernel, "KERNEL+", "kernel memory on its behalf",
	       .reads = ML_READ_GROUP_STAT | ML_READ_GROUP_KERNEL, .flags = ML_COL_MINOR),
	CHANGE(swap, "SWAP+", "what it has in swap",
	       .reads = ML_READ_GROUP_STAT | ML_READ_GROUP_SWAP),
	ML_COL(struct group_row, kills_change, ML_UNIT_COUNT, ML_SEM_GAUGE, "kills_change",
	       "KILLS+", "processes that the OOM killer took meanwhile",
	       .reads = ML_READ_GROUP_EVENTS, .flags = ML_COL_MINOR),
	ML_LABEL(struct group_row, path, "path", "GROUP", "the group, below its mount",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_diff_group_table = {
	.id = "groups",
	.title = "control groups",
	.help = "control groups whose memory changed, with those below them",
	.source = "/sys/fs/cgroup",
	ML_TABLE_COLS(group_cols),
	.row_size = sizeof(struct group_row),
	.flags = ML_TABLE_DEFAULT,
};

/* The root of version 2 has no usage: it is the machine. */
static int collect_groups(struct ml_build *b, const struct ml_snap *snap,
			  struct ml_rows *ret)
{
	const struct ml_parsed *groups = ml_snap_parsed(snap, ML_FEED_GROUPS);
	const struct ml_groups_head *head = ml_groups_head(snap);
	const struct ml_group *g;

	if (!head)
		return 0;
	ml_for_each_row(g, &groups->rows) {
		struct group_row *row;

		if (g->usage == ML_NONE)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->path = g->path;
		row->c.after = ml_diff_size(g->usage);
		row->kills = ml_flat_get(&head->names, &g->events, "oom_kill");
		ml_group_split(head, g, ML_NONE, &row->s);
	}
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return ml_str_cmp(((const struct group_row *)a)->path,
			  ((const struct group_row *)b)->path);
}

#define MEASURE(of, field) \
	{ offsetof(struct group_row, of), offsetof(struct group_row, field##_change) }

static const struct {
	size_t member, change;
} measures[] = {
	MEASURE(s.anon, anon),     MEASURE(s.file, file), MEASURE(s.shmem, shmem),
	MEASURE(s.kernel, kernel), MEASURE(s.swap, swap), MEASURE(kills, kills),
};

static void pair_groups(const struct ml_build *b, void *data, const void *before,
			const void *after)
{
	struct group_row *row = data;

	(void)b;
	for (size_t i = 0; i < ML_ARRAY_SIZE(measures); i++)
		*(int64_t *)((char *)data + measures[i].change) =
			ml_diff_member(before, after, measures[i].member);
	ml_diff_weigh(&row->c, row->anon_change);
	ml_diff_weigh(&row->c, row->swap_change);
}

static const struct ml_level groups = {
	.need = ML_FEED(GROUPS),
	.row_size = sizeof(struct group_row),
	.collect = collect_groups,
	.cmp = by_path,
	.pair = pair_groups,
};

int ml_diff_build_groups(struct ml_build *b, struct ml_rows *ret)
{
	return ml_diff_level(b, &groups, ret);
}
