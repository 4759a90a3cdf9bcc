/* SPDX-License-Identifier: MIT */
/* cgroup_files: the counters of control groups - events by name, and all there are. */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "report/cgroup.h"
#include "series/delta.h"

/* ---- events ---- */

struct events_row {
	struct ml_str path;
	uint64_t low, high, max, oom, oom_kill, oom_group_kill, sock_throttled;
	uint64_t swap_high, swap_max, swap_fail;
	uint64_t failcnt, under_oom, oom_kill_disable;
	double high_rate, max_rate, oom_rate, kill_rate;
};

#define EVENT(field, key, head, help, ...) \
	ML_COL(struct events_row, field, ML_UNIT_COUNT, ML_SEM_COUNTER, key, head, help, \
	       ##__VA_ARGS__)

static const struct ml_col events_cols[] = {
	EVENT(low, "low", "LOW", "how often it was reclaimed from although below its low mark"),
	EVENT(high, "high", "HIGH", "how often it was slowed for being above its high mark"),
	ML_RATE(struct events_row, high_rate, "high_rate", "HIGH/s", "the same a second",
		.flags = ML_COL_DELTA),
	EVENT(max, "max", "MAX", "how often it was about to exceed a limit"),
	ML_RATE(struct events_row, max_rate, "max_rate", "MAX/s", "the same a second",
		.source = "max; v1: memory.failcnt", .flags = ML_COL_DELTA),
	EVENT(oom, "oom", "OOM", "how often reclaim did not help and an allocation would fail"),
	ML_RATE(struct events_row, oom_rate, "oom_rate", "OOM/s", "the same a second",
		.flags = ML_COL_DELTA),
	EVENT(oom_kill, "oom_kill", "KILLS", "processes that the OOM killer took",
	      .source = "oom_kill; v1: memory.oom_control"),
	ML_RATE(struct events_row, kill_rate, "kill_rate", "KILLS/s", "the same a second",
		.flags = ML_COL_DELTA),
	EVENT(oom_group_kill, "oom_group_kill", "GROUPS",
	      "how often the whole group was killed (memory.oom.group)"),
	EVENT(sock_throttled, "sock_throttled", "SOCK",
	      "how often its sockets were slowed for want of memory", .flags = ML_COL_HIDDEN),
	EVENT(swap_high, "swap_high", "SWAPHIGH", "how often swap went above its high mark",
	      .source = "memory.swap.events", .flags = ML_COL_HIDDEN),
	EVENT(swap_max, "swap_max", "SWAPMAX", "how often swap was about to exceed its limit",
	      .source = "memory.swap.events"),
	EVENT(swap_fail, "swap_fail", "SWAPFAIL",
	      "how often swap had no room, or its limit was met", .source = "memory.swap.events"),
	EVENT(failcnt, "failcnt", "FAILCNT", "v1: how often the limit was met",
	      .source = "memory.failcnt"),
	ML_COUNT(struct events_row, under_oom, "under_oom", "STUCK",
		 "v1: 1 while its tasks wait because the OOM killer is off",
		 .source = "memory.oom_control", .flags = ML_COL_HIDDEN),
	ML_COUNT(struct events_row, oom_kill_disable, "oom_kill_disable", "NOKILL",
		 "v1: 1 where the OOM killer is off", .source = "memory.oom_control",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct events_row, path, "path", "PATH", "the group, below its mount",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_group_events_table = {
	.id = "events",
	.title = "events",
	.help = "how often limits of control groups, and of those below, were met",
	.source = "memory.events",
	ML_TABLE_COLS(events_cols),
	.row_size = sizeof(struct events_row),
};

static const struct {
	const char *name;
	size_t offset;
	size_t flat; /* in struct ml_group */
} event_files[] = {
#define FROM(file, name, field) \
	{ name, offsetof(struct events_row, field), offsetof(struct ml_group, file) }
	FROM(events, "low", low),
	FROM(events, "high", high),
	FROM(events, "max", max),
	FROM(events, "oom", oom),
	FROM(events, "oom_kill", oom_kill),
	FROM(events, "oom_group_kill", oom_group_kill),
	FROM(events, "sock_throttled", sock_throttled),
	FROM(events, "under_oom", under_oom),
	FROM(events, "oom_kill_disable", oom_kill_disable),
	FROM(swap_events, "high", swap_high),
	FROM(swap_events, "max", swap_max),
	FROM(swap_events, "fail", swap_fail),
#undef FROM
};

static void take_events(const struct ml_groups_head *head, const struct ml_group *g,
			struct events_row *ret)
{
	memset(ret, 0xff, sizeof(*ret)); /* ML_NONE */
	ret->path = g->path;
	ret->failcnt = g->failcnt;
	ret->high_rate = ret->max_rate = ret->oom_rate = ret->kill_rate = NAN;
	for (size_t i = 0; i < ML_ARRAY_SIZE(event_files); i++) {
		const void *flat = (const char *)g + event_files[i].flat;

		*(uint64_t *)((char *)ret + event_files[i].offset) =
			ml_flat_get(&head->names, flat, event_files[i].name);
	}
}

static void compare_events(const struct ml_build *b, const struct ml_group_view *view,
			   const struct ml_group *g, struct events_row *row)
{
	const struct ml_group *before = ml_group_before(view, g);
	double seconds = b->prev ? ml_build_seconds(b) : (double)NAN;
	struct events_row was;

	if (!before)
		return;
	take_events(view->before_head, before, &was);
	row->high_rate = ml_rate(was.high, row->high, false, seconds);
	row->max_rate = g->version == 1
				? ml_rate(was.failcnt, row->failcnt, false, seconds)
				: ml_rate(was.max, row->max, false, seconds);
	row->oom_rate = ml_rate(was.oom, row->oom, false, seconds);
	row->kill_rate = ml_rate(was.oom_kill, row->oom_kill, false, seconds);
}

int ml_build_group_events(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_group_view view;
	const struct ml_group *g;

	if (ml_group_view(b, &view))
		return -ENOMEM;
	if (!view.groups)
		return 0;
	ml_for_each_row(g, view.groups) {
		struct events_row *row;

		if (!ml_group_is_shown(g) || (!g->events.n && g->failcnt == ML_NONE))
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		take_events(view.head, g, row);
		compare_events(b, &view, g, row);
	}
	return 0;
}

/* ---- all counters ---- */

struct stat_row {
	struct ml_str path, file, key, unit;
	uint64_t value;
	double rate;
};

static const struct ml_col stat_cols[] = {
	ML_LABEL(struct stat_row, file, "file", "FILE", "the file of the group",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct stat_row, key, "key", "KEY", "the kernel's name (memlens explain NAME)"),
	ML_LABEL(struct stat_row, unit, "unit", "UNIT",
		 "bytes: how much there is; count: events or pages since the group was made"),
	ML_COUNT(struct stat_row, value, "value", "VALUE", "the number as the kernel tells it"),
	ML_RATE(struct stat_row, rate, "rate", "RATE", "growth of a count a second",
		.flags = ML_COL_DELTA),
	ML_LABEL(struct stat_row, path, "path", "PATH", "the group, below its mount",
		 .flags = ML_COL_WIDE),
};

const struct ml_table ml_group_stat_table = {
	.id = "stat",
	.title = "counters",
	.help = "every key of the groups' files, by the kernel's names",
	.source = "memory.stat, memory.events, memory.swap.events, memory.oom_control, cgroup.stat",
	ML_TABLE_COLS(stat_cols),
	.row_size = sizeof(struct stat_row),
};

/* In memory.stat: what begins like this counts events or pages, all else is bytes. */
static const char *const counts[] = {
	"pg", "pswp", "workingset_", "thp_", "swpin_zero", "swpout_zero", "zswpin", "zswpout",
	"zswpwb", "numa_", "nr_", "recent_", "drop_", "balloon_", "demote", "promote",
};

static bool is_count(struct ml_str key)
{
	if (ml_str_starts(key, "total_"))
		key = ml_str_skip(key, strlen("total_"));
	for (size_t i = 0; i < ML_ARRAY_SIZE(counts); i++)
		if (ml_str_starts(key, counts[i]))
			return true;
	return false;
}

struct file_of {
	const char *name;
	const char *name_v1;
	size_t offset;
	bool bytes; /* it has sizes, too */
};

static const struct file_of stat_files[] = {
	{ "memory.stat", "memory.stat", offsetof(struct ml_group, stat), true },
	{ "memory.events", "memory.oom_control", offsetof(struct ml_group, events), false },
	{ "memory.swap.events", NULL, offsetof(struct ml_group, swap_events), false },
	{ "cgroup.stat", NULL, offsetof(struct ml_group, dying), false },
};

static double rate_of(const struct ml_build *b, const struct ml_group_view *view,
		      const struct ml_group *before, const struct file_of *file,
		      struct ml_str key, uint64_t value)
{
	const struct ml_kv_row *name;
	const struct ml_flat *flat;

	if (!before)
		return NAN;
	flat = (const void *)((const char *)before + file->offset);
	name = ml_kv_find(&view->before_head->names.kv, key);
	return name ? ml_rate(ml_flat_at(flat, name->value), value, false,
			      ml_build_seconds(b))
		    : (double)NAN;
}

static int add_stats(struct ml_build *b, const struct ml_group_view *view,
		     const struct ml_group *g, const struct file_of *file,
		     struct ml_rows *ret)
{
	const struct ml_flat *flat = (const void *)((const char *)g + file->offset);
	const struct ml_group *before = ml_group_before(view, g);

	for (size_t i = 0; i < flat->n; i++) {
		struct stat_row *row;
		bool count;

		if (flat->at[i] == ML_NONE)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->path = g->path;
		row->file = ml_str_of(g->version == 1 ? file->name_v1 : file->name);
		row->key = ml_flat_name(&view->head->names, i);
		count = !file->bytes || is_count(row->key);
		row->unit = count ? ML_STR("count") : ML_STR("bytes");
		row->value = flat->at[i];
		row->rate = count ? rate_of(b, view, before, file, row->key, row->value)
				  : (double)NAN;
	}
	return 0;
}

int ml_build_group_stat(struct ml_build *b, struct ml_rows *ret)
{
	struct ml_group_view view;
	const struct ml_group *g;

	if (ml_group_view(b, &view))
		return -ENOMEM;
	if (!view.groups)
		return 0;
	ml_for_each_row(g, view.groups)
		for (size_t i = 0; ml_group_is_shown(g) && i < ML_ARRAY_SIZE(stat_files);
		     i++)
			if (add_stats(b, &view, g, &stat_files[i], ret))
				return -ENOMEM;
	return 0;
}
