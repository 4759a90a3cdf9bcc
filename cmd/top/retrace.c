/* SPDX-License-Identifier: MIT */
/* retrace: of a replay, the minutes before what is on show, for its small graphs. */
#include "top/retrace.h"

/* As far as graphs go back, and as close as they keep what is a while ago. */
#define STEP_MS 15000
#define STEPS 20

static bool is_drawn(const struct take *t, const struct want *want)
{
	const struct section *section = section_of(t);

	return t->panel == want->panel && section->words && section->spark &&
	       !section->rates && (!t->panel->subject || want->subject);
}

static void see(struct retrace *r, uint64_t wall_ms)
{
	r->seen[r->n++ % RETRACED_MAX] = wall_ms;
}

/* Whether the graphs have an instant of about that time. */
static bool is_seen(const struct retrace *r, uint64_t wall_ms)
{
	size_t n = r->n < RETRACED_MAX ? r->n : RETRACED_MAX;

	for (size_t i = 0; i < n; i++)
		if (r->seen[i] + STEP_MS / 2 > wall_ms &&
		    r->seen[i] < wall_ms + STEP_MS / 2)
			return true;
	return false;
}

void retrace_begin(struct sampling *s)
{
	see(&s->retrace, s->then.bearing.wall_ms);
	s->retrace.steps = 0;
}

static void show(struct sampling *s, const struct want *want, struct ml_root *root,
		 double at, shot_fn *fn, void *data)
{
	for (size_t i = 0; i < panels_count * SECTIONS_MAX; i++) {
		struct shot *shot = is_drawn(&s->takes[i], want)
					    ? take_trail(s, &s->takes[i], want, root, at)
					    : NULL;

		if (shot)
			fn(shot, data);
	}
}

static bool draws_any(const struct sampling *s, const struct want *want)
{
	for (size_t i = 0; i < panels_count * SECTIONS_MAX; i++)
		if (is_drawn(&s->takes[i], want))
			return true;
	return false;
}

bool retrace_step(struct sampling *s, const struct want *want, shot_fn *fn, void *data)
{
	const uint64_t now = s->then.bearing.wall_ms;
	struct retrace *r = &s->retrace;

	if (!draws_any(s, want))
		return false;
	while (r->steps < STEPS) {
		uint64_t ago = (uint64_t)++r->steps * STEP_MS, wall_ms;
		struct ml_root *root;
		double at;

		if (ago >= now || is_seen(r, now - ago) ||
		    !past_peek(s->past, now - ago, &root, &wall_ms, &at))
			continue;
		see(r, wall_ms);
		show(s, want, root, at, fn, data);
		ml_root_unref(root);
		return true;
	}
	return false;
}
