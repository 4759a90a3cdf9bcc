/* SPDX-License-Identifier: MIT */
/* sampling: asks the library for what the screens show. */
#include "top/sampling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "handover.h"
#include "top/take.h"

/* A second look follows the first one soon, since rates need two. */
#define SECOND_LOOK 2.0
/* All that one instant may hold. */
#define INSTANT_BYTES (4u << 20)

/* ---- the session ---- */

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

	if (!ml_root_is_live(s->root))
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
		shot = take_past(s, t, want);
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
