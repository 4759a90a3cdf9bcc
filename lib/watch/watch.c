/* SPDX-License-Identifier: MIT */
/* watch: series of all that can grow, from one snapshot to the next. */
#include "watch/watch.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/pair.h"
#include "watch/sights.h"

/* Of what was forgotten there may be as much as of what is there. */
#define FORGOTTEN_LEAST 1024

int ml_watch_new(struct ml_ctx *ctx, ml_watching classes, struct ml_watch **ret)
{
	struct ml_watch *w = calloc(1, sizeof(*w));

	if (w)
		w->times = calloc(ML_WATCH_TIMES, sizeof(*w->times));
	if (!w || !w->times) {
		free(w);
		return ml_fail(ctx, -ENOMEM, "out of memory");
	}
	w->ctx = ctx;
	w->classes = classes;
	w->age = NAN;
	*ret = w;
	return 0;
}

static void forget(struct ml_watched *thing)
{
	free(thing->values);
	free(thing->key);
	*thing = (struct ml_watched){ 0 };
}

/* Nothing was seen yet. */
static void clear(struct ml_watch *w)
{
	for (uint32_t i = 0; i < w->nat; i++)
		forget(&w->at[i]);
	w->nat = 0;
	w->n = 0;
	w->step = 0;
	w->nsuspects = 0;
	w->mappings_next = 0;
	memset(w->told, 0, sizeof(w->told));
	ml_index_clear(&w->index);
}

void ml_watch_free(struct ml_watch *w)
{
	if (!w)
		return;
	clear(w);
	ml_snap_unref(w->prev);
	ml_index_deinit(&w->index);
	free(w->times);
	free(w->at);
	free(w);
}

/* ---- one thing ---- */

struct ml_str ml_watched_name(const struct ml_watched *thing)
{
	return (struct ml_str){ thing->key + thing->name, thing->nkey - thing->name };
}

static bool is_thing(const void *rows, uint32_t row, struct ml_str key)
{
	const struct ml_watched *thing = (const struct ml_watched *)rows + row;

	return thing->key && ml_str_eq(key, (struct ml_str){ thing->key, thing->nkey });
}

static int make_room(struct ml_watch *w)
{
	uint32_t cap = w->cap ? 2 * w->cap : 256;
	struct ml_watched *at;

	if (w->nat < w->cap)
		return 0;
	at = reallocarray(w->at, cap, sizeof(*at));
	if (!at)
		return -ENOMEM;
	w->at = at;
	w->cap = cap;
	return 0;
}

static int add_thing(struct ml_watch *w, const struct ml_sight *s, struct ml_str key,
		     uint32_t hash)
{
	struct ml_watched *thing;

	if (make_room(w) || ml_index_add(&w->index, hash, w->nat))
		return -ENOMEM;
	thing = &w->at[w->nat++];
	*thing = (struct ml_watched){
		.kind = s->kind,
		.pid = s->pid,
		.start = s->start,
		.key = malloc(key.n),
		.nkey = (uint32_t)key.n,
		.name = (uint32_t)(key.n - s->name.n),
		.first = w->n - 1,
		.last = w->n - 1,
		.value = s->value,
	};
	if (!thing->key)
		return -ENOMEM;
	memcpy(thing->key, key.p, key.n);
	return 0;
}

/* From now on each time has a value of its own. */
static int spread(struct ml_watched *thing)
{
	uint32_t n = thing->last - thing->first + 1;

	thing->cap = n < 32 ? 64 : 2 * n;
	thing->values = malloc(thing->cap * sizeof(*thing->values));
	if (!thing->values)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		thing->values[i] = thing->value;
	return 0;
}

static int make_values(struct ml_watched *thing, uint32_t n)
{
	uint32_t cap = 2 * thing->cap;
	double *values;

	if (n <= thing->cap)
		return 0;
	values = reallocarray(thing->values, cap, sizeof(*values));
	if (!values)
		return -ENOMEM;
	thing->values = values;
	thing->cap = cap;
	return 0;
}

static int append(struct ml_watched *thing, uint32_t now, double value)
{
	uint32_t at = now - thing->first, from = thing->last - thing->first + 1;

	if (!thing->values && value == thing->value && thing->last + 1 == now) {
		thing->last = now;
		return 0;
	}
	if ((!thing->values && spread(thing)) || make_values(thing, at + 1))
		return -ENOMEM;
	for (uint32_t i = from; i < at; i++)
		thing->values[i] = NAN;
	thing->values[at] = value;
	thing->value = value;
	thing->last = now;
	return 0;
}

static int add_up(struct ml_watched *thing, double value)
{
	if (!value)
		return 0;
	if (!thing->values && spread(thing))
		return -ENOMEM;
	thing->value += value;
	thing->values[thing->last - thing->first] = thing->value;
	return 0;
}

int ml_watch_see(struct ml_watch *w, const struct ml_sight *s)
{
	/* names are shortened: a path is at most so long */
	char text[4096 + 64];
	struct ml_sight seen = *s;
	struct ml_str key = { text, 0 };
	uint32_t hash, row;
	int n;

	if (w->told[s->kind].last < w->n) {
		w->told[s->kind].before = w->told[s->kind].last;
		w->told[s->kind].last = w->n;
	}
	if (isnan(s->value))
		return 0;
	if (seen.name.n > 4096)
		seen.name.n = 4096;
	n = snprintf(text, 64, "%u %llx %a ", (unsigned)s->kind,
		     (unsigned long long)s->pid, s->start);
	if (seen.name.n)
		memcpy(text + n, seen.name.p, seen.name.n);
	key.n = (size_t)n + seen.name.n;
	hash = ml_name_hash(key);
	row = ml_index_find(&w->index, hash, key, is_thing, w->at);
	if (row == ML_NO_ROW)
		return add_thing(w, &seen, key, hash);
	if (w->at[row].last == w->n - 1)
		return add_up(&w->at[row], s->value);
	return append(&w->at[row], w->n - 1, s->value);
}

size_t ml_watched_samples(const struct ml_watch *w, const struct ml_watched *thing,
			  struct ml_sample *ret)
{
	size_t n = 0;

	for (uint32_t i = thing->first; i <= thing->last; i++) {
		double v = thing->values ? thing->values[i - thing->first] : thing->value;

		if (!isnan(v))
			ret[n++] = (struct ml_sample){ w->times[i], v };
	}
	return n;
}

/* ---- bounds ---- */

static void forget_ended(struct ml_watch *w)
{
	for (uint32_t i = 0; i < w->nat; i++) {
		struct ml_watched *thing = &w->at[i];

		if (thing->key && thing->last + 1 < w->told[thing->kind].before)
			forget(thing);
	}
}

static int tidy(struct ml_watch *w)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->nat; i++)
		n += w->at[i].key != NULL;
	if (w->nat - n <= FORGOTTEN_LEAST + n)
		return 0;
	ml_index_clear(&w->index);
	n = 0;
	for (uint32_t i = 0; i < w->nat; i++) {
		struct ml_str key = { w->at[i].key, w->at[i].nkey };

		if (!key.p)
			continue;
		w->at[n] = w->at[i];
		if (ml_index_add(&w->index, ml_name_hash(key), n++))
			return -ENOMEM;
	}
	w->nat = n;
	return 0;
}

/* Of two values the later one. */
static void thin_thing(struct ml_watched *thing)
{
	uint32_t n = thing->last - thing->first + 1, k = 0;

	for (uint32_t i = 0; thing->values && i < n; i++)
		if ((thing->first + i) % 2 || i + 1 == n)
			thing->values[k++] = thing->values[i];
	thing->first /= 2;
	thing->last /= 2;
}

static void thin(struct ml_watch *w)
{
	for (uint32_t i = 0; i < w->nat; i++)
		if (w->at[i].key)
			thin_thing(&w->at[i]);
	for (uint32_t i = 0; i < ML_WATCHED_KINDS; i++) {
		w->told[i].last = (w->told[i].last + 1) / 2;
		w->told[i].before = (w->told[i].before + 1) / 2;
	}
	for (uint32_t i = 1; i < w->n; i += 2)
		w->times[i / 2] = w->times[i];
	w->n /= 2;
	w->least_step = 2 * (w->least_step ? w->least_step : w->step) * .9;
}

/* ---- time ---- */

/* Seconds since the last one; below 0: it is passed over. */
static double step_of(struct ml_watch *w, const struct ml_snap *snap)
{
	double step;

	if (!w->n)
		return 0;
	step = ml_pair_seconds(w->prev, snap);
	if (isnan(step) || step < 0)
		step = w->step > 0 ? w->step : 1;
	return step > 0 && step >= w->least_step ? step : -1;
}

static void hold(struct ml_watch *w, struct ml_snap *snap)
{
	const struct ml_parsed *uptime = ml_snap_parsed(snap, ML_FEED_UPTIME);

	ml_snap_unref(w->prev);
	w->prev = ml_snap_ref(snap);
	w->wall_ms = snap->wall_ms;
	w->age = uptime && uptime->rows.n ? *(const double *)ml_rows_at(&uptime->rows, 0)
					  : (double)NAN;
}

static int see_all(struct ml_watch *w, const struct ml_snap *snap)
{
	struct ml_arena scratch = { 0 };
	int rc = 0;

	for (size_t i = 0; i < ml_sights_count && !rc; i++)
		if ((!w->classes || w->classes & ml_sights[i].classes) &&
		    snap->taken & ml_sights[i].feeds)
			rc = ml_sights[i].see(w, snap, &scratch);
	ml_arena_deinit(&scratch);
	return rc;
}

int ml_watch_add(struct ml_watch *w, struct ml_snap *snap)
{
	double step;
	int rc;

	if (w->n && ml_pair_boot(w->prev, snap) == ML_BOOT_OTHER) {
		clear(w);
		w->restarts++;
	}
	step = step_of(w, snap);
	if (step < 0)
		return 0;
	if (w->n == ML_WATCH_TIMES)
		thin(w);
	w->times[w->n] = w->n ? w->times[w->n - 1] + step : 0;
	w->n++;
	w->step = step;
	hold(w, snap);
	rc = see_all(w, snap);
	forget_ended(w);
	if (!rc)
		rc = tidy(w);
	return rc ? ml_fail(w->ctx, rc, "out of memory") : 0;
}

size_t ml_watch_times(const struct ml_watch *w)
{
	return w->n;
}

double ml_watch_seconds(const struct ml_watch *w)
{
	return w->n ? w->times[w->n - 1] - w->times[0] : 0;
}
