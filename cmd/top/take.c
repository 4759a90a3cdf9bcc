/* SPDX-License-Identifier: MIT */
/* take: one section of a screen, from sample to sample. */
#include "top/take.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sources.h"

/* PSS of processes that are not in sight is read for so long at a time. */
#define PSS_BUDGET 0.0002
#define PSS_FIRST 0.02

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

void take_forget_then(struct take *t)
{
	for (size_t i = 0; i < 2; i++) {
		ml_snap_unref(t->then[i].snap);
		t->then[i] = (struct then){ 0 };
	}
}

void take_reset(struct take *t)
{
	take_forget_then(t);
	if (t->ready)
		request_deinit(&t->request);
	ml_snap_unref(t->prev);
	ml_snap_unref(t->base);
	ml_watch_free(t->watch);
	*t = (struct take){ .panel = t->panel, .section = t->section };
}

static bool is_same(const struct request *a, const struct request *b)
{
	if (a->nwords != b->nwords || a->opts.style.scale != b->opts.style.scale)
		return false;
	for (size_t i = 0; i < a->nwords; i++)
		if (strcmp(a->words[i], b->words[i]) != 0)
			return false;
	return true;
}

/* A request holds pointers into itself, and stays where it is. */
static bool asks_the_same(struct sampling *s, struct take *t, const struct want *want)
{
	struct request r;
	bool same;

	if (!t->ready || request_init(section_of(t), want, s->start.config, &r))
		return false;
	same = is_same(&t->request, &r);
	request_deinit(&r);
	return same;
}

/* What was read of the past for the same question stays. */
static int ask_anew(struct sampling *s, struct take *t, const struct want *want)
{
	int rc;

	if (asks_the_same(s, t, want))
		return 0;
	take_forget_then(t);
	if (t->ready)
		request_deinit(&t->request);
	rc = request_init(section_of(t), want, s->start.config, &t->request);
	t->ready = !rc;
	return rc;
}

/* What is shown anew keeps its earlier samples, unless it is about something else. */
static int prepare(struct sampling *s, struct take *t, const struct want *want)
{
	const struct want idle = { .panel = t->panel, .scale = want->scale };

	if (t->panel != want->panel)
		want = &idle;
	if (t->ready && (want == &idle || t->change == want->change))
		return 0;
	t->change = want->change;
	return ask_anew(s, t, want);
}

/* The costly columns of processes: those in sight first. */
static void ask_fresh(struct take *t, const struct want *want)
{
	static const uint64_t nobody = 0;
	struct ml_query *query = &t->request.asked.query;
	bool shown = t->panel == want->panel && want->nfresh;

	if (t->request.command->watches)
		query->fresh = &nobody;
	if (!section_of(t)->pss)
		return;
	query->budget = t->samples ? PSS_BUDGET : PSS_FIRST;
	if (!t->samples) /* the largest are those that come first */
		return;
	query->fresh = shown ? want->fresh : &nobody;
	query->nfresh = shown ? want->nfresh : 0;
}

/* It tells what grows by all that it was given. */
static int watch_it(struct sampling *s, struct take *t, struct ml_snap *snap)
{
	int rc = t->watch ? 0 : ml_watch_new(s->ctx, 0, &t->watch);

	if (!rc && s->aside)
		rc = ml_root_hold(s->aside); /* once is enough */
	if (!rc)
		rc = ml_watch_add(t->watch, snap);
	t->request.asked.query.watch = t->watch;
	return rc;
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

	if (s->live)
		ask_fresh(t, want);
	if (two && !t->prev)
		rc = ml_snap_take(s->root, report, query, &t->prev);
	return rc ? rc : ml_snap_take(two ? s->later : root, report, query, ret);
}

static struct ml_snap *find_then(const struct then *then, uint64_t serial)
{
	for (size_t i = 0; i < 2; i++)
		if (then[i].snap && then[i].serial == serial)
			return ml_snap_ref(then[i].snap);
	return NULL;
}

/* An instant of the past, and the one before it; of one step the next reads but one.
 * Nothing is costly there. */
static int take_then(struct sampling *s, struct take *t)
{
	const struct instant *at = &s->then;
	struct ml_root *roots[2] = { at->root, at->before };
	struct then now[2] = { { at->serial, NULL }, { at->before_serial, NULL } };
	struct ml_query *query = &t->request.asked.query;
	int rc = 0;

	query->fresh = NULL;
	query->nfresh = 0;
	query->budget = 0;
	query->watch = NULL;
	for (size_t i = 0; i < 2 && !rc; i++) {
		now[i].snap = roots[i] ? find_then(t->then, now[i].serial) : NULL;
		if (roots[i] && !now[i].snap)
			rc = ml_snap_take(roots[i], t->request.report, query,
					  &now[i].snap);
	}
	take_forget_then(t);
	memcpy(t->then, now, sizeof(now));
	return rc;
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
	bool live = s->live;

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

	if (!rc && s->live && t->request.command->watches && watch_it(s, t, snap)) {
		ml_snap_unref(snap);
		rc = -ENOMEM;
	}
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
	if (take_then(s, t))
		return complain(EXIT_FAILED, "%s", ml_ctx_error(s->ctx));
	return fill_shot(s, t, want, t->then[1].snap, t->then[0].snap, shot);
}

static char *command_line(const struct sampling *s, const struct take *t, bool then)
{
	const struct bearing *b = &s->then.bearing;

	return then && b->recorded
		       ? request_line(&t->request, s->start.recordings, b->wall_ms)
		       : request_line(&t->request, s->start.root, 0);
}

/* `then`: of the past, not of now. */
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
	shot->graphs = then ? s->start.replay != NULL : s->live;
	if (then)
		shot->bearing = s->then.bearing;
	shot->still = !s->live && !then;
	shot->scale = want->scale;
	shot->at = now;
	rc = prepare(s, t, want);
	if (!rc) {
		shot->command = command_line(s, t, then);
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

struct shot *take_due(struct sampling *s, struct take *t, const struct want *want,
		      double now)
{
	if (!prepare(s, t, want) && looks_twice(s, t) && !t->prev && !take_earlier(s, t))
		return NULL;
	return take_one(s, t, want, false, now);
}

struct shot *take_past(struct sampling *s, struct take *t, const struct want *want)
{
	return take_one(s, t, want, true, s->then.at);
}

struct shot *take_trail(struct sampling *s, struct take *t, const struct want *want,
			struct ml_root *root, double at)
{
	struct shot *shot = calloc(1, sizeof(*shot));
	struct request *r = &t->request;

	if (!shot)
		return NULL;
	shot->panel = t->panel;
	shot->section = t->section;
	shot->change = want->change;
	shot->past = shot->trail = shot->graphs = true;
	shot->at = at;
	if (prepare(s, t, want) ||
	    ml_snap_take(root, r->report, &r->asked.query, &shot->snap) ||
	    ml_report_build(s->ctx, r->report, &r->asked.query, NULL, shot->snap,
			    &shot->result)) {
		shot_free(shot);
		return NULL;
	}
	return shot;
}
