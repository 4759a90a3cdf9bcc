/* SPDX-License-Identifier: MIT */
/* leak_trends: verdicts on what was watched. */
#include <errno.h>
#include <math.h>

#include "base/buf.h"
#include "diag/diag.h"
#include "model/proc.h"
#include "report/leak.h"
#include "report/trend_words.h"
#include "watch/judge.h"
#include "watch/room.h"

/* ---- what is read ---- */

/* Limits of processes are of use with the last instant alone. */
void ml_leak_plan(const struct ml_query *query, struct ml_want *want)
{
	static const struct {
		ml_watching class;
		ml_feeds feeds;
		uint32_t reads;
	} classes[] = {
		{ ML_WATCH_MACHINE,
		  ML_FEED(VMSTAT) | ML_FEED(ZONEINFO) | ML_FEED(SOCKSTAT), 0 },
		{ ML_WATCH_PROCESSES, ML_FEED(PROCESSES), ML_READ_STATUS | ML_READ_FDS },
		{ ML_WATCH_GROUPS, ML_FEED(GROUPS),
		  ML_READ_GROUP_STAT | ML_READ_GROUP_SWAP | ML_READ_GROUP_KERNEL },
		{ ML_WATCH_SLAB, ML_FEED(SLABINFO), 0 },
		{ ML_WATCH_VMALLOC, ML_FEED(VMALLOCINFO), 0 },
		{ ML_WATCH_TMPFS, ML_FEED(TMPFS), 0 },
	};
	bool earlier = query->judging && query->judging->earlier;

	want->use |= ML_FEED(MEMINFO) | ML_FEED(STAT) | ML_FEED(UPTIME);
	for (size_t i = 0; i < ML_ARRAY_SIZE(classes); i++) {
		if (query->watching && !(query->watching & classes[i].class))
			continue;
		want->use |= classes[i].feeds;
		want->reads |= classes[i].reads;
		if (query->npids && classes[i].class == ML_WATCH_PROCESSES)
			want->need |= ML_FEED(PROCESSES);
		if (classes[i].class == ML_WATCH_PROCESSES && !earlier) {
			want->use |= ML_FEED(GROUPS);
			want->reads |= ML_READ_LIMITS | ML_READ_CGROUP;
		}
	}
}

/* ---- one judgement for both tables ---- */

struct judged {
	struct ml_rows grown; /* of struct ml_grown */
	struct ml_grown_sums sums;
};

static int judge(struct ml_build *b, const struct judged **ret)
{
	double window = b->query->min_window;
	struct judged *j = b->shared;

	if (!j) {
		j = ml_arena_calloc(b->arena, 1, sizeof(*j));
		if (!j ||
		    ml_watch_judge(b->query->watch, window > 0 ? window : ML_WATCH_WINDOW,
				   b->arena, &j->grown, &j->sums))
			return -ENOMEM;
		b->shared = j;
	}
	*ret = j;
	return 0;
}

/* ---- how it was watched ---- */

struct watched_row {
	uint64_t series, moving, samples, suspected, growing, restarts;
	double span;
};

#define WATCHED struct watched_row

static const struct ml_col watched_cols[] = {
	ML_COUNT(WATCHED, samples, "samples", "samples", "taken at so many times"),
	ML_SECONDS(WATCHED, span, "span", "in", "from the first to the last"),
	ML_COUNT(WATCHED, series, "series", "series", "watched at the end"),
	ML_COUNT(WATCHED, moving, "moving", "that moved", "series with more than one value"),
	ML_COUNT(WATCHED, growing, "growing", "growing", "series that grow, no more said"),
	ML_COUNT(WATCHED, suspected, "suspected", "suspected", "series that grow as leaks do"),
	ML_COUNT(WATCHED, restarts, "restarts", "boots before",
		 "boots of which nothing was kept", .flags = ML_COL_HIDDEN),
};

const struct ml_table ml_leak_watched_table = {
	.id = "watched",
	.help = "how much was watched, and for how long",
	.source = "all that grows: see the rows",
	ML_TABLE_COLS(watched_cols),
	.row_size = sizeof(WATCHED),
	.layout = ML_LAYOUT_LINE,
	.flags = ML_TABLE_DEFAULT,
};

int ml_leak_build_watched(struct ml_build *b, struct ml_rows *ret)
{
	const struct judged *j;
	const struct ml_grown *g;
	WATCHED *row;

	if (!b->query->watch)
		return 0;
	row = ml_rows_add(ret, b->arena);
	if (!row || judge(b, &j))
		return -ENOMEM;
	row->series = j->sums.series;
	row->moving = j->sums.moving;
	row->samples = ml_watch_times(b->query->watch);
	row->span = ml_watch_seconds(b->query->watch);
	row->restarts = b->query->watch->restarts ? b->query->watch->restarts : ML_NONE;
	ml_for_each_row(g, &j->grown) {
		row->growing += g->trend.verdict == ML_TREND_GROWING;
		row->suspected += ml_trend_is_leak(&g->trend);
	}
	return 0;
}

/* ---- what grows ---- */

struct trend_row {
	struct ml_str verdict, what, name, of, floor, rate, unit, since, until, bound,
		why, isnt, next;
	uint64_t pid, leak, samples;
	double start, slope, low, high, ago, span, growth, level, value, left_low,
		left_high, left;
};

#define ROW struct trend_row
#define HIDDEN .flags = ML_COL_HIDDEN

static const struct ml_col trend_cols[] = {
	ML_LABEL(ROW, verdict, "verdict", "VERDICT",
		 "insufficient, steady, growing, suspected or confirmed"),
	ML_LABEL(ROW, what, "what", "WHAT",
		 "machine, process, mapping, group, slab, vmalloc or tmpfs"),
	ML_LABEL(ROW, pid, "pid", "PID", "the process; of nothing else",
		 .flags = ML_COL_SPARSE),
	ML_LABEL(ROW, name, "name", "NAME",
		 "its program, path, cache, function or mount; of a mapping also which"),
	ML_LABEL(ROW, of, "of", "MEMORY", "which kind of memory, or what is counted"),
	ML_COL(ROW, start, ML_UNIT_SECONDS, ML_SEM_LABEL, "start", "START",
	       "when the process started, after boot; with the pid it names it for ever",
	       HIDDEN),
	ML_TRUTH(ROW, leak, "leak", "LEAK", "whether a leak is suspected or confirmed", HIDDEN),
	ML_LABEL(ROW, floor, "floor", "FLOOR", "what it does not go below any more",
		 .flags = ML_COL_MINOR),
	ML_LABEL(ROW, rate, "rate", "RATE", "from the least to the most that the slope may be"),
	ML_RATE(ROW, slope, "slope", "SLOPE", "growth a second", HIDDEN),
	ML_RATE(ROW, low, "slope_low", "LOW", "lower end of its interval", HIDDEN),
	ML_RATE(ROW, high, "slope_high", "HIGH", "upper end of its interval", HIDDEN),
	ML_LABEL(ROW, unit, "unit", "UNIT", "of the slope: bytes/s or 1/s", HIDDEN),
	ML_LABEL(ROW, since, "since", "SINCE", "since when, or longer than that",
		 .flags = ML_COL_MINOR),
	ML_SECONDS(ROW, ago, "ago", "AGO",
		   "before the last sample the growth began, by the series", HIDDEN),
	ML_COL(ROW, growth, ML_UNIT_NONE, ML_SEM_GAUGE, "growth", "GROWTH",
	       "how much the floor rose in the part that was judged", HIDDEN),
	ML_COL(ROW, level, ML_UNIT_NONE, ML_SEM_GAUGE, "level", "LEVEL", "the floor at the end",
	       HIDDEN),
	ML_COL(ROW, value, ML_UNIT_NONE, ML_SEM_GAUGE, "value", "VALUE", "the last value",
	       HIDDEN),
	ML_LABEL(ROW, until, "until", "LIMIT IN",
		 "how soon it meets its limit at this rate, at the earliest and the latest"),
	ML_SECONDS(ROW, left_low, "left_low", "EARLIEST", "the same in seconds", HIDDEN),
	ML_SECONDS(ROW, left_high, "left_high", "LATEST",
		   "the same; unknown: perhaps never", HIDDEN),
	ML_COL(ROW, left, ML_UNIT_NONE, ML_SEM_GAUGE, "left", "LEFT",
	       "how much more it may grow", HIDDEN),
	ML_LABEL(ROW, bound, "bound", "BOUND", "which limit that is", HIDDEN),
	ML_COUNT(ROW, samples, "samples", "SAMPLES", "samples that were judged", HIDDEN),
	ML_SECONDS(ROW, span, "span", "SPAN", "from the first sample to the last", HIDDEN),
	ML_LABEL(ROW, isnt, "isnt", "ISN'T", "what it is not", HIDDEN),
	ML_LABEL(ROW, next, "next", "NEXT", "what to run next", HIDDEN),
	ML_LABEL(ROW, why, "why", "WHY", "what decided", .flags = ML_COL_WIDE),
};

const struct ml_table ml_leak_trends_table = {
	.id = "trends",
	.help = "what grows; with operands all that moved of them",
	.source = "/proc/PID/status, smaps; memory.stat, slabinfo, vmallocinfo, meminfo",
	ML_TABLE_COLS(trend_cols),
	.row_size = sizeof(ROW),
	.flags = ML_TABLE_DEFAULT,
};

/* A process may have another name by now; a mapping is told with its process. */
static struct ml_str name_of(struct ml_build *b, const struct ml_watched *thing)
{
	const struct ml_parsed *procs = ml_snap_parsed(b->cur, ML_FEED_PROCESSES);
	struct ml_proc like = { .pid = thing->pid, .start = thing->start };
	struct ml_str name = ml_watched_name(thing), all;
	const struct ml_proc *p =
		procs && thing->pid != ML_NONE ? ml_proc_find(&procs->rows, &like) : NULL;

	if (p && name.n)
		all = ml_str_of(ml_arena_printf(b->arena, "%.*s %.*s", (int)p->comm.n,
						p->comm.p, (int)name.n, name.p));
	else if (p)
		all = p->comm;
	else
		all = (struct ml_str){ ml_arena_strndup(b->arena, name.p, name.n),
				       name.n };
	return all.n ? all : (struct ml_str){ NULL, 0 };
}

/* As a shell takes it for one word, whoever gave the name. */
static struct ml_str quoted(struct ml_build *b, struct ml_str name)
{
	struct ml_buf text = { 0 };
	struct ml_str ret = { NULL, 0 };

	ml_buf_add(&text, "'", 1);
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] == '\'')
			ml_buf_add(&text, "'\\''", 4);
		else
			ml_buf_add(&text, name.p + i, 1);
	ml_buf_add(&text, "'", 1);
	if (!text.failed)
		ret = (struct ml_str){ ml_arena_strndup(b->arena, text.p, text.n),
				       text.n };
	ml_buf_deinit(&text);
	return ret;
}

/* "%P" and "%N" filled in. */
static struct ml_str next_of(struct ml_build *b, const struct ml_watched *thing)
{
	const char *p = ml_watched_words[thing->kind].next;
	const char *mark = p ? strchr(p, '%') : NULL;
	struct ml_str name;

	if (!mark)
		return ml_str_of(p);
	if (mark[1] == 'P')
		return ml_str_of(ml_arena_printf(b->arena, "%.*s%llu%s", (int)(mark - p),
						 p, (unsigned long long)thing->pid,
						 mark + 2));
	name = quoted(b, ml_watched_name(thing));
	return ml_str_of(ml_arena_printf(b->arena, "%.*s%.*s%s", (int)(mark - p), p,
					 (int)name.n, name.p, mark + 2));
}

static const char *span(struct ml_build *b, double seconds)
{
	return ml_say(b->arena, (double)(int64_t)(seconds + .5), ML_UNIT_SECONDS);
}

/* Seconds: three thousand years. */
#define NEVER 1e11

static int take_limit(struct ml_build *b, const struct ml_rooms *rooms,
		      const struct ml_grown *g, ROW *row)
{
	struct ml_room room = ml_room_of(rooms, g->thing);
	double latest;

	if (isnan(room.left) || g->trend.verdict < ML_TREND_GROWING)
		return 0;
	ml_trend_until(&g->trend, g->thing->value + room.left, &row->left_low, &latest);
	row->left = room.left;
	row->bound = ml_str_of(room.bound);
	if (!(row->left_low < NEVER)) {
		row->left_low = NAN;
		return 0;
	}
	if (!(latest < NEVER))
		latest = INFINITY;
	row->left_high = isinf(latest) ? (double)NAN : latest;
	row->until = isinf(latest) ? ml_str_of(ml_arena_printf(b->arena, "%s or later",
							       span(b, row->left_low)))
				   : ml_trend_range(b->arena, span(b, row->left_low),
						    span(b, latest), "");
	return row->until.p ? 0 : -ENOMEM;
}

static int take_since(struct ml_build *b, const struct ml_grown *g, ROW *row)
{
	const struct ml_watch *w = b->query->watch;
	double last = w->times[g->thing->last], first = w->times[g->thing->first];

	if (isnan(g->trend.since))
		return 0;
	row->ago = last - g->trend.since;
	row->since =
		ml_str_of(ml_arena_printf(b->arena, "%s%s", span(b, row->ago),
					  g->trend.since <= first ? " or more" : ""));
	return row->since.p ? 0 : -ENOMEM;
}

static int add_trend(struct ml_build *b, const struct ml_rooms *rooms,
		     const struct ml_grown *g, struct ml_rows *ret)
{
	const struct ml_watched_words *words = &ml_watched_words[g->thing->kind];
	const struct ml_trend *t = &g->trend;
	ROW *row = ml_rows_add(ret, b->arena);

	if (!row)
		return -ENOMEM;
	*row = (ROW){
		.verdict = ml_str_of(ml_trend_verdict_name(t->verdict)),
		.what = ml_str_of(words->what),
		.name = name_of(b, g->thing),
		.of = ml_str_of(words->of),
		.floor = ml_str_of(
			isnan(t->level) ? NULL : ml_say(b->arena, t->level, words->unit)),
		.rate = ml_trend_rate(b->arena, t, words->unit),
		.unit = words->unit == ML_UNIT_BYTES ? ML_STR("bytes/s") : ML_STR("1/s"),
		.why = ml_trend_why(b->arena, t, words->unit, &g->ask),
		.isnt = ml_str_of(words->isnt),
		.next = next_of(b, g->thing),
		.pid = g->thing->pid,
		.start = g->thing->start,
		.leak = ml_trend_is_leak(t),
		.samples = t->samples,
		.slope = t->slope,
		.low = t->low,
		.high = t->high,
		.span = t->span,
		.growth = t->growth,
		.level = t->level,
		.value = g->thing->value,
		.ago = (double)NAN,
		.left = (double)NAN,
		.left_low = (double)NAN,
		.left_high = (double)NAN,
	};
	if (!row->why.p || take_limit(b, rooms, g, row))
		return -ENOMEM;
	return take_since(b, g, row);
}

/* Of what was named all that moved is told, but for its many mappings; else what
 * grows. */
static bool is_shown(const struct ml_build *b, const struct ml_grown *g)
{
	bool named = b->query->npids || b->query->group;

	return g->trend.verdict == ML_TREND_GROWING || ml_trend_is_leak(&g->trend) ||
	       (named && strcmp(ml_watched_words[g->thing->kind].what, "mapping") != 0);
}

/* So many are told at length. */
#define NOTED_MOST 3

/* What it is not, and what to run next, of those that come first. */
static int note_trend(struct ml_build *b, const ROW *row, size_t place)
{
	if (place >= NOTED_MOST || (!row->isnt.p && !row->next.p))
		return 0;
	return ml_note(b, "%.*s%s%.*s: %s%s%s%s", (int)row->name.n,
		       row->name.p ? row->name.p : "", row->name.n ? " " : "",
		       (int)row->of.n, row->of.p, row->isnt.p ? "not " : "",
		       row->isnt.p ? row->isnt.p : "",
		       row->isnt.p && row->next.p ? "; next: "
		       : row->next.p              ? "next: "
						  : "",
		       row->next.p ? row->next.p : "");
}

static int note_none(struct ml_build *b, const struct judged *j)
{
	if (!j->sums.series)
		return ml_note(b, "nothing of it could be watched");
	if (j->sums.samples < ML_TREND_LEAST)
		return ml_note(b,
			       "%zu samples of the %d that a verdict needs: watch for "
			       "longer, as in memlens leak --for 10m",
			       ml_watch_times(b->query->watch), ML_TREND_LEAST);
	return ml_note(b, "nothing grows beyond what chance makes");
}

int ml_leak_build_trends(struct ml_build *b, struct ml_rows *ret)
{
	const struct judged *j;
	const struct ml_grown *g;
	struct ml_rooms rooms;
	int rc;

	if (!b->query->watch)
		return ml_note(b, "nothing was watched until then: memlens leak --from "
				  "looks back on recordings");
	rc = judge(b, &j);
	if (!rc)
		rc = ml_rooms_init(b->cur, b->arena, &rooms);
	if (rc)
		return rc;
	ml_for_each_row(g, &j->grown)
		if (!rc && is_shown(b, g))
			rc = add_trend(b, &rooms, g, ret);
	for (size_t i = 0; i < ret->n && !rc; i++)
		rc = note_trend(b, ml_rows_at(ret, i), i);
	return rc || ret->n ? rc : note_none(b, j);
}
