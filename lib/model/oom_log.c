/* SPDX-License-Identifier: MIT */
/* oom_log: the events of a whole log, of which the newest are held. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "model/oom.h"
#include "model/snap.h"
#include "source/log.h"

#define READ_BYTES (64u << 10)
#define MAGIC_BYTES 512
/* A kill so soon after another did not help. */
#define AGAIN_MS 60000

struct held {
	struct ml_arena arena;
	struct ml_oom_event event;
};

struct reading {
	struct ml_oom_reader reader;
	struct ml_klog klog;
	struct held *held; /* [ML_OOM_EVENTS] number 0: unused */
	struct ml_oom *head;
	struct ml_arena *arena; /* of the feed */

	int error;
};

/* ---- events ---- */

static struct held *place_for(struct reading *g)
{
	struct held *ret = &g->held[0];

	for (size_t i = 0; i < ML_OOM_EVENTS; i++)
		if (g->held[i].event.number < ret->event.number)
			ret = &g->held[i];
	return ret;
}

static void count(struct ml_oom *head, const struct ml_oom_event *e)
{
	head->events++;
	if (e->kind == ML_OOM_KILL) {
		head->kills += e->killed > 0;
		head->victims += e->killed;
	} else if (e->kind >= ML_OOM_SYSTEMD_OOMD) {
		head->daemons++;
	} else {
		head->failures++;
	}
}

static struct ml_str name_of(const struct ml_oom_event *e)
{
	return e->victim.name.p || ml_oom_is_kill(e) ? e->victim.name : e->asker;
}

static struct ml_str group_of(const struct ml_oom_event *e)
{
	return e->group.p && e->kind < ML_OOM_SYSTEMD_OOMD ? e->group : e->task_group;
}

/* The group of a victim matters where a group was the reason. */
static struct ml_str group_key(const struct ml_oom_event *e)
{
	bool group = e->scope == ML_OOM_SCOPE_CGROUP || e->kind >= ML_OOM_SYSTEMD_OOMD;

	return group ? group_of(e) : (struct ml_str){ 0 };
}

static struct ml_str keep(struct reading *g, struct ml_str s)
{
	char *p = s.n ? ml_arena_strndup(g->arena, s.p, s.n) : NULL;

	if (s.n && !p)
		g->error = -ENOMEM;
	return (struct ml_str){ p, p ? s.n : 0 };
}

static struct ml_oom_repeat *find_repeat(struct reading *g, const struct ml_oom_event *e)
{
	struct ml_oom_repeat *row;

	ml_for_each_row(row, &g->head->repeats)
		if (row->kind == e->kind && row->scope == e->scope &&
		    ml_str_eq(row->name, name_of(e)) &&
		    ml_str_eq(row->group, group_key(e)))
			return row;
	if (g->head->repeats.n == ML_OOM_REPEATS)
		return NULL;
	row = ml_rows_add(&g->head->repeats, g->arena);
	if (!row) {
		g->error = -ENOMEM;
		return NULL;
	}
	*row = (struct ml_oom_repeat){
		.kind = e->kind,
		.scope = e->scope,
		.name = keep(g, name_of(e)),
		.group = keep(g, group_key(e)),
		.first_boot_ms = e->boot_ms,
		.first_wall_ms = e->wall_ms,
	};
	return row;
}

static void repeat(struct reading *g, const struct ml_oom_event *e)
{
	struct ml_oom_repeat *row = find_repeat(g, e);

	if (!row)
		return;
	row->count++;
	row->last_boot_ms = e->boot_ms;
	row->last_wall_ms = e->wall_ms;
}

static void take_report(const struct ml_oom_report *report, void *data)
{
	struct reading *g = data;
	struct held fresh = { 0 }, *place;
	int rc;

	if (g->error)
		return;
	rc = ml_oom_explain(report, &fresh.arena, &fresh.event);
	if (rc) {
		ml_arena_deinit(&fresh.arena);
		g->error = rc;
		return;
	}
	count(g->head, &fresh.event);
	repeat(g, &fresh.event);
	place = place_for(g);
	if (place->event.number > fresh.event.number) { /* older than all that are held */
		ml_arena_deinit(&fresh.arena);
		return;
	}
	ml_arena_deinit(&place->arena);
	*place = fresh;
}

static void take_line(const struct ml_klog_line *line, void *data)
{
	struct reading *g = data;

	ml_oom_reader_line(&g->reader, line);
}

/* ---- times ---- */

/* What a zone is ahead of UTC at a time of day there. */
static int64_t zone_ms(uint64_t wall_ms)
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;

	if (!localtime_r(&t, &tm))
		return 0;
	t -= tm.tm_gmtoff;
	return localtime_r(&t, &tm) ? (int64_t)tm.tm_gmtoff * 1000 : 0;
}

/* Times of day that tell no zone are those of this machine, where the log may be of it.
 * Times after boot are of this boot where the log is this machine's own. */
static uint64_t wall_of(const struct ml_snap *snap, const struct ml_oom *head,
			uint64_t boot_ms)
{
	uint64_t now_ms = snap->monotonic_ns / 1000000;
	bool clock = snap->root->live || snap->root->manifest->monotonic_ns != ML_NONE;

	if (!head->here || !clock || boot_ms == ML_NONE || snap->wall_ms == ML_NONE)
		return ML_NONE;
	return ml_sub_sat(snap->wall_ms, ml_sub_sat(now_ms, boot_ms));
}

static void place_repeats(const struct ml_snap *snap, struct ml_oom *head)
{
	struct ml_oom_repeat *r;

	ml_for_each_row(r, &head->repeats) {
		if (r->first_wall_ms == ML_NONE)
			r->first_wall_ms = wall_of(snap, head, r->first_boot_ms);
		if (r->last_wall_ms == ML_NONE)
			r->last_wall_ms = wall_of(snap, head, r->last_boot_ms);
	}
}

static void place_in_time(const struct ml_snap *snap, const struct ml_oom *head,
			  struct ml_oom_event *e)
{
	uint64_t now_ms = snap->monotonic_ns / 1000000, utc = e->wall_ms;
	bool clock = snap->root->live || snap->root->manifest->monotonic_ns != ML_NONE;

	if (head->here && clock && e->boot_ms != ML_NONE && e->boot_ms <= now_ms + 1000) {
		e->age_ms = ml_sub_sat(now_ms, e->boot_ms);
		if (e->wall_ms == ML_NONE)
			e->wall_ms = wall_of(snap, head, e->boot_ms);
		return;
	}
	if (utc == ML_NONE || snap->wall_ms == ML_NONE || (e->local && !snap->root->live))
		return;
	if (e->local)
		utc -= (uint64_t)zone_ms(utc);
	if (utc <= snap->wall_ms)
		e->age_ms = snap->wall_ms - utc;
}

/* ---- did it help ---- */

static uint64_t between(const struct ml_oom_event *a, const struct ml_oom_event *b)
{
	if (a->boot_ms != ML_NONE && b->boot_ms != ML_NONE)
		return b->boot_ms >= a->boot_ms ? b->boot_ms - a->boot_ms : ML_NONE;
	if (a->wall_ms != ML_NONE && b->wall_ms != ML_NONE)
		return b->wall_ms >= a->wall_ms ? b->wall_ms - a->wall_ms : ML_NONE;
	return ML_NONE;
}

static bool is_same_want(const struct ml_oom_event *a, const struct ml_oom_event *b)
{
	return b->kind == ML_OOM_KILL && b->scope == a->scope &&
	       (a->scope != ML_OOM_SCOPE_CGROUP || ml_str_eq(a->group, b->group));
}

static void look_ahead(struct ml_rows *rows, size_t i)
{
	struct ml_oom_event *e = ml_rows_at(rows, i);

	for (size_t j = i + 1; j < rows->n && e->kind == ML_OOM_KILL; j++) {
		const struct ml_oom_event *next = ml_rows_at(rows, j);

		if (!is_same_want(e, next))
			continue;
		e->next_ms = between(e, next);
		if (e->next_ms <= AGAIN_MS && e->killed)
			e->helped = ML_OOM_HELPED_NO;
		return;
	}
}

/* ---- the feed ---- */

static int by_number(const void *a, const void *b)
{
	const struct held *x = a, *y = b;

	return x->event.number < y->event.number ? -1 : x->event.number > y->event.number;
}

static int by_count(const void *a, const void *b)
{
	const struct ml_oom_repeat *x = a, *y = b;

	return x->count > y->count ? -1 : x->count < y->count;
}

static int finish(struct reading *g, struct ml_feed_data *ret)
{
	struct ml_rows *rows = &ret->parsed.rows;

	qsort(g->held, ML_OOM_EVENTS, sizeof(*g->held), by_number);
	for (size_t i = 0; i < ML_OOM_EVENTS; i++) {
		struct ml_oom_event *e;

		if (!g->held[i].event.number)
			continue;
		e = ml_rows_add(rows, g->arena);
		if (!e)
			return -ENOMEM;
		*e = g->held[i].event;
		ml_arena_adopt(g->arena, &g->held[i].arena);
		place_in_time(ret->snap, g->head, e);
	}
	for (size_t i = 0; i < rows->n; i++)
		look_ahead(rows, i);
	place_repeats(ret->snap, g->head);
	if (g->head->repeats.n)
		qsort(g->head->repeats.at, g->head->repeats.n, g->head->repeats.size,
		      by_count);
	g->head->lines = g->klog.lines;
	g->head->cut_lines = g->klog.cut_lines;
	g->head->lost = g->reader.lost;
	g->head->suppressed = g->reader.suppressed;
	g->head->forged = g->reader.users;
	ret->parsed.lines = g->klog.lines;
	/* A log may have lines that are no text; one that has many is none. */
	if (rows->n || g->klog.bad_lines > g->klog.lines / 4) {
		ret->parsed.bad_lines = g->klog.bad_lines;
		ret->parsed.first_bad_line = g->klog.bad_lines > 0;
	}
	return 0;
}

static int read_all(struct reading *g, struct ml_log *log, struct ml_feed_data *ret)
{
	_cleanup_free_ char *bytes = malloc(READ_BYTES);
	bool first = true;
	ssize_t n;
	int rc = 0;

	if (!bytes)
		return -ENOMEM;
	while (!rc && (n = ml_log_read(log, bytes, READ_BYTES)) != 0) {
		const char *kind;

		if (n < 0)
			return (int)n;
		kind = first ? ml_klog_foreign((struct ml_str){ bytes, (size_t)n })
			     : NULL;
		if (kind) {
			ret->path = ml_arena_printf(g->arena, "%s (%s)", ret->path, kind);
			ret->needs = "text, as zcat or journalctl -k print it";
			return ret->path ? -EOPNOTSUPP : -ENOMEM;
		}
		first = false;
		rc = ml_klog_push(&g->klog, bytes, (size_t)n);
	}
	g->head->overrun = log->overrun;
	if (!rc)
		rc = ml_klog_end(&g->klog);
	ml_oom_reader_end(&g->reader);
	return rc ? rc : g->error;
}

static void deinit(struct reading *g)
{
	for (size_t i = 0; g->held && i < ML_OOM_EVENTS; i++)
		ml_arena_deinit(&g->held[i].arena);
	free(g->held);
	ml_oom_reader_deinit(&g->reader);
	ml_klog_deinit(&g->klog);
}

static int read_log(struct ml_log *log, struct ml_arena *a, struct ml_feed_data *ret)
{
	_cleanup_(deinit) struct reading g = { .arena = a, .head = ret->parsed.head };
	uint64_t now = ret->snap->wall_ms;
	int rc = ml_oom_reader_init(&g.reader, take_report, &g);

	g.held = calloc(ML_OOM_EVENTS, sizeof(*g.held));
	if (rc || !g.held)
		return -ENOMEM;
	ml_klog_init(&g.klog, take_line, &g, now != ML_NONE ? now : ml_clock_wall_ms());
	rc = read_all(&g, log, ret);
	return rc ? rc : finish(&g, ret);
}

static int open_log(const struct ml_root *root, struct ml_log *log, struct ml_arena *a,
		    struct ml_feed_data *ret)
{
	const struct ml_want *want = ret->want;
	struct ml_oom *head = ret->parsed.head;

	if (want->npaths) {
		ret->path = ml_arena_printf(a, "%s",
					    strcmp(want->paths[0], "-") == 0
						    ? "standard input"
						    : want->paths[0]);
		return ret->path ? ml_log_open_path(want->paths[0], log) : -ENOMEM;
	}
	head->here = true;
	if (root->live)
		return ml_log_open_live(log);
	return ml_log_open_root(root, log, &ret->path);
}

int ml_oom_gather(const struct ml_root *root, struct ml_arena *a,
		  struct ml_feed_data *ret)
{
	struct ml_oom *head = ml_arena_calloc(a, 1, sizeof(*head));
	struct ml_log log = { .fd = -1 };
	int rc;

	if (!head)
		return -ENOMEM;
	head->repeats = ML_ROWS(struct ml_oom_repeat);
	head->counted = ml_snap_vm(ret->snap, "oom_kill");
	ret->parsed.head = head;
	ret->parsed.rows = ML_ROWS(struct ml_oom_event);
	rc = open_log(root, &log, a, ret);
	if (!rc)
		rc = read_log(&log, a, ret);
	ml_log_close(&log);
	return ml_feed_end(ret, rc);
}

const struct ml_oom *ml_oom_head(const struct ml_snap *snap)
{
	return ml_snap_parsed(snap, ML_FEED_OOM) ? snap->feed[ML_FEED_OOM].parsed.head
						 : NULL;
}
