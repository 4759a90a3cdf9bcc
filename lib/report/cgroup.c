/* SPDX-License-Identifier: MIT */
/* cgroup: control groups as a tree - what each uses, may use and could give back. */
#include "report/cgroup.h"

#include <errno.h>
#include <math.h>

#include "report/processes.h"
#include "series/delta.h"

/* ---- what the tables share ---- */

int ml_group_view(struct ml_build *b, struct ml_group_view *ret)
{
	const struct ml_parsed *groups = ml_snap_parsed(b->cur, ML_FEED_GROUPS);

	*ret = (struct ml_group_view){
		.groups = groups ? &groups->rows : NULL,
		.head = ml_groups_head(b->cur),
		.before_head = ml_groups_head(b->prev),
	};
	if (!ret->head)
		ret->groups = NULL;
	return ml_groups_index(b->prev, b->arena, &ret->before, &ret->nbefore);
}

const struct ml_group *ml_group_before(const struct ml_group_view *view,
				       const struct ml_group *group)
{
	return view->before_head
		       ? ml_groups_find(view->before, view->nbefore, group->path)
		       : NULL;
}

/* ---- groups ---- */

struct group_row {
	struct ml_group g;
	struct ml_group_split s;
	double share;
	int64_t growth; /* INT64_MIN: unknown */
	double refault_rate, max_rate;
	uint64_t max_events, oom_kills, dying;
	double stall, stall_full;
};

#define G(field) g.field
#define S(field) s.field

static const struct ml_col group_cols[] = {
	ML_LABEL(struct group_row, G(path), "path", "PATH", "the group, below its mount",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct group_row, G(parent), "parent", "PARENT", "the group above it",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct group_row, G(name), "name", "GROUP",
		 "last part of its path; all of it where the tree begins"),
	ML_LABEL(struct group_row, G(version), "version", "V", "1 or 2",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, G(usage), "usage", "USAGE",
		 "memory charged to it and to those below, page cache included",
		 .source = "memory.current; v1: memory.usage_in_bytes"),
	ML_COL(struct group_row, growth, ML_UNIT_BYTES, ML_SEM_GAUGE, "growth", "GROWTH",
	       "change of the usage since the sample before", .flags = ML_COL_DELTA),
	ML_BYTES(struct group_row, G(peak), "peak", "PEAK", "the most it ever used",
		 .source = "memory.peak; v1: memory.max_usage_in_bytes",
		 .reads = ML_READ_GROUP_PEAK, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, G(limit), "limit", "LIMIT",
		 "the smallest limit of it and of all groups above; none: no limit",
		 .source = "least memory.max; v1: memory.limit_in_bytes, "
			   "hierarchical_memory_limit"),
	ML_RATIO(struct group_row, share, "share", "OF LIMIT",
		 "its own part of that limit, which others may share", .source = "usage / limit",
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, G(headroom), "headroom", "ROOM",
		 "what it can still take before a limit, its own or one above, is met",
		 .source = "least limit - usage"),
	ML_BYTES(struct group_row, G(max), "max", "MAX",
		 "its own limit: beyond it is reclaim, then the OOM killer; none: no limit",
		 .source = "memory.max; v1: memory.limit_in_bytes", .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, G(high), "high", "HIGH",
		 "its own mark from which its tasks are slowed; none: no mark",
		 .source = "memory.high", .reads = ML_READ_GROUP_MARKS, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, G(low), "low", "LOW",
		 "memory that is left to it while others have some to give",
		 .source = "memory.low", .reads = ML_READ_GROUP_MARKS, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, G(min), "min", "MIN", "memory that is never taken from it",
		 .source = "memory.min", .reads = ML_READ_GROUP_MARKS, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, G(soft), "soft_limit", "SOFT",
		 "v1: reclaim begins with groups above this; none: no limit",
		 .source = "memory.soft_limit_in_bytes", .reads = ML_READ_GROUP_MARKS,
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, S(working_set), "working_set", "WORKSET",
		 "usage less page cache not used lately: what the kubelet evicts by",
		 .source = "usage - inactive_file", .reads = ML_READ_GROUP_STAT),
	ML_BYTES(struct group_row, S(reclaimable), "reclaimable", "RECLAIM",
		 "what the kernel could take at once: clean files, and slab that shrinks",
		 .source = "inactive_file + active_file - file_dirty - file_writeback + "
			   "slab_reclaimable (v1 tells no slab)",
		 .reads = ML_READ_GROUP_STAT),
	ML_BYTES(struct group_row, S(swappable), "swappable", "SWAPPABLE",
		 "what else could go to swap: anonymous and shared memory, as swap has room",
		 .source = "least of inactive_anon + active_anon, SwapFree, swap limits - swap",
		 .reads = ML_READ_GROUP_STAT | ML_READ_GROUP_SWAP,
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, S(anon), "anon", "ANON", "anonymous memory",
		 .source = "anon; v1: total_rss", .reads = ML_READ_GROUP_STAT),
	ML_BYTES(struct group_row, S(file), "file", "FILE", "page cache of files",
		 .source = "file - shmem; v1: total_cache - total_shmem",
		 .reads = ML_READ_GROUP_STAT),
	ML_BYTES(struct group_row, S(shmem), "shmem", "SHMEM",
		 "tmpfs, memfd and shared memory", .source = "shmem; v1: total_shmem",
		 .reads = ML_READ_GROUP_STAT, .flags = ML_COL_MINOR),
	ML_BYTES(struct group_row, S(kernel), "kernel", "KERNEL",
		 "kernel memory on its behalf: slab, stacks, page tables, per-CPU, vmalloc",
		 .source = "kernel, or the sum of its parts; v1: memory.kmem.usage_in_bytes",
		 .reads = ML_READ_GROUP_STAT | ML_READ_GROUP_KERNEL,
		 .flags = ML_COL_MINOR),
	ML_BYTES(struct group_row, S(sock), "sock", "SOCK",
		 "queues of its sockets; v1 counts them beside the usage",
		 .source = "sock; v1: memory.kmem.tcp.usage_in_bytes",
		 .reads = ML_READ_GROUP_STAT | ML_READ_GROUP_KERNEL,
		 .flags = ML_COL_HIDDEN),
	ML_COL(struct group_row, S(other), ML_UNIT_BYTES, ML_SEM_GAUGE, "other", "OTHER",
	       "usage less all of these: counters lag, pipes are in none",
	       .source = "usage - anon - file - shmem - kernel - sock",
	       .reads = ML_READ_GROUP_STAT | ML_READ_GROUP_KERNEL,
	       .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, S(swap), "swap", "SWAP", "what it has in swap",
		 .source = "memory.swap.current; v1: total_swap",
		 .reads = ML_READ_GROUP_STAT | ML_READ_GROUP_SWAP),
	ML_BYTES(struct group_row, G(swap_limit), "swap_limit", "SWAPMAX",
		 "the smallest limit of swap of it and of all groups above; none: no limit",
		 .source = "least memory.swap.max", .reads = ML_READ_GROUP_SWAP,
		 .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, G(swap_peak), "swap_peak", "SWAPPEAK",
		 "the most it ever had in swap", .source = "memory.swap.peak",
		 .reads = ML_READ_GROUP_PEAK, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, G(memsw), "memsw", "MEM+SWAP",
		 "v1: memory and swap together", .source = "memory.memsw.usage_in_bytes",
		 .reads = ML_READ_GROUP_SWAP, .flags = ML_COL_HIDDEN),
	ML_BYTES(struct group_row, G(memsw_max), "memsw_max", "MEM+SWAPMAX",
		 "v1: its own limit of both together; none: no limit",
		 .source = "memory.memsw.limit_in_bytes", .reads = ML_READ_GROUP_SWAP,
		 .flags = ML_COL_HIDDEN),
	ML_COL(struct group_row, S(refaults), ML_UNIT_COUNT, ML_SEM_COUNTER, "refaults",
	       "REFAULTS", "pages that were read again after they had been dropped",
	       .source = "workingset_refault_anon + workingset_refault_file",
	       .reads = ML_READ_GROUP_STAT, .flags = ML_COL_HIDDEN),
	ML_RATE(struct group_row, refault_rate, "refault_rate", "REFAULT/s",
		"pages a second that come back after they were dropped: it has too little",
		.reads = ML_READ_GROUP_STAT, .flags = ML_COL_DELTA),
	ML_COL(struct group_row, max_events, ML_UNIT_COUNT, ML_SEM_COUNTER, "max_events",
	       "HITS", "how often a limit was met", .source = "max (memory.events); v1: memory.failcnt",
	       .reads = ML_READ_GROUP_EVENTS, .flags = ML_COL_HIDDEN),
	ML_RATE(struct group_row, max_rate, "max_rate", "HITS/s",
		"how often a second a limit is met", .reads = ML_READ_GROUP_EVENTS,
		.flags = ML_COL_DELTA),
	ML_COL(struct group_row, oom_kills, ML_UNIT_COUNT, ML_SEM_COUNTER, "oom_kills",
	       "KILLS", "processes that the OOM killer took",
	       .source = "oom_kill (memory.events); v1: memory.oom_control",
	       .reads = ML_READ_GROUP_EVENTS),
	ML_RATIO(struct group_row, G(some.avg10), "pressure", "PSI10",
		 "share of the last 10 s in which a task waited for memory",
		 .source = "some avg10 (memory.pressure)", .reads = ML_READ_GROUP_PRESSURE),
	ML_RATIO(struct group_row, G(full.avg10), "pressure_full", "FULL10",
		 "share of the last 10 s in which all its tasks did",
		 .source = "full avg10 (memory.pressure)", .reads = ML_READ_GROUP_PRESSURE,
		 .flags = ML_COL_HIDDEN),
	ML_RATIO(struct group_row, stall, "stall", "STALL",
		 "share of the time between two samples in which a task waited for memory",
		 .source = "growth of some total / time", .reads = ML_READ_GROUP_PRESSURE,
		 .flags = ML_COL_DELTA),
	ML_RATIO(struct group_row, stall_full, "stall_full", "STALLFULL",
		 "share of that time in which all its tasks did",
		 .source = "growth of full total / time", .reads = ML_READ_GROUP_PRESSURE,
		 .flags = ML_COL_DELTA | ML_COL_HIDDEN),
	ML_COUNT(struct group_row, dying, "dying", "DYING",
		 "groups below that were removed and still hold memory",
		 .source = "nr_dying_descendants (cgroup.stat)", .reads = ML_READ_GROUP_DYING,
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(struct group_row, G(processes), "processes", "PROCS",
		 "processes in the group itself", .source = "cgroup.procs",
		 .reads = ML_READ_GROUP_PROCESSES, .flags = ML_COL_MINOR),
	ML_LABEL(struct group_row, G(limit_by), "limit_by", "LIMITED BY",
		 "the group whose limit that is, itself or one above", .flags = ML_COL_WIDE),
};

static const struct ml_table group_table = {
	.id = "groups",
	.help = "one row per control group, as a tree, largest first",
	.source = "/sys/fs/cgroup",
	ML_TABLE_COLS(group_cols),
	.row_size = sizeof(struct group_row),
	.layout = ML_LAYOUT_TREE,
	.flags = ML_TABLE_DEFAULT,
};

static uint64_t max_events_of(const struct ml_groups_head *head, const struct ml_group *g)
{
	return g->version == 1 ? g->failcnt
			       : ml_flat_get(&head->names, &g->events, "max");
}

static double stall_of(const struct ml_pressure_row *before,
		       const struct ml_pressure_row *now, double seconds)
{
	if (!before->kind.p || !now->kind.p)
		return NAN;
	return ml_rate(before->total_us, now->total_us, false, seconds) / 1e6;
}

static void set_unknown(struct group_row *row)
{
	row->growth = INT64_MIN;
	row->refault_rate = row->max_rate = row->stall = row->stall_full = NAN;
	if (!row->g.some.kind.p)
		row->g.some.avg10 = NAN;
	if (!row->g.full.kind.p)
		row->g.full.avg10 = NAN;
}

static void compare(const struct ml_build *b, const struct ml_group_view *view,
		    struct group_row *row)
{
	const struct ml_group *before = ml_group_before(view, &row->g);
	double seconds = b->prev ? ml_build_seconds(b) : (double)NAN;
	struct ml_group_split s;

	if (!before)
		return;
	ml_group_split(view->before_head, before, ML_NONE, &s);
	row->growth = ml_growth(before->usage, row->g.usage);
	row->refault_rate = ml_rate(s.refaults, row->s.refaults, false, seconds);
	row->max_rate = ml_rate(max_events_of(view->before_head, before), row->max_events,
				false, seconds);
	row->stall = stall_of(&before->some, &row->g.some, seconds);
	row->stall_full = stall_of(&before->full, &row->g.full, seconds);
}

static void fill(const struct ml_build *b, const struct ml_group_view *view,
		 uint64_t swap_free, struct group_row *row)
{
	const struct ml_flat_names *names = &view->head->names;

	ml_group_split(view->head, &row->g, swap_free, &row->s);
	row->share = ml_ratio(row->g.usage, row->g.limit);
	row->max_events = max_events_of(view->head, &row->g);
	row->oom_kills = ml_flat_get(names, &row->g.events, "oom_kill");
	row->dying = ml_flat_get(names, &row->g.dying, "nr_dying_descendants");
	set_unknown(row);
	compare(b, view, row);
}

/* mem_cgroup_usage() (mm/memcontrol-v1.c) makes up the root's from files and anonymous
 * memory. */
static bool root_has_less(const struct ml_group_view *view)
{
	const struct ml_group *g, *root = NULL;

	ml_for_each_row(g, view->groups)
		if (g->version == 1 && ml_str_is(g->path, "/"))
			root = g;
	if (!root || root->usage == ML_NONE)
		return false;
	ml_for_each_row(g, view->groups)
		if (g->usage != ML_NONE && g->usage > root->usage)
			return true;
	return false;
}

static int note_tree(struct ml_build *b, const struct ml_group_view *view)
{
	const struct ml_groups_head *head = view->head;
	int rc = 0;

	if (head->cut)
		rc = ml_note(b, "only the first %u groups were read", ML_GROUPS_MAX);
	if (!rc && head->gone && b->cur->root->live)
		rc = ml_note(b, "%llu group%s removed while being read",
			     (unsigned long long)head->gone,
			     head->gone == 1 ? " was" : "s were");
	if (!rc && head->unified.p)
		rc = ml_note(b,
			     "version 1 has the memory; the pressure is that of the same "
			     "path in version 2");
	if (!rc && root_has_less(view))
		rc = ml_note(b,
			     "version 1 leaves kernel memory out of the usage of /, but "
			     "not of groups below");
	return rc;
}

/* A tree of version 2 whose groups have no memory files at all. */
static int note_controller(struct ml_build *b, const struct ml_group_view *view)
{
	const struct ml_group *g;

	ml_for_each_row(g, view->groups)
		if (g->usage != ML_NONE || g->stat.n)
			return 0;
	return view->groups->n ? ml_note(b, "the memory controller is not enabled here")
			       : 0;
}

static int build_groups(struct ml_build *b, struct ml_rows *ret)
{
	uint64_t swap_free = ml_snap_mem(b->cur, "SwapFree");
	struct ml_group_view view;
	const struct ml_group *g;

	if (ml_group_view(b, &view))
		return -ENOMEM;
	if (!view.groups)
		return 0;
	if (ml_rows_reserve(ret, b->arena, view.groups->n))
		return -ENOMEM;
	ml_for_each_row(g, view.groups) {
		struct group_row *row;

		if (!ml_group_is_shown(g))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->g = *g;
		fill(b, &view, swap_free, row);
	}
	return note_tree(b, &view) || note_controller(b, &view) || ml_note_container(b)
		       ? -ENOMEM
		       : 0;
}

static const struct ml_part parts[] = {
	{ &group_table, build_groups, ML_FEED(GROUPS),
	  ML_FEED(MEMINFO) | ML_FEED(MOUNTS) | ML_FEED(CGROUP_LIMIT) },
	{ &ml_group_own_table, ml_build_group_own, 0,
	  ML_FEED(CGROUP_LIMIT) | ML_FEED(MOUNTS) | ML_FEED(MEMINFO) },
	{ &ml_group_events_table, ml_build_group_events, ML_FEED(GROUPS), 0,
	  ML_READ_GROUP_EVENTS },
	{ &ml_group_stat_table, ml_build_group_stat, ML_FEED(GROUPS), 0,
	  ML_READ_GROUP_STAT | ML_READ_GROUP_EVENTS | ML_READ_GROUP_DYING },
	{ &ml_group_process_table, ml_build_processes,
	  ML_FEED(GROUPS) | ML_FEED(PROCESSES), 0,
	  ML_READ_OF_GROUPS | ML_READ_CGROUP },
};

const struct ml_report ml_report_cgroup = {
	.id = "cgroup",
	.title = "control groups: what each uses, may use and could give back",
	ML_REPORT_PARTS(parts),
};
