/* SPDX-License-Identifier: MIT */
/* sampling: asks the library for what the screens show. */
#include "top/sampling.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "handover.h"
#include "top/retrace.h"

/* A second look follows the first one soon, since rates need two. */
#define SECOND_LOOK 2.0
/* All that one instant may hold. */
#define INSTANT_BYTES (4u << 20)

/* ---- the session ---- */

static struct take *take_of(struct sampling *s, const struct panel *panel, size_t section)
{
	return &s->takes[(size_t)(panel - panels) * SECTIONS_MAX + section];
}

static int open_past(struct sampling *s)
{
	const struct past_start start = { s->ctx, s->history, s->start.recordings,
					  s->start.page_size };

	s->past = past_new(&start);
	return s->past ? 0 : complain(EXIT_FAILED, "out of memory");
}

/* What cannot be replayed is told before there is a screen. */
static int open_replay(struct sampling *s)
{
	int rc = open_past(s);

	if (!rc)
		rc = past_enter(s->past);
	return rc ? rc : past_find(s->past, s->start.replay, &s->then);
}

/* Descriptors are kept, and what is read is remembered. */
static int prepare_live(struct sampling *s)
{
	static const struct ml_history_bounds bounds = { 0 };

	if (ml_root_hold(s->root) || ml_root_open(s->ctx, NULL, &s->aside))
		return complain(EXIT_FAILED, "%s", ml_ctx_error(s->ctx));
	if (!s->start.idle)
		return open_past(s);
	if (ml_history_new(s->ctx, &bounds, &s->history) ||
	    ml_root_keep(s->root, ML_KEEP_ALL, INSTANT_BYTES))
		return complain(EXIT_FAILED, "out of memory");
	ml_history_follow(s->history, s->root);
	return open_past(s);
}

static int open_root(struct sampling *s)
{
	const struct sampling_start *start = &s->start;

	if (ml_ctx_new(&s->ctx))
		return complain(EXIT_FAILED, "out of memory");
	ml_ctx_set_opener(s->ctx, archive_opener);
	if (start->replay)
		return open_replay(s);
	if (ml_root_open(s->ctx, start->root, &s->root))
		return complain(EXIT_UNREADABLE, "%s", ml_ctx_error(s->ctx));
	if (start->page_size && ml_root_set_page_size(s->root, start->page_size))
		return complain(EXIT_USAGE, "%s", ml_ctx_error(s->ctx));
	s->live = ml_root_is_live(s->root);
	if (s->live)
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
	s->then_change = UINT_MAX; /* nobody asked */
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
	past_free(s->past);
	ml_history_free(s->history);
	ml_root_unref(s->later);
	ml_root_unref(s->aside);
	ml_root_unref(s->root);
	ml_ctx_free(s->ctx);
	free(s);
}

bool sampling_is_live(const struct sampling *s)
{
	return s->live;
}

/* ---- time ---- */

static bool is_shown(const struct take *t, const struct want *want)
{
	return want->panel && t->panel == want->panel;
}

/* What was sampled is due again after so long. */
static double period(const struct sampling *s, const struct take *t,
		     const struct want *want)
{
	const struct section *section = section_of(t);
	double every = is_shown(t, want) ? section->every : section->idle;

	if (!s->live)
		return INFINITY;
	if (is_shown(t, want) && t->request.command && t->request.command->pair &&
	    t->samples == 1)
		return SECOND_LOOK;
	if (is_shown(t, want) && every < want->interval)
		every = want->interval;
	return every > 0 ? every : INFINITY;
}

static bool is_wanted(const struct sampling *s, const struct take *t,
		      const struct want *want)
{
	if (is_shown(t, want))
		return !t->panel->subject || want->subject;
	return s->start.idle && section_of(t)->words && section_of(t)->idle > 0 &&
	       (!section_of(t)->wakes || t->samples) && !t->panel->subject && s->live;
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
	s->retrace.n = 0;
}

static double step_live(struct sampling *s, const struct want *want, double now,
			shot_fn *fn, void *data)
{
	double next = (double)INFINITY;

	for (size_t i = 0; i < panels_count * SECTIONS_MAX; i++) {
		struct take *t = &s->takes[i];
		bool shown = is_shown(t, want);

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

/* There is no such instant. */
static void tell_lost(const struct want *want, shot_fn *fn, void *data)
{
	struct shot *shot = calloc(1, sizeof(*shot));

	if (!shot)
		return;
	shot->panel = want->panel;
	shot->change = want->change;
	shot->past = shot->lost = true;
	shot->error = strdup(complaint());
	fn(shot, data);
}

static void show_then(struct sampling *s, const struct want *want, shot_fn *fn,
		      void *data)
{
	for (size_t i = 0; i < panels_count * SECTIONS_MAX; i++) {
		struct take *t = &s->takes[i];
		struct shot *shot = NULL;

		if (!is_shown(t, want))
			take_forget_then(t);
		else if (section_of(t)->words && is_wanted(s, t, want))
			shot = take_past(s, t, want);
		if (shot)
			fn(shot, data);
	}
}

/* One thing at a time, since keys go first; false when there is nothing more to do. */
static bool idle_then(struct sampling *s, const struct want *want, shot_fn *fn,
		      void *data)
{
	if (!s->looked_ahead)
		past_look_ahead(s->past);
	else if (!s->start.replay || !retrace_step(s, want, fn, data))
		return false;
	s->looked_ahead = true;
	return true;
}

/* Each question about the past is answered once; then there is time for the next. */
static double step_then(struct sampling *s, const struct want *want, double now,
			shot_fn *fn, void *data)
{
	if (s->then_change != want->change) {
		s->then_change = want->change;
		s->looked_ahead = false;
		if (past_find(s->past, &want->aim, &s->then))
			tell_lost(want, fn, data);
		else
			show_then(s, want, fn, data);
		retrace_begin(s);
		return s->start.idle ? now : (double)INFINITY;
	}
	return s->start.idle && idle_then(s, want, fn, data) ? now : (double)INFINITY;
}

double sampling_step(struct sampling *s, const struct want *want, double now, shot_fn *fn,
		     void *data)
{
	struct want idle = *want;
	double then = (double)INFINITY, next;

	follow_subject(s, want);
	if (want->aim.wall_ms) {
		then = step_then(s, want, now, fn, data);
		idle.panel = NULL; /* all go on, so that they are remembered */
	}
	if (!s->root)
		return then;
	next = step_live(s, &idle, now, fn, data);
	remember(s, want, now);
	return then < next ? then : next;
}
