/* SPDX-License-Identifier: MIT */
/* oom: kills and failed allocations of a kernel log, each explained. */
#include "report/oom.h"

#include <errno.h>
#include <math.h>

/* ---- the log ---- */

struct total_row {
	uint64_t events, kills, victims, failures, daemons;
	uint64_t counted, lines, lost, suppressed, forged;
	struct ml_str first, last;
};

static const struct ml_col total_cols[] = {
	ML_COUNT(struct total_row, events, "events", "events",
		 "reports of want of memory in the log"),
	ML_COUNT(struct total_row, kills, "kills", "kills", "times the kernel killed"),
	ML_COUNT(struct total_row, victims, "victims", "processes killed",
		 "processes that the kernel killed"),
	ML_COUNT(struct total_row, failures, "failures", "failures",
		 "allocations that failed or stalled, without a kill"),
	ML_COUNT(struct total_row, daemons, "daemons", "by daemons",
		 "kills by systemd-oomd, earlyoom or oomd"),
	ML_COUNT(struct total_row, counted, "counted", "counted",
		 "processes that the kernel counts as killed since boot, those of groups too; more "
		 "than the log has where that was rotated",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(struct total_row, lines, "lines", "lines", "lines of the log",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(struct total_row, lost, "lost", "lost", "lines that the log says it lost",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(struct total_row, suppressed, "suppressed", "kept back",
		 "reports that the kernel kept back, as too many came at once",
		 .flags = ML_COL_HIDDEN),
	ML_COUNT(struct total_row, forged, "forged", "forged",
		 "lines of users in the words of the kernel, which are not believed",
		 .flags = ML_COL_HIDDEN),
	ML_LABEL(struct total_row, first, "first", "from", "time of the first event held"),
	ML_LABEL(struct total_row, last, "last", "to", "time of the last event"),
};

static const struct ml_table total_table = {
	.id = "total",
	.help = "how many events the log has",
	.source = "kernel log",
	ML_TABLE_COLS(total_cols),
	.row_size = sizeof(struct total_row),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

static const struct ml_rows *events_of(const struct ml_build *b)
{
	const struct ml_parsed *parsed = ml_snap_parsed(b->cur, ML_FEED_OOM);

	return parsed ? &parsed->rows : NULL;
}

static int build_total(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_oom *head = ml_oom_head(b->cur);
	const struct ml_rows *rows = events_of(b);
	const struct ml_oom_event *first, *last;
	struct total_row *row;

	if (!head || !rows)
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row)
		return -ENOMEM;
	*row = (struct total_row){
		.events = head->events,
		.kills = head->kills,
		.victims = head->victims,
		.failures = head->failures,
		.daemons = head->daemons,
		.counted = head->here ? head->counted : ML_NONE,
		.lines = head->lines,
		.lost = head->lost,
		.suppressed = head->suppressed,
		.forged = head->forged,
	};
	if (!rows->n)
		return 0;
	first = ml_rows_at(rows, 0);
	last = ml_rows_at(rows, rows->n - 1);
	row->first = ml_oom_when(b->arena, first->wall_ms, first->boot_ms);
	row->last = ml_oom_when(b->arena, last->wall_ms, last->boot_ms);
	return 0;
}

/* ---- events ---- */

struct event_row {
	struct ml_oom_event e;
	struct ml_oom_words words;
	struct ml_str when, kind, scope, cause, holder, helped, complete, innocent,
		atomic, group_kill, from, victim_group;
	double time, boot, age, next;
};

#define E(member) e.member
#define HIDDEN .flags = ML_COL_HIDDEN
#define WIDE .flags = ML_COL_WIDE

static const struct ml_col event_cols[] = {
	ML_LABEL(struct event_row, when, "when", "", "time of day as the log tells it, or after boot"),
	ML_LABEL(struct event_row, kind, "kind", "",
		 "kill, page failure, stall, slab failure, vmalloc failure, systemd-oomd, earlyoom or "
		 "oomd"),
	ML_LABEL(struct event_row, scope, "scope", "scope",
		 "where memory was short: host, cgroup, cpuset or mempolicy"),
	ML_LABEL(struct event_row, cause, "cause", "cause",
		 "shortage, fragmentation, low zone, cma, boost, nodes, limit, memory+swap limit, by "
		 "hand, pressure, low memory, atomic, too large or passed"),
	ML_COL(struct event_row, E(number), ML_UNIT_NONE, ML_SEM_LABEL, "number", "number",
	       "of the event in the log, from 1", HIDDEN),
	ML_SECONDS(struct event_row, time, "time", "time",
		   "seconds since the epoch; of a log without a zone, as if that were UTC", HIDDEN),
	ML_SECONDS(struct event_row, boot, "boot", "boot", "seconds after boot", HIDDEN),
	ML_SECONDS(struct event_row, age, "age", "age", "how long ago", HIDDEN),
	ML_LABEL(struct event_row, E(kernel), "kernel", "kernel", "version of the kernel", HIDDEN),
	ML_LABEL(struct event_row, from, "from", "from",
		 "whose record it is: kernel, user, or not told by the log", HIDDEN),
	ML_LABEL(struct event_row, E(victim.name), "victim", "victim", "name of who was killed",
		 HIDDEN),
	ML_COL(struct event_row, E(victim.pid), ML_UNIT_NONE, ML_SEM_LABEL, "pid", "pid",
	       "process id of the victim", HIDDEN),
	ML_BYTES(struct event_row, E(victim.rss), "rss", "rss", "RAM of the victim", HIDDEN),
	ML_BYTES(struct event_row, E(victim.swap), "swap", "swap", "swap of the victim", HIDDEN),
	ML_COL(struct event_row, E(victim.adj), ML_UNIT_NONE, ML_SEM_GAUGE, "adj", "adj",
	       "oom_score_adj of the victim", HIDDEN),
	ML_BYTES(struct event_row, E(victim.score), "score", "score",
		 "badness of the victim, recomputed: rss, swap and page tables, and its adjustment's "
		 "part of the total",
		 HIDDEN),
	ML_COUNT(struct event_row, E(killed), "killed", "killed", "processes that died", HIDDEN),
	ML_LABEL(struct event_row, group_kill, "group_kill", "group kill",
		 "yes: all of the group died (memory.oom.group)", HIDDEN),
	ML_LABEL(struct event_row, E(group), "group", "group", "control group whose limit was met",
		 HIDDEN),
	ML_LABEL(struct event_row, E(task_group), "task_group", "task group",
		 "control group of the victim", HIDDEN),
	ML_BYTES(struct event_row, E(limit), "limit", "limit", "memory limit of the group", HIDDEN),
	ML_BYTES(struct event_row, E(usage), "usage", "usage", "usage of the group", HIDDEN),
	ML_COUNT(struct event_row, E(failcnt), "failcnt", "failcnt", "how often the limit was met",
		 HIDDEN),
	ML_BYTES(struct event_row, E(memsw_limit), "memsw_limit", "memsw limit",
		 "limit of the group on memory and swap together (v1)", HIDDEN),
	ML_BYTES(struct event_row, E(swap_limit), "swap_limit", "swap limit",
		 "limit of the group on swap (v2)", HIDDEN),
	ML_LABEL(struct event_row, E(asker), "asker", "asker", "name of who asked for memory",
		 HIDDEN),
	ML_COL(struct event_row, E(asker_pid), ML_UNIT_NONE, ML_SEM_LABEL, "asker_pid", "asker pid",
	       "process id of who asked", HIDDEN),
	ML_COL(struct event_row, E(order), ML_UNIT_NONE, ML_SEM_LABEL, "order", "order",
	       "power of two of the pages that were asked for; -1: by hand", HIDDEN),
	ML_BYTES(struct event_row, E(asked), "bytes", "bytes", "size of the request", HIDDEN),
	ML_LABEL(struct event_row, E(gfp), "gfp", "gfp", "flags of the request", HIDDEN),
	ML_LABEL(struct event_row, E(via), "purpose", "purpose",
		 "what the memory was for, by the call trace", HIDDEN),
	ML_LABEL(struct event_row, atomic, "atomic", "atomic", "yes: the request could not wait",
		 HIDDEN),
	ML_LABEL(struct event_row, E(nodes), "nodes", "nodes", "NUMA nodes that were allowed", HIDDEN),
	ML_LABEL(struct event_row, E(zone), "zone", "zone", "the zone that shows the cause", HIDDEN),
	ML_BYTES(struct event_row, E(zone_free), "zone_free", "zone free", "free in that zone",
		 HIDDEN),
	ML_BYTES(struct event_row, E(zone_need), "zone_mark", "zone mark",
		 "its min mark, and what is kept there from requests of higher zones", HIDDEN),
	ML_BYTES(struct event_row, E(boost), "boost", "boost", "by how much its mark was raised",
		 HIDDEN),
	ML_BYTES(struct event_row, E(other_free), "other_free", "other free",
		 "free where the request could not go", HIDDEN),
	ML_LABEL(struct event_row, holder, "holder", "holder",
		 "what held most: anonymous, shared memory, files, slab, page tables, hugetlb, kernel "
		 "or unaccounted",
		 HIDDEN),
	ML_BYTES(struct event_row, E(held), "held", "held", "how much that was", HIDDEN),
	ML_BYTES(struct event_row, E(sizes.total), "total", "total",
		 "RAM of the machine, or the limit of the group", HIDDEN),
	ML_BYTES(struct event_row, E(sizes.anon), "anon", "anon", "anonymous memory", HIDDEN),
	ML_BYTES(struct event_row, E(sizes.shmem), "shmem", "shmem", "shared memory and tmpfs",
		 HIDDEN),
	ML_BYTES(struct event_row, E(sizes.file), "file", "file", "cached files", HIDDEN),
	ML_BYTES(struct event_row, E(sizes.slab_unreclaimable), "slab", "slab",
		 "kernel objects that cannot be reclaimed; of a group all", HIDDEN),
	ML_BYTES(struct event_row, E(sizes.slab_reclaimable), "slab_reclaimable", "slab reclaimable",
		 "kernel objects that could be reclaimed", HIDDEN),
	ML_BYTES(struct event_row, E(sizes.pagetables), "pagetables", "page tables", "page tables",
		 HIDDEN),
	ML_BYTES(struct event_row, E(sizes.hugetlb), "hugetlb", "hugetlb", "pools of huge pages",
		 HIDDEN),
	ML_BYTES(struct event_row, E(sizes.kernel), "kernel_memory", "kernel memory",
		 "kernel memory of the group", HIDDEN),
	ML_BYTES(struct event_row, E(sizes.free), "free", "free", "free memory of the machine",
		 HIDDEN),
	ML_BYTES(struct event_row, E(sizes.unaccounted), "unaccounted", "unaccounted",
		 "of the machine, in no counter of the report", HIDDEN),
	ML_BYTES(struct event_row, E(sizes.swap_total), "swap_total", "swap total",
		 "swap of the machine", HIDDEN),
	ML_BYTES(struct event_row, E(sizes.swap_free), "swap_free", "swap free",
		 "of that, free", HIDDEN),
	ML_BYTES(struct event_row, E(sizes.tasks), "tasks_rss", "tasks rss",
		 "RAM of all processes of the table, what they share counted in each", HIDDEN),
	ML_COUNT(struct event_row, E(tasks), "tasks", "tasks", "processes in the table", HIDDEN),
	ML_LABEL(struct event_row, E(hog.name), "hog", "hog", "the largest process of the table",
		 HIDDEN),
	ML_COL(struct event_row, E(hog.pid), ML_UNIT_NONE, ML_SEM_LABEL, "hog_pid", "hog pid",
	       "its process id", HIDDEN),
	ML_BYTES(struct event_row, E(hog.bytes), "hog_bytes", "hog bytes",
		 "its rss, swap and page tables", HIDDEN),
	ML_COL(struct event_row, E(hog.adj), ML_UNIT_NONE, ML_SEM_GAUGE, "hog_adj", "hog adj",
	       "its oom_score_adj", HIDDEN),
	ML_LABEL(struct event_row, innocent, "innocent", "innocent",
		 "yes: the victim had less than half of what the hog has", HIDDEN),
	ML_LABEL(struct event_row, E(crowd), "crowd", "crowd",
		 "the name whose processes hold most together", HIDDEN),
	ML_COUNT(struct event_row, E(crowd_tasks), "crowd_tasks", "crowd tasks", "how many they are",
		 HIDDEN),
	ML_BYTES(struct event_row, E(crowd_bytes), "crowd_bytes", "crowd bytes",
		 "their rss, swap and page tables", HIDDEN),
	ML_LABEL(struct event_row, helped, "helped", "helped",
		 "yes: the memory was reaped; no: it could not be, or the next kill came within 60 s",
		 HIDDEN),
	ML_SECONDS(struct event_row, next, "next", "next",
		   "until the next kill for the same reason", HIDDEN),
	ML_LABEL(struct event_row, complete, "complete", "complete",
		 "no: the log has only a part of the report", HIDDEN),
	ML_LABEL(struct event_row, words.what, "what", "what", "what happened", WIDE),
	ML_LABEL(struct event_row, words.why, "why", "why", "why there was no memory", WIDE),
	ML_LABEL(struct event_row, words.asked, "asked", "asked", "who asked, and for what", WIDE),
	ML_LABEL(struct event_row, words.held, "held_by", "held by", "what held the memory", WIDE),
	ML_LABEL(struct event_row, words.victim, "right", "victim", "whether the right one was killed",
		 WIDE),
	ML_LABEL(struct event_row, words.helped, "after", "after", "whether it helped", WIDE),
	ML_LABEL(struct event_row, words.prevent, "prevent", "prevent", "what would have prevented it",
		 WIDE),
	ML_LABEL(struct event_row, words.missing, "missing", "half", "what the log lacks", WIDE),
};

static const struct ml_table event_table = {
	.id = "events",
	.title = "Events, the newest last",
	.help = "one row for each kill or failed allocation, explained",
	.source = "kernel log",
	ML_TABLE_COLS(event_cols),
	.row_size = sizeof(struct event_row),
	.layout = ML_LAYOUT_TEXT,
	.flags = ML_TABLE_DEFAULT | ML_TABLE_LAST | ML_TABLE_SPARSE,
};

static double seconds_of(uint64_t ms)
{
	return ms == ML_NONE ? NAN : (double)ms / 1000;
}

static struct ml_str yes_no(bool yes)
{
	return yes ? ML_STR("yes") : ML_STR("no");
}

static struct ml_str from_name(enum ml_klog_from from)
{
	return from == ML_KLOG_KERNEL ? ML_STR("kernel")
	       : from == ML_KLOG_USER ? ML_STR("user")
				      : (struct ml_str){ 0 };
}

static int fill_event(struct ml_build *b, const struct ml_oom_event *e,
		      struct event_row *row)
{
	row->e = *e;
	row->when = ml_oom_when(b->arena, e->wall_ms, e->boot_ms);
	row->kind = ml_str_of(ml_oom_kind_name(e->kind));
	row->scope = ml_str_of(ml_oom_scope_name(e->scope));
	row->cause = ml_str_of(ml_oom_cause_name(e->cause));
	row->holder = ml_str_of(ml_oom_holder_name(e->holder));
	row->helped = ml_str_of(ml_oom_helped_name(e->helped));
	row->complete = yes_no(e->complete);
	row->innocent = e->victim.pid != ML_NONE && e->hog.pid != ML_NONE
				? yes_no(e->innocent)
				: (struct ml_str){ 0 };
	row->atomic = e->gfp.p ? yes_no(e->atomic) : (struct ml_str){ 0 };
	row->group_kill = yes_no(e->group_kill);
	row->from = from_name(e->from);
	row->time = seconds_of(e->wall_ms);
	row->boot = seconds_of(e->boot_ms);
	row->age = seconds_of(e->age_ms);
	row->next = seconds_of(e->next_ms);
	return ml_oom_put_words(e, b->arena, &row->words);
}

static int build_events(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_rows *rows = events_of(b);
	const struct ml_oom_event *e;
	int rc = 0;

	if (!rows)
		return 0;
	ml_for_each_row(e, rows) {
		struct event_row *row = ml_rows_add(ret, b->arena);

		rc = row ? fill_event(b, e, row) : -ENOMEM;
		if (rc)
			return rc;
	}
	return 0;
}

/* ---- repeats ---- */

struct repeat_row {
	uint64_t count;
	struct ml_str kind, scope, name, group, first, last;
	double over;
};

static const struct ml_col repeat_cols[] = {
	ML_COUNT(struct repeat_row, count, "count", "TIMES", "how often"),
	ML_LABEL(struct repeat_row, kind, "kind", "KIND", "what happened"),
	ML_LABEL(struct repeat_row, scope, "scope", "SCOPE", "where memory was short"),
	ML_LABEL(struct repeat_row, name, "name", "WHO", "who was killed, or asked in vain"),
	ML_SECONDS(struct repeat_row, over, "over", "WITHIN", "from the first to the last"),
	ML_LABEL(struct repeat_row, first, "first", "FIRST", "time of the first",
		 .flags = ML_COL_MINOR),
	ML_LABEL(struct repeat_row, last, "last", "LAST", "time of the last"),
	ML_LABEL(struct repeat_row, group, "group", "GROUP",
		 "control group whose limit was met, or that a daemon killed", WIDE),
};

static const struct ml_table repeat_table = {
	.id = "repeats",
	.title = "Again and again",
	.help = "the same victim for the same reason, most frequent first",
	.source = "kernel log",
	ML_TABLE_COLS(repeat_cols),
	.row_size = sizeof(struct repeat_row),
	.flags = ML_TABLE_DEFAULT | ML_TABLE_SPARSE,
};

static double span_of(const struct ml_oom_repeat *r)
{
	if (r->first_wall_ms != ML_NONE && r->last_wall_ms != ML_NONE &&
	    r->last_wall_ms >= r->first_wall_ms)
		return seconds_of(r->last_wall_ms - r->first_wall_ms);
	if (r->first_boot_ms != ML_NONE && r->last_boot_ms != ML_NONE &&
	    r->last_boot_ms >= r->first_boot_ms)
		return seconds_of(r->last_boot_ms - r->first_boot_ms);
	return NAN;
}

/* What happened once is among the events. */
static int build_repeats(struct ml_build *b, struct ml_rows *ret)
{
	const struct ml_oom *head = ml_oom_head(b->cur);
	const struct ml_oom_repeat *r;

	if (!head)
		return 0;
	ml_for_each_row(r, &head->repeats) {
		struct repeat_row *row;

		if (r->count < 2)
			continue;
		row = ml_rows_add(ret, b->arena);
		if (!row)
			return -ENOMEM;
		row->count = r->count;
		row->kind = ml_str_of(ml_oom_kind_name(r->kind));
		row->scope = ml_str_of(ml_oom_scope_name(r->scope));
		row->name = r->name;
		row->group = r->group;
		row->over = span_of(r);
		row->first = ml_oom_when(b->arena, r->first_wall_ms, r->first_boot_ms);
		row->last = ml_oom_when(b->arena, r->last_wall_ms, r->last_boot_ms);
	}
	return 0;
}

/* ---- notes ---- */

static int note_losses(struct ml_build *b, const struct ml_oom *head, size_t held)
{
	int rc = 0;

	if (head->events > held)
		rc = ml_note(
			b, "the newest %zu events are held, %llu older ones only counted",
			held, (unsigned long long)(head->events - held));
	if (!rc && head->lost)
		rc = ml_note(b, "the log says that it lost %llu lines",
			     (unsigned long long)head->lost);
	if (!rc && head->suppressed)
		rc = ml_note(b, "the kernel kept %llu reports back: too many at once",
			     (unsigned long long)head->suppressed);
	if (!rc && head->forged)
		rc = ml_note(
			b, "%llu lines of users in the kernel's words were not believed",
			(unsigned long long)head->forged);
	if (!rc && head->overrun)
		rc = ml_note(b, "the kernel's buffer was overwritten while it was read");
	if (!rc && head->here && head->counted != ML_NONE &&
	    head->counted > head->victims)
		rc = ml_note(
			b,
			"the kernel counts %llu kills since boot, the log has %llu: it does "
			"not go back to the first, or reports were kept back",
			(unsigned long long)head->counted,
			(unsigned long long)head->victims);
	return rc;
}

static int finish(struct ml_build *b)
{
	const struct ml_oom *head = ml_oom_head(b->cur);
	const struct ml_rows *rows = events_of(b);

	if (!head || !rows)
		return 0;
	if (!head->events) {
		int rc = ml_note(b, "no kill and no failed allocation in the log");

		if (rc)
			return rc;
	}
	return note_losses(b, head, rows->n);
}

static const struct ml_part parts[] = {
	{ &total_table, build_total, ML_FEED(OOM), 0 },
	{ &event_table, build_events, ML_FEED(OOM), 0 },
	{ &repeat_table, build_repeats, ML_FEED(OOM), 0 },
	{ &ml_oom_tasks_table, ml_oom_build_tasks, ML_FEED(OOM), 0 },
	{ &ml_oom_next_table, ml_oom_build_next, ML_FEED(PROCESSES) | ML_FEED(MEMINFO),
	  ML_FEED(GROUPS), ML_OOM_NEXT_READS },
	{ &ml_oom_protected_table, ml_oom_build_protected,
	  ML_FEED(PROCESSES) | ML_FEED(MEMINFO), 0, ML_OOM_NEXT_READS },
};

const struct ml_report ml_report_oom = {
	.id = "oom",
	.title = "kills and failed allocations",
	ML_REPORT_PARTS(parts),
	.finish = finish,
};
