/* SPDX-License-Identifier: MIT */
/* sampling: asks the library for what the screens show. */
#include "top/sampling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "handover.h"
#include "record/history.h"
#include "sources.h"
#include "top/request.h"

/* A second look follows the first one soon, since rates need two. */
#define SECOND_LOOK 2.0
/* PSS of processes that are not in sight is read for so long at a time. */
#define PSS_BUDGET 0.0002
#define PSS_IDLE 0.0002
#define PSS_FIRST 0.02
/* All that one instant may hold. */
#define INSTANT_BYTES (4u << 20)

/* One section, from sample to sample. */
struct take {
	const struct panel *panel;
	size_t section;
	struct request request;
	bool ready;           /* the request is parsed */
	struct ml_snap *prev; /* the sample before */
	struct ml_snap *base; /* the first one */
	unsigned change;      /* of the want that it stands for */
	double due;
	unsigned samples;
};

struct sampling {
	struct sampling_start start;
	struct ml_ctx *ctx;
	struct ml_root *root;
	struct ml_root *later;      /* of a capture: its second sample */
	struct ml_root *aside;      /* this machine, as what is not remembered is read */
	struct take *takes;         /* SECTIONS_MAX for each panel */
	struct ml_history *history; /* NULL: nothing is remembered */
	double remembered;          /* when that was last added to */
	struct ml_root *then[2];    /* an instant of it, and the one before; NULL: none */
	unsigned then_change;       /* of the want that asked for it */
	double then_at;             /* its time */
	char *subject;              /* what the takes of the shown panel are about */
	const struct panel *shown;
};

void shot_free(struct shot *shot)
{
	if (!shot)
		return;
	selection_deinit(&shot->selection);
	ml_result_unref(shot->result);
	ml_snap_unref(shot->snap);
	free(shot->error);
	free(shot->command);
	free(shot);
}

/* ---- the session ---- */

static void take_reset(struct take *t)
{
	if (t->ready)
		request_deinit(&t->request);
	ml_snap_unref(t->prev);
	ml_snap_unref(t->base);
	*t = (struct take){ .panel = t->panel, .section = t->section };
}

static struct take *take_of(struct sampling *s, const struct panel *panel, size_t section)
{
	return &s->takes[(size_t)(panel - panels) * SECTIONS_MAX + section];
}

/* Descriptors are kept, and what is read is remembered. */
static int prepare_live(struct sampling *s)
{
	static const struct ml_history_bounds bounds = { 0 };

	if (ml_root_hold(s->root) || ml_root_open(s->ctx, NULL, &s->aside))
		return complain(EXIT_FAILED, "%s", ml_ctx_error(s->ctx));
	if (!s->start.idle)
		return 0;
	if (ml_history_new(s->ctx, &bounds, &s->history) ||
	    ml_root_keep(s->root, ML_KEEP_ALL, INSTANT_BYTES))
		return complain(EXIT_FAILED, "out of memory");
	ml_history_follow(s->history, s->root);
	return 0;
}

static int open_root(struct sampling *s)
{
	const struct sampling_start *start = &s->start;

	if (ml_ctx_new(&s->ctx))
		return complain(EXIT_FAILED, "out of memory");
	ml_ctx_set_opener(s->ctx, archive_opener);
	if (ml_root_open(s->ctx, start->root, &s->root))
		return complain(EXIT_UNREADABLE, "%s", ml_ctx_error(s->ctx));
	if (start->page_size && ml_root_set_page_size(s->root, start->page_size))
		return complain(EXIT_USAGE, "%s", ml_ctx_error(s->ctx));
	if (ml_root_is_live(s->root))
		return prepare_live(s);
	if (ml_root_sample(s->root, 2, &s->later))
		s->later = NULL;
	return 0;
}

int sampling_open(const struct sampling_start *start, struct sampling **ret)
{
	struct sampling *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return complain(EXIT_FAILED, "out of memory");
	s->start = *start;
	s->takes = calloc(panels_count * SECTIONS_MAX, sizeof(*s->takes));
	rc = s->takes ? open_root(s) : complain(EXIT_FAILED, "out of memory");
	if (rc) {
		sampling_close(s);
		return rc;
	}
	for (size_t p = 0; p < panels_count; p++)
		for (size_t i = 0; i < SECTIONS_MAX; i++) {
			struct take *t = take_of(s, &panels[p], i);

			t->panel = &panels[p];
			t->section = i;
		}
	*ret = s;
	return 0;
}

void sampling_close(struct sampling *s)
{
	if (!s)
		return;
	for (size_t i = 0; s->takes && i < panels_count * SECTIONS_MAX; i++)
		take_reset(&s->takes[i]);
	free(s->takes);
	free(s->subject);
	ml_root_unref(s->then[0]);
	ml_root_unref(s->then[1]);
	ml_history_free(s->history);
	ml_root_unref(s->later);
	ml_root_unref(s->aside);
	ml_root_unref(s->root);
	ml_ctx_free(s->ctx);
	free(s);
}

bool sampling_is_live(const struct sampling *s)
{
	return ml_root_is_live(s->root);
}

/* ---- one section ---- */

static const struct section *section_of(const struct take *t)
{
	return &t->panel->sections[t->section];
}

/* What is shown anew keeps its earlier samples, unless it is about something else. */
static int prepare(struct sampling *s, struct take *t, const struct want *want)
{
	const struct want idle = { .panel = t->panel, .scale = want->scale };
	int rc = 0;

	if (t->panel != want->panel)
		want = &idle;
	if (t->ready && (want == &idle || t->change == want->change))
		return 0;
	if (t->ready)
		request_deinit(&t->request);
	rc = request_init(section_of(t), want, s->start.config, &t->request);
	t->ready = !rc;
	t->change = want->change;
	return rc;
}

/* The costly columns of processes: those in sight first. */
static void ask_fresh(struct take *t, const struct want *want)
{
	static const uint64_t nobody = 0;
	struct ml_query *query = &t->request.asked.query;
	bool shown = t->panel == want->panel && want->nfresh;

	if (!section_of(t)->pss)
		return;
	query->budget = !t->samples ? PSS_FIRST : shown ? PSS_BUDGET : PSS_IDLE;
	if (!t->samples) /* the largest are those that come first */
		return;
	query->fresh = shown ? want->fresh : &nobody;
	query->nfresh = shown ? want->nfresh : 0;
}

/* A copy is one instant; the second one that it may hold is there for those commands that
 * look at two, and has no more than they need. */
static int take_live(struct sampling *s, struct take *t, const struct want *want,
		     struct ml_snap **ret)
{
	const struct ml_query *query = &t->request.asked.query;
	const struct ml_report *report = t->request.report;
	bool two = s->later && t->request.command->pair;
	struct ml_root *root = section_of(t)->aside && s->aside ? s->aside : s->root;
	int rc = 0;

	if (ml_root_is_live(s->root))
		ask_fresh(t, want);
	if (two && !t->prev)
		rc = ml_snap_take(s->root, report, query, &t->prev);
	return rc ? rc : ml_snap_take(two ? s->later : root, report, query, ret);
}

/* An instant that is remembered, and the one before it. */
static int take_then(struct sampling *s, struct take *t, struct ml_snap **ret_prev,
		     struct ml_snap **ret)
{
	const struct ml_query *query = &t->request.asked.query;
	const struct ml_report *report = t->request.report;
	int rc = s->then[1] ? ml_snap_take(s->then[1], report, query, ret_prev) : 0;

	return rc ? rc : ml_snap_take(s->then[0], report, query, ret);
}

static int build(struct sampling *s, struct take *t, struct ml_snap *prev,
		 struct ml_snap *snap, struct shot *shot)
{
	struct request *r = &t->request;
	int rc = ml_report_build(s->ctx, r->report, &r->asked.query, prev, snap,
				 &shot->result);

	if (!rc && r->opts.filter)
		rc = ml_result_filter(s->ctx, shot->result, r->opts.filter);
	if (!rc && r->opts.sort) /* it also reads a table that is made row by row */
		rc = ml_result_sort(s->ctx, shot->result, r->opts.sort);
	return rc;
}

/* The first source that is needed and was not read, or those that were missed. */
static char *tell_sources(const struct ml_snap *snap, bool pair)
{
	char text[SOURCE_TEXT], *told = NULL;

	for (size_t i = 0; i < ml_snap_nsources(snap); i++) {
		struct ml_source s;

		ml_snap_source(snap, i, &s);
		if (s.needed && s.status != ML_OK)
			return strdup(source_failure(&s, text));
	}
	if (!pair && sources_missed(snap, text) &&
	    asprintf(&told, "shown without %s", text) < 0)
		told = NULL;
	return told;
}

static int fill_shot(struct sampling *s, struct take *t, const struct want *want,
		     struct ml_snap *prev, struct ml_snap *snap, struct shot *shot)
{
	int rc = 0;

	if (build(s, t, prev, snap, shot))
		rc = complain(EXIT_USAGE, "%s", ml_ctx_error(s->ctx));
	else
		rc = select_columns(t->request.command, &t->request.opts,
				    section_of(t)->rates || want->growth,
				    &shot->selection);
	shot->schema = ml_report_id(t->request.report);
	shot->snap = ml_snap_ref(snap);
	shot->error = tell_sources(snap, t->request.command->pair);
	ml_snap_host(snap, &shot->host);
	shot->wall_ms = shot->host.wall_ms;
	return rc;
}

/* Of the earlier of two instants only what rates need is read, and held until then. */
static int take_earlier(struct sampling *s, struct take *t)
{
	struct ml_judging *judging = &t->request.opts.judging;
	struct ml_snap *snap;
	int rc;

	judging->earlier = true;
	rc = ml_snap_take(s->aside, t->request.report, &t->request.asked.query, &snap);
	judging->earlier = false;
	if (rc)
		return rc;
	ml_snap_unref(t->prev);
	t->prev = snap;
	return 0;
}

/* Who looks at pairs has two instants from the second look on. */
static bool looks_twice(const struct sampling *s, const struct take *t)
{
	return s->start.idle && s->aside && t->ready && t->request.command->pair;
}

/* For the next sample, where that is compared with it; a snapshot can be large. */
static int keep_snap(struct sampling *s, struct take *t, struct ml_snap *snap)
{
	const struct section *section = section_of(t);
	bool live = ml_root_is_live(s->root);

	if (live && looks_twice(s, t))
		return take_earlier(s, t);
	if (!live)
		return 0;
	if (!t->base && section->growth)
		t->base = ml_snap_ref(snap);
	ml_snap_unref(t->prev);
	t->prev = section->rates || t->request.command->pair ? ml_snap_ref(snap) : NULL;
	return 0;
}

static int shoot_live(struct sampling *s, struct take *t, const struct want *want,
		      struct shot *shot)
{
	bool growth = want->growth && section_of(t)->growth && t->base;
	struct ml_snap *snap;
	int rc = take_live(s, t, want, &snap);

	if (rc)
		return complain(EXIT_FAILED, "%s", ml_ctx_error(s->ctx));
	rc = fill_shot(s, t, want, growth ? t->base : t->prev, snap, shot);
	if (!rc && keep_snap(s, t, snap))
		rc = complain(EXIT_FAILED, "%s", ml_ctx_error(s->ctx));
	ml_snap_unref(snap);
	return rc;
}

static int shoot_then(struct sampling *s, struct take *t, const struct want *want,
		      struct shot *shot)
{
	struct ml_snap *prev = NULL, *snap = NULL;
	int rc = take_then(s, t, &prev, &snap);

	if (rc)
		rc = complain(EXIT_FAILED, "%s", ml_ctx_error(s->ctx));
	else
		rc = fill_shot(s, t, want, prev, snap, shot);
	ml_snap_unref(prev);
	ml_snap_unref(snap);
	return rc;
}

/* `then`: of the instant that is remembered, not of now. */
static struct shot *take_one(struct sampling *s, struct take *t, const struct want *want,
			     bool then, double now)
{
	struct shot *shot = calloc(1, sizeof(*shot));
	int rc;

	if (!shot)
		return NULL;
	shot->panel = t->panel;
	shot->section = t->section;
	shot->change = want->change;
	shot->past = then;
	shot->still = !ml_root_is_live(s->root);
	shot->scale = want->scale;
	shot->at = now;
	rc = prepare(s, t, want);
	if (!rc) {
		shot->command = request_line(&t->request, s->start.root);
		rc = (then ? shoot_then : shoot_live)(s, t, want, shot);
	}
	if (rc) {
		free(shot->error);
		shot->error = strdup(complaint());
		ml_result_unref(shot->result);
		shot->result = NULL;
	}
	return shot;
}

/* ---- time ---- */

/* What was sampled is due again after so long. */
static double period(const struct sampling *s, const struct take *t,
		     const struct want *want)
{
	const struct section *section = section_of(t);
	double every = t->panel == want->panel ? section->every : section->idle;

	if (!ml_root_is_live(s->root))
		return INFINITY;
	if (t->panel == want->panel && t->request.command && t->request.command->pair &&
	    t->samples == 1)
		return SECOND_LOOK;
	if (t->panel == want->panel && every < want->interval)
		every = want->interval;
	return every > 0 ? every : INFINITY;
}

static bool is_wanted(const struct sampling *s, const struct take *t,
		      const struct want *want)
{
	if (t->panel == want->panel)
		return !t->panel->subject || want->subject;
	return s->start.idle && section_of(t)->words && section_of(t)->idle > 0 &&
	       !t->panel->subject && ml_root_is_live(s->root);
}

/* On the beat where that is kept, without a burst after a pause. */
static double next_due(const struct sampling *s, const struct take *t,
		       const struct want *want, double now)
{
	double every = period(s, t, want);
	double due = t->due + every;

	return t->samples > 1 && due > now ? due : now + every;
}

/* Another subject is another thing: what was sampled of the old one does not count. */
static void follow_subject(struct sampling *s, const struct want *want)
{
	const char *subject = want->subject ? want->subject : "";

	if (s->shown == want->panel && s->subject && strcmp(s->subject, subject) == 0)
		return;
	for (size_t i = 0; i < SECTIONS_MAX && want->panel->subject; i++)
		take_reset(take_of(s, want->panel, i));
	free(s->subject);
	s->subject = strdup(subject);
	s->shown = want->panel;
}

/* NULL when there is nothing to show yet. */
static struct shot *take_due(struct sampling *s, struct take *t, const struct want *want,
			     double now)
{
	if (!prepare(s, t, want) && looks_twice(s, t) && !t->prev && !take_earlier(s, t))
		return NULL;
	return take_one(s, t, want, false, now);
}

static double step_live(struct sampling *s, const struct want *want, double now,
			shot_fn *fn, void *data)
{
	double next = (double)INFINITY;

	for (size_t i = 0; i < panels_count * SECTIONS_MAX; i++) {
		struct take *t = &s->takes[i];
		bool shown = t->panel == want->panel;

		if (!section_of(t)->words || !is_wanted(s, t, want))
			continue;
		if (shown && (!t->ready || t->change != want->change))
			t->due = now;
		if (t->due <= now + 0.001) {
			struct shot *shot = take_due(s, t, want, now);

			t->samples++;
			t->due = next_due(s, t, want, now);
			if (shot)
				fn(shot, data);
		}
		next = t->due < next ? t->due : next;
	}
	return next;
}

/* ---- the past ---- */

/* What was read since is one instant. */
static void remember(struct sampling *s, const struct want *want, double now)
{
	if (!s->history || now - s->remembered < want->interval * 0.9)
		return;
	s->remembered = now;
	if (ml_history_add(s->history, s->root)) /* it was too much, or nothing */
		return;
}

/* The last instant that is not later than the one wanted, and so many further. */
static size_t find_instant(const struct sampling *s, const struct want *want)
{
	size_t n = ml_history_count(s->history), i = 0;
	long at;

	while (i + 1 < n && ml_history_wall_ms(s->history, i + 1) <= want->past)
		i++;
	at = (long)i + want->step;
	return at < 0 ? 0 : (size_t)at < n ? (size_t)at : n - 1;
}

static int open_then(struct sampling *s, const struct want *want)
{
	size_t i;

	for (size_t k = 0; k < 2; k++) {
		ml_root_unref(s->then[k]);
		s->then[k] = NULL;
	}
	if (!s->history || !ml_history_count(s->history))
		return complain(EXIT_FAILED, "nothing is remembered yet");
	i = find_instant(s, want);
	s->then_at = (double)ml_history_monotonic_ns(s->history, i) * 1e-9;
	if (ml_history_root(s->history, i, &s->then[0]) ||
	    (i && ml_history_root(s->history, i - 1, &s->then[1])))
		return complain(EXIT_FAILED, "that instant cannot be read");
	return 0;
}

/* Each question about the past is answered once. */
static void step_then(struct sampling *s, const struct want *want, shot_fn *fn,
		      void *data)
{
	if (s->then_change == want->change)
		return;
	s->then_change = want->change;
	if (open_then(s, want))
		return;
	for (size_t i = 0; i < panel_nsections(want->panel); i++) {
		struct take *t = take_of(s, want->panel, i);
		struct shot *shot;

		if (!is_wanted(s, t, want))
			continue;
		shot = take_one(s, t, want, true, s->then_at);
		if (shot)
			fn(shot, data);
	}
}

double sampling_step(struct sampling *s, const struct want *want, double now, shot_fn *fn,
		     void *data)
{
	struct want idle = *want;
	double next;

	follow_subject(s, want);
	if (want->past)
		step_then(s, want, fn, data);
	if (want->past)
		idle.panel = NULL; /* all go on, so that they are remembered */
	next = step_live(s, &idle, now, fn, data);
	remember(s, want, now);
	return next;
}
